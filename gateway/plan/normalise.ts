// A client's document made ready for a planner: one operation without a name or named fragments, nothing of introspection
// at its root, no condition that is decided already, and every field under the key that execution reads (plan-name.ts), so
// that neither an alias nor an argument of a client meets what a plan asks in passing. Equal requests become equal texts.

import {
  type DirectiveNode,
  doTypesOverlap,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

import { invariant } from '../../schema/errors.ts'
import { conditional, isCondition, isUnconditional, toFragment, toSet } from './merge-fields.ts'
import { planName } from './plan-name.ts'

export type Operation = OperationDefinitionNode

/**
 * The document holds one operation, valid against the schema. What is left may select nothing but `__typename`.
 * `byType`: fields of interfaces that are asked of each type by itself.
 */
export function normalise(
  { definitions }: DocumentNode,
  schema: GraphQLSchema,
  byType: ReadonlySet<string> = NONE,
): Operation {
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: OperationDefinitionNode | undefined
  for (const definition of definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition
    else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition)
    }
  }
  invariant(operation, 'a checked document holds one operation')
  const root = schema.getRootType(operation.operation)
  invariant(root, 'the document was validated')
  const { name: _name, ...own } = operation
  const normalising = new Normalising(schema, fragments, byType)
  return { ...own, selectionSet: normalising.root(operation, root) }
}

const NONE: ReadonlySet<string> = new Set()

/** Where selections stand: what the objects are, and which conditions hold here for sure. */
interface Place {
  readonly type: GraphQLCompositeType
  readonly known: ReadonlyMap<string, boolean>
}

type Fragment = Pick<InlineFragmentNode, 'typeCondition' | 'selectionSet'>

const NOTHING_KNOWN: Place['known'] = new Map()

