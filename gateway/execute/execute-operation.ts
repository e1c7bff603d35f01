// A plan and a checked operation in, the answer out: gather, shape, then tell errors and origins by places that the
// client can see.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'

import type { Answer, AnswerError } from '../../schema/context.ts'
import { type ErrorCode, invariant } from '../../schema/errors.ts'
import type { Path } from '../../schema/provenance.ts'
import { NOTHING, type PlanNode } from '../plan/plan.ts'
import { Fields } from './fields.ts'
import { type Asked, gather, type Sources } from './gather.ts'
import { Shape } from './shape.ts'
import { isTree } from './tree.ts'

interface Execution extends Asked {
  readonly plan: PlanNode
  /** As the client sent it, so that denied fields are answered too. */
  readonly operation: OperationDefinitionNode
  readonly fragments: readonly FragmentDefinitionNode[]
  readonly denied: (nodes: readonly FieldNode[]) => ErrorCode | undefined
}

export type ExecuteOperation = (execution: Execution) => Promise<Answer>

export function buildExecuteOperation(schema: GraphQLSchema, sources: Sources): ExecuteOperation {
  return async (execution) => {
    const { operation, variables, denied, context } = execution
    const root = schema.getRootType(operation.operation)
    invariant(root, 'the document was validated')
    const fragments = new Map(execution.fragments.map((node) => [node.name.value, node]))
    const fields = new Fields({ schema, operation, fragments, variables })
    const asked = [...fields.root(root).values()].some((nodes) => isAnswered(nodes, denied))
    invariant(execution.plan !== NOTHING || !asked, 'the planner left out what was asked')
    const gathered = await gather(execution.plan, execution, sources)
    const shape = new Shape(
      { schema, fields, denied, reference: context.requestId },
      gathered.errors,
    )
    const data = shape.root(root, gathered.data)
    const errors = shape.errors.map((error) => withVisiblePath(error, data))
    const provenance = gathered.provenance.filter(({ path }) => holds(path, data))
    return {
      ...(errors.length > 0 ? { errors } : {}),
      data,
      ...(context.provenance ? { extensions: { provenance } } : {}),
    }
  }
}

/** Must some subgraph answer this root field? */
function isAnswered(nodes: readonly FieldNode[], denied: Execution['denied']): boolean {
  return nodes[0]?.name.value.startsWith('__') === false && denied(nodes) === undefined
}

/** GraphQL §7.1.2: a path names a place of the answer. Fields fetched only for a plan are not there. */
function withVisiblePath(error: AnswerError, data: unknown): AnswerError {
  const { path = [], ...rest } = error
  const visible = path.slice(0, stepsInto(data, path))
  return visible.length > 0 ? { ...rest, path: visible } : rest
}

function holds(path: Path, data: unknown): boolean {
  if (path.length === 0) return false
  let at = data
  for (const key of path) at = step(at, key)
  return at !== undefined
}

/** How many steps of the path lead to a place of the answer; a null on the way explains what was below it. */
function stepsInto(data: unknown, path: Path): number {
  let at = data
  for (const [index, key] of path.entries()) {
    if (at === null) return path.length
    at = step(at, key)
    if (at === undefined) return index
  }
  return path.length
}

function step(at: unknown, key: string | number): unknown {
  return (Array.isArray(at) || isTree(at)) && Object.hasOwn(at, key)
    ? Reflect.get(at, key)
    : undefined
}
