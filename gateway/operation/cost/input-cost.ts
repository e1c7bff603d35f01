// What an argument costs: what `@cost` says of it, of its type or of the fields of an input object, for every value that
// is really given. Most schemas say nothing of inputs, so an argument without any price below it is not looked at.

import {
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLInputField,
  getNamedType,
  isInputObjectType,
} from 'graphql'

/** `@cost(weight)` of an element of the schema. */
export type WeightOf = (element: {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined
}) => number | undefined

/** Cost of a coerced value: null and what is absent cost nothing, a list costs what its items cost. */
export type InputCost = (value: unknown) => number

/** Undefined where nothing has a price. */
export function toInputCost(
  input: GraphQLArgument | GraphQLInputField,
  weightOf: WeightOf,
): InputCost | undefined {
  if (!isPriced(input, weightOf, new Set())) return undefined
  return (value) => costOf(value, input, weightOf)
}

type Input = Pick<GraphQLArgument, 'type' | 'astNode'>

function costOf(value: unknown, input: Input, weightOf: WeightOf): number {
  if (value === null || value === undefined) return 0
  if (Array.isArray(value)) {
    return value.reduce((sum: number, one: unknown) => sum + costOf(one, input, weightOf), 0)
  }
  const type = getNamedType(input.type)
  let cost = weightOf(input) ?? weightOf(type) ?? 0
  if (!isInputObjectType(type) || typeof value !== 'object') return cost
  for (const field of Object.values(type.getFields())) {
    cost += costOf(Reflect.get(value, field.name), field, weightOf)
  }
  return cost
}

function isPriced(input: Input, weightOf: WeightOf, seen: Set<string>): boolean {
  if (weightOf(input) !== undefined) return true
  const type = getNamedType(input.type)
  // An input object may hold itself: on the way round it adds nothing.
  if (seen.has(type.name)) return false
  seen.add(type.name)
  if (weightOf(type) !== undefined) return true
  const fields = isInputObjectType(type) ? Object.values(type.getFields()) : []
  return fields.some((field) => isPriced(field, weightOf, seen))
}
