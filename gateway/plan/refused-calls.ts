// Would a subgraph refuse a call because two types' fields of one name in it are not of one type (GraphQL §5.3.2, "Field
// Selection Merging")? Hive's planner asks entities of several types so.

import {
  type DocumentNode,
  getNamedType,
  type GraphQLOutputType,
  GraphQLSchema,
  isLeafType,
  isObjectType,
  OverlappingFieldsCanBeMergedRule,
  validate,
} from 'graphql'

import { toFullSchema } from '../../schema/compose/full-schema.ts'
import type { PlanNode } from './plan.ts'

export type IsRefused = (plan: PlanNode) => boolean

/** Reads the supergraph when it is first needed. Only calls that ask a field whose types differ are looked at. */
export function buildIsRefused(supergraph: string): IsRefused {
  let known: Known | undefined
  return (plan) => {
    known ??= read(supergraph)
    const { schema, differing } = known
    if (schema === undefined || differing === undefined) return false
    return callsOf(plan).some(({ text, document }) => {
      if (!differing.test(text)) return false
      return validate(schema, document, [OverlappingFieldsCanBeMergedRule]).length > 0
    })
  }
}

/** Nothing is known, and kept, where no field's types differ. */
interface Known {
  readonly schema?: GraphQLSchema
  /** Finds a field of such a name. */
  readonly differing?: RegExp
}

function read(supergraph: string): Known {
  const schema = toFullSchema(supergraph)
  const shapes = new Map<string, Set<string>>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const known = shapes.get(field.name) ?? new Set()
      shapes.set(field.name, known.add(shapeOf(field.type)))
    }
  }
  const names = [...shapes].filter(([, { size }]) => size > 1).map(([name]) => name)
  if (names.length === 0) return {}
  const differing = new RegExp(`\\b(?:${names.join('|')})\\b`)
  return { schema: new GraphQLSchema({ ...schema.toConfig(), assumeValid: true }), differing }
}

/** What fields of one name must agree in: lists, nulls, and the name of a leaf. */
function shapeOf(type: GraphQLOutputType): string {
  const named = getNamedType(type)
  return isLeafType(named) ? String(type) : String(type).replace(named.name, '')
}

interface Call {
  readonly text: string
  readonly document: DocumentNode
}

function callsOf(node: PlanNode | undefined): readonly Call[] {
  if (node === undefined) return []
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(callsOf)
    case 'condition':
      return [node.whenTrue, node.whenFalse].flatMap(callsOf)
    case 'defer':
      return [node.primary, ...node.deferred.map((part) => part.node)].flatMap(callsOf)
    case 'subscription':
      return [node.source, ...callsOf(node.rest)]
    case 'fetch':
    case 'entities':
      return [node]
  }
}
