// `@listSize(requireOneSlicingArgument: true)`, which is the directive's default: a list whose length nobody asks for, or
// that is asked for by two lengths at once, cannot be estimated. An argument with a default counts only where no other is given.

import { type FieldNode, GraphQLError, Kind, type ValidationRule } from 'graphql'

import type { CostField, CostSchema } from './cost-schema.ts'

export function requireOneSlicingArgument({ types }: CostSchema): ValidationRule {
  return (context) => ({
    Field: (node) => {
      const field = types.get(context.getParentType()?.name ?? '')?.fields.get(node.name.value)
      if (field === undefined || field.listSize?.requiresOne !== true) return
      const { slicing } = field.listSize
      if (slicing.length === 0 || countOf(node, field, slicing) === 1) return
      const names = slicing.map((name) => `"${name}"`).join(', ')
      const text = `Field "${node.name.value}" needs exactly one of ${names}.`
      context.reportError(new GraphQLError(text, { nodes: node }))
    },
  })
}

function countOf(node: FieldNode, { definition }: CostField, slicing: readonly string[]): number {
  const given = (node.arguments ?? []).filter(
    ({ name, value }) => slicing.includes(name.value) && value.kind !== Kind.NULL,
  )
  if (given.length > 0) return given.length
  const standard = definition.args.filter(
    ({ name, defaultValue }) => slicing.includes(name) && typeof defaultValue === 'number',
  )
  return standard.length
}
