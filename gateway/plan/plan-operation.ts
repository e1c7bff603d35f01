// A document in, its plan out. Plans are kept in a bounded cache under a key that names what is left of the document
// after access, so no caller gets another caller's plan.

import { type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql'

import { BoundedCache } from '../bounded-cache.ts'
import { KEEP_EMPTIED } from '../keep-emptied.ts'
import { normalise } from './normalise.ts'
import { NOTHING, type Planner, type PlanNode } from './plan.ts'

export type PlanOperation = (document: DocumentNode, key: string) => PlanNode

export function buildPlanOperation(planner: Planner, most: number): PlanOperation {
  const plans = new BoundedCache<string, PlanNode>(most)
  return (document, key) => {
    const known = plans.get(key)
    if (known !== undefined) return known
    const plan = planOf(planner, document)
    plans.set(key, plan)
    return plan
  }
}

function planOf(planner: Planner, document: DocumentNode): PlanNode {
  const fetched = withoutIntrospection(document)
  return asksOnlyTypename(fetched) ? NOTHING : planner.plan(normalise(fetched))
}

/** The gateway answers `__schema` and `__type` itself. */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: (node) =>
      node.name.value === '__schema' || node.name.value === '__type' ? null : undefined,
    SelectionSet: KEEP_EMPTIED,
  })
}

function asksOnlyTypename(document: DocumentNode): boolean {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  )
  return (
    operation?.selectionSet.selections.every(
      (node) => node.kind === Kind.FIELD && node.name.value === '__typename',
    ) ?? true
  )
}
