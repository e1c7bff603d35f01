// What an operation must come to for one who asks, by walking the whole of it with every fragment in its place: each field once
// for each way that leads to it.

import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

import type { Asker } from './askers.ts'
import {
  demandsBehind,
  demandsOf,
  type Guarded,
  type Reason,
  reasonOf,
  reasonOfNamed,
} from './definition.ts'

type Variables = Readonly<Record<string, unknown>>

/** `at`: its place in the answer, without places in lists; undefined: it is not asked for. */
type Removed = Reason & { readonly at: string | undefined }

export interface Expected {
  /** One operation without fragment definitions; its fields are no other document's. */
  readonly expanded: DocumentNode
  /** Fields of `expanded` that may not be read, for want of what they or something above them demand. */
  readonly removed: ReadonlyMap<FieldNode, Removed>
  /** Why fields may not be read, whatever stands above them. */
  readonly own: ReadonlySet<string>
  /** Those that are asked for with these variables, the first at each place; nothing below them. */
  readonly refused: readonly { readonly path: string; readonly reason: Reason }[]
  /** Is there nothing else? */
  readonly isAll: boolean
  /** Is anything removed of what may be one of several types? */
  readonly isAbstract: boolean
}

interface Walking {
  readonly guarded: Guarded
  readonly api: GraphQLSchema
  readonly asker: Asker
  readonly variables: Variables
  readonly removed: Map<FieldNode, Removed>
  readonly refused: Map<string, Reason>
  readonly own: Set<string>
  left: number
  isAbstract: boolean
}

export function expectedOf(
  source: Pick<Walking, 'guarded' | 'api' | 'asker' | 'variables'>,
  document: DocumentNode,
): Expected {
  const expanded = expand(document)
  const [operation] = expanded.definitions
  const walking: Walking = {
    ...source,
    removed: new Map(),
    refused: new Map(),
    own: new Set(),
    left: 0,
    isAbstract: false,
  }
  if (operation?.kind === Kind.OPERATION_DEFINITION) {
    const root = source.api.getRootType(operation.operation)
    if (root) walk(operation.selectionSet, { type: root, path: [], above: undefined }, walking)
  }
  const { removed, refused, own, left, isAbstract } = walking
  return {
    expanded,
    removed,
    own,
    refused: [...refused].map(([path, reason]) => ({ path, reason })),
    isAll: refused.size > 0 && left === 0,
    isAbstract,
  }
}

interface Place {
  readonly type: GraphQLNamedType
  /** Undefined: what is here is not asked for. */
  readonly path: readonly string[] | undefined
  readonly above: Reason | undefined
}

function walk({ selections }: SelectionSetNode, place: Place, walking: Walking): void {
  const { api, variables } = walking
  for (const node of selections) {
    const isAsked = isIncluded(node.directives, variables)
    const path = isAsked ? place.path : undefined
    if (node.kind === Kind.FIELD) walkField(node, { ...place, path }, walking)
    else if (node.kind === Kind.INLINE_FRAGMENT) {
      const type = api.getType(node.typeCondition?.name.value ?? '') ?? place.type
      walk(node.selectionSet, { ...place, type, path }, walking)
    }
  }
}

function walkField(node: FieldNode, place: Place, walking: Walking): void {
  const name = node.name.value
  const path = place.path && [...place.path, node.alias?.value ?? name]
  const above = judge(node, { ...place, path }, walking)
  const field = fieldOf(place.type, name)
  if (node.selectionSet === undefined || field === undefined) return
  walk(node.selectionSet, { type: getNamedType(field.type), path, above }, walking)
}

/** Gives why it may not be read, for all below it. */
function judge(node: FieldNode, { type, path, above }: Place, walking: Walking) {
  const isMeta = node.name.value.startsWith('__')
  const own = isMeta ? undefined : ownReason(node, type, walking)
  if (own !== undefined) walking.own.add(own.code)
  if (above === undefined && !isMeta) noteAsked(path, own, walking)
  const reason = above ?? own
  if (reason === undefined) return undefined
  walking.removed.set(node, { ...reason, at: path?.join('.') })
  walking.isAbstract ||= isInterfaceType(type)
  return reason
}

function noteAsked(path: Place['path'], own: Reason | undefined, walking: Walking): void {
  if (path === undefined) return
  const key = path.join('.')
  if (own !== undefined && !walking.refused.has(key)) walking.refused.set(key, own)
  if (own === undefined && path.length === 1) walking.left += 1
}

function fieldOf(type: GraphQLNamedType | undefined, name: string) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
}

function ownReason(node: FieldNode, type: GraphQLNamedType, walking: Walking): Reason | undefined {
  const { guarded, asker, variables } = walking
  const name = node.name.value
  const coordinate = `${type.name}.${name}`
  const reason = reasonOf(demandsOf(guarded, coordinate), asker)
  if (reason !== undefined) return reason
  const field = fieldOf(type, name)
  if (field === undefined) return undefined
  const given = node.arguments?.some((one) => one.name.value === 's') === true
  if (!given) return undefined
  const only = { ...field, args: field.args.filter((one) => one.name === 's') }
  const { s: named } = getArgumentValues(only, node, variables)
  return reasonOfNamed(demandsBehind(guarded, getNamedType(field.type)), named, asker)
}

function isIncluded(directives: readonly DirectiveNode[] = [], variables: Variables): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, { directives }, variables)
  const include = getDirectiveValues(GraphQLIncludeDirective, { directives }, variables)
  return skip?.['if'] !== true && include?.['if'] !== false
}

/** Every spread becomes an inline fragment of its own. */
export function expand({ definitions }: DocumentNode): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: OperationDefinitionNode | undefined
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    if (node.kind === Kind.OPERATION_DEFINITION) operation = node
  }
  const copy = ({ selections }: SelectionSetNode): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: selections.flatMap((node): readonly SelectionNode[] => {
      if (node.kind === Kind.FIELD) {
        return [{ ...node, ...(node.selectionSet && { selectionSet: copy(node.selectionSet) }) }]
      }
      if (node.kind === Kind.INLINE_FRAGMENT) {
        return [{ ...node, selectionSet: copy(node.selectionSet) }]
      }
      const fragment = fragments.get(node.name.value)
      if (fragment === undefined) return []
      const { typeCondition, selectionSet } = fragment
      const { directives = [] } = node
      const kind = Kind.INLINE_FRAGMENT
      return [{ kind, typeCondition, directives, selectionSet: copy(selectionSet) }]
    }),
  })
  if (operation === undefined) return { kind: Kind.DOCUMENT, definitions: [] }
  const whole = { ...operation, selectionSet: copy(operation.selectionSet) }
  return { kind: Kind.DOCUMENT, definitions: [whole] }
}
