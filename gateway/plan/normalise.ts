// A client's document made ready for a planner: every field under the key that execution reads (plan-name.ts), so that
// neither an alias nor an argument of a client meets what a plan asks in passing, and no name that would make equal calls
// differ.

import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql'

import { planName } from './plan-name.ts'

export function normalise(document: DocumentNode): DocumentNode {
  return visit(document, {
    OperationDefinition: {
      leave: ({ name: _name, ...operation }) => operation,
    },
    Field: { leave: (node) => (isNormal(node) ? undefined : underPlanName(node)) },
  })
}

function isNormal(node: FieldNode): boolean {
  return planName(node) === node.name.value && node.alias === undefined
}

function underPlanName(node: FieldNode): FieldNode {
  const name = planName(node)
  const { alias: _alias, ...own } = node
  if (name === node.name.value) return own
  return { ...own, alias: { kind: Kind.NAME, value: name } }
}
