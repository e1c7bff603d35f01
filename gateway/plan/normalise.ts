// A client's document made ready for a planner: one operation without a name or named fragments, nothing of introspection
// at its root, no condition that is decided already, and every field under the key that execution reads (plan-name.ts), so
// that neither an alias nor an argument of a client meets what a plan asks in passing. Equal requests become equal texts.

import {
  type DirectiveNode,
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
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

import { invariant } from '../../schema/errors.ts'
import { planName } from './plan-name.ts'

export type Operation = OperationDefinitionNode

/** The document holds one operation, valid against the schema. What is left may select nothing but `__typename`. */
export function normalise({ definitions }: DocumentNode, schema: GraphQLSchema): Operation {
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
  return { ...own, selectionSet: new Normalising(schema, fragments).root(operation, root) }
}

class Normalising {
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema
    this.#fragments = fragments
  }

  root({ selectionSet }: OperationDefinitionNode, type: GraphQLCompositeType): SelectionSetNode {
    return this.#set(selectionSet, type)
  }

  #set(set: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const selections: SelectionNode[] = []
    this.#add(set, type, selections)
    return toSet(selections.length > 0 ? selections : [TYPENAME])
  }

  #add(set: SelectionSetNode, type: GraphQLCompositeType, into: SelectionNode[]): void {
    for (const node of set.selections) {
      const directives = undecided(node.directives ?? [])
      if (directives === undefined) continue
      if (node.kind === Kind.FIELD) {
        if (node.name.value === '__typename') addTypename(directives, into)
        else if (!isIntrospection(node)) into.push(this.#field(node, type, directives))
        continue
      }
      const fragment =
        node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value)
      invariant(fragment, 'the document was validated')
      this.#addFragment(fragment, type, directives, into)
    }
  }

  #field(
    node: FieldNode,
    type: GraphQLCompositeType,
    directives: readonly DirectiveNode[],
  ): FieldNode {
    const { alias: _alias, selectionSet, ...own } = node
    const name = planName(node)
    const field: FieldNode = { ...own, directives }
    const below = selectionSet && this.#set(selectionSet, this.#typeOf(node, type))
    return {
      ...field,
      ...(name === node.name.value ? {} : { alias: { kind: Kind.NAME, value: name } }),
      ...(below && { selectionSet: below }),
    }
  }

  /** A condition that every object of the place meets says nothing, and a subgraph may not know its type. */
  #addFragment(
    {
      typeCondition,
      selectionSet,
    }: Pick<FragmentDefinitionNode, 'selectionSet'> & {
      readonly typeCondition?: FragmentDefinitionNode['typeCondition'] | undefined
    },
    type: GraphQLCompositeType,
    directives: readonly DirectiveNode[],
    into: SelectionNode[],
  ): void {
    const condition = typeCondition && this.#schema.getType(typeCondition.name.value)
    const narrows = condition !== undefined && !this.#holds(condition, type)
    const inner = narrows && isCompositeType(condition) ? condition : type
    if (!narrows && directives.length === 0) {
      this.#add(selectionSet, type, into)
      return
    }
    const selections: SelectionNode[] = []
    this.#add(selectionSet, inner, selections)
    if (selections.length === 0) return
    into.push({
      kind: Kind.INLINE_FRAGMENT,
      ...(narrows && typeCondition ? { typeCondition } : {}),
      directives,
      selectionSet: toSet(selections),
    })
  }

  #holds(condition: GraphQLNamedType, type: GraphQLCompositeType): boolean {
    if (condition === type) return true
    if (!isAbstractType(condition)) return false
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

function toSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections }
}

/** The gateway answers `__schema` and `__type` itself; both stand at the root of a query only. */
function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type'
}

/** The directives that still decide something; undefined if they have decided that the selection falls away. */
function undecided(directives: readonly DirectiveNode[]): readonly DirectiveNode[] | undefined {
  const left: DirectiveNode[] = []
  for (const directive of directives) {
    const value = literalIf(directive)
    const name = directive.name.value
    if ((name === 'skip' && value === true) || (name === 'include' && value === false)) {
      return undefined
    }
    const decided = value !== undefined && (name === 'skip' || name === 'include')
    const undeferred = name === 'defer' && value === false
    if (!decided && !undeferred) left.push(directive)
  }
  return left
}

function literalIf({ arguments: given = [] }: DirectiveNode): boolean | undefined {
  const value = given.find(({ name }) => name.value === 'if')?.value
  return value?.kind === Kind.BOOLEAN ? value.value : undefined
}