class Normalising {
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #byType: ReadonlySet<string>

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    byType: ReadonlySet<string>,
  ) {
    this.#schema = schema
    this.#fragments = fragments
    this.#byType = byType
  }

  root({ selectionSet }: OperationDefinitionNode, type: GraphQLCompositeType): SelectionSetNode {
    const selections: SelectionNode[] = []
    this.#add(selectionSet, { type, known: NOTHING_KNOWN }, selections)
    return toSet(selections.length > 0 ? selections : [TYPENAME])
  }

  /** Of an object of which nothing is asked for sure the type is asked: it is there, whatever the conditions say. */
  #set(set: SelectionSetNode, place: Place): SelectionSetNode {
    const selections: SelectionNode[] = []
    this.#add(set, place, selections)
    return toSet(selections.some(isSure) ? selections : [TYPENAME, ...selections])
  }

  #add(set: SelectionSetNode, place: Place, into: SelectionNode[]): void {
    for (const node of set.selections) {
      const directives = undecided(node.directives ?? [], place.known)
      if (directives === undefined) continue
      if (node.kind === Kind.FIELD) {
        if (node.name.value === '__typename') addTypename(directives, into)
        else if (!isIntrospection(node)) into.push(...this.#fields(node, place, directives))
        continue
      }
      const fragment =
        node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value)
      invariant(fragment, 'the document was validated')
      this.#addFragment(fragment, place, directives, into)
    }
  }

  #fields(
    node: FieldNode,
    place: Place,
    directives: readonly DirectiveNode[],
  ): readonly SelectionNode[] {
    const { type, known } = place
    if (!isInterfaceType(type) || !this.#byType.has(`${type.name}.${node.name.value}`)) {
      return [this.#field(node, place, directives)]
    }
    return this.#schema.getPossibleTypes(type).map((one) => {
      const field = this.#field(node, { type: one, known }, directives)
      const name = { kind: Kind.NAME, value: one.name } as const
      return toFragment([field], [], { kind: Kind.NAMED_TYPE, name })
    })
  }

  #field(node: FieldNode, { type, known }: Place, directives: readonly DirectiveNode[]): FieldNode {
    const { alias: _alias, selectionSet, ...own } = node
    const name = planName(node)
    const field: FieldNode = { ...own, directives }
    const below =
      selectionSet &&
      this.#set(selectionSet, {
        type: this.#typeOf(node, type),
        known: knowing(known, directives),
      })
    return {
      ...field,
      ...(name === node.name.value ? {} : { alias: { kind: Kind.NAME, value: name } }),
      ...(below && { selectionSet: below }),
    }
  }

  /** A condition that every object of the place meets says nothing, and a subgraph may not know its type. */
  #addFragment(
    { typeCondition, selectionSet }: Fragment,
    { type, known }: Place,
    directives: readonly DirectiveNode[],
    into: SelectionNode[],
  ): void {
    const condition = typeCondition && this.#schema.getType(typeCondition.name.value)
    const narrows = condition !== undefined && !this.#holds(condition, type)
    const inner = narrows && isCompositeType(condition) ? condition : type
    if (!doTypesOverlap(this.#schema, inner, type)) return
    const place = { type: inner, known: knowing(known, directives) }
    const selections: SelectionNode[] = []
    const plain = !narrows && directives.length === 0
    this.#add(selectionSet, place, plain ? into : selections)
    if (selections.length === 0) return
    if (!narrows) into.push(...conditional(selections, directives))
    else if (isUnionType(condition) && selections.every((one) => this.#isOfObject(one))) {
      into.push(...conditional(this.#within(type, selections), directives))
    } else into.push(toFragment(selections, directives, typeCondition))
  }

  /** Of a union nothing can be asked but the type, and what its members have: they say enough of the place. */
  #isOfObject(node: SelectionNode): boolean {
    if (node.kind === Kind.FIELD) return true
    const condition = node.kind === Kind.INLINE_FRAGMENT ? node.typeCondition : undefined
    return isObjectType(this.#schema.getType(condition?.name.value ?? ''))
  }

  #within(type: GraphQLCompositeType, selections: readonly SelectionNode[]) {
    return selections.filter((node) => {
      const name = node.kind === Kind.INLINE_FRAGMENT ? node.typeCondition?.name.value : undefined
      const condition = this.#schema.getType(name ?? '')
      return !isCompositeType(condition) || doTypesOverlap(this.#schema, condition, type)
    })
  }

  #holds(condition: GraphQLNamedType, type: GraphQLCompositeType): boolean {
    if (condition === type) return true
    if (!isAbstractType(condition)) return false
    // Of a union nothing is asked that a place of another kind could not be asked.
    if (isUnionType(condition) && isAbstractType(type)) {
      const possible = this.#schema.getPossibleTypes(type)
      return possible.every((one) => this.#schema.isSubType(condition, one))
    }
    return (isObjectType(type) || isInterfaceType(type)) && this.#schema.isSubType(condition, type)
  }

  #typeOf({ name }: FieldNode, parent: GraphQLCompositeType): GraphQLCompositeType {
    const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {}
    const field = fields[name.value]
    const type = field && getNamedType(field.type)
    invariant(type && isCompositeType(type), 'the document was validated')
    return type
  }
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** Under its own name only: it is the type of the object, whatever a client calls it. */
function addTypename(directives: readonly DirectiveNode[], into: SelectionNode[]): void {
  if (directives.length > 0) into.push({ ...TYPENAME, directives })
  else if (!into.includes(TYPENAME)) into.push(TYPENAME)
}

/** The gateway answers `__schema` and `__type` itself; both stand at the root of a query only. */
function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type'
}

function isSure(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && isUnconditional(node)
}

/** The directives that still decide something; undefined if they have decided that the selection falls away. */
function undecided(
  directives: readonly DirectiveNode[],
  known: Place['known'],
): readonly DirectiveNode[] | undefined {
  const left: DirectiveNode[] = []
  let here = known
  for (const directive of directives) {
    const value = valueOfIf(directive, here)
    const name = directive.name.value
    if ((name === 'skip' && value === true) || (name === 'include' && value === false)) {
      return undefined
    }
    const decided = value !== undefined && isCondition(directive)
    const undeferred = name === 'defer' && value === false
    if (decided || undeferred) continue
    left.push(directive)
    here = knowing(here, [directive])
  }
  return left
}

/** Below these directives their conditions hold. */
function knowing(known: Place['known'], directives: readonly DirectiveNode[]): Place['known'] {
  let more: Map<string, boolean> | undefined
  for (const directive of directives) {
    const condition = ifOf(directive)
    if (!isCondition(directive) || condition?.kind !== Kind.VARIABLE) continue
    more ??= new Map(known)
    more.set(condition.name.value, directive.name.value === 'include')
  }
  return more ?? known
}

function valueOfIf(directive: DirectiveNode, known: Place['known']): boolean | undefined {
  const condition = ifOf(directive)
  if (condition?.kind === Kind.BOOLEAN) return condition.value
  return condition?.kind === Kind.VARIABLE ? known.get(condition.name.value) : undefined
}

function ifOf({ arguments: given = [] }: DirectiveNode) {
  return given.find(({ name }) => name.value === 'if')?.value
}
