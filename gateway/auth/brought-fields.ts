// The fields that a field brings along: what it requires of other subgraphs (`@requires`), and what it is told of the
// objects above it (`@fromContext`). Its value may say all of theirs. Composition refuses a field that demands less than
// what it brings, but not every supergraph was composed by a version that does.

import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import { directiveOf, featuresOf } from '../../schema/compose/linked-features.ts'

export interface FieldOfType {
  readonly type: string
  readonly name: string
}

const CONTEXT = 'https://specs.apollo.dev/context'

export class BroughtFields {
  readonly #schema: GraphQLSchema
  /** By the name of the context. */
  readonly #contexts: ReadonlyMap<string, readonly GraphQLNamedType[]>

  /** The schema is built from the whole supergraph, syntax nodes included. */
  constructor(supergraph: GraphQLSchema) {
    this.#schema = supergraph
    this.#contexts = contextsOf(supergraph)
  }

  /** The field itself and, of an interface, those of the types behind it come first. */
  withBrought(field: FieldOfType): readonly FieldOfType[] {
    const all = new Map<string, FieldOfType>()
    const open = [field]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const key = `${next.type}.${next.name}`
      if (all.has(key)) continue
      all.set(key, next)
      open.push(...this.#behind(next), ...this.#brought(next))
    }
    return [...all.values()]
  }

  /** A field of an interface may turn out to be that of any type behind it. */
  #behind({ type, name }: FieldOfType): readonly FieldOfType[] {
    const parent = this.#schema.getType(type)
    if (!isInterfaceType(parent)) return []
    return this.#schema.getPossibleTypes(parent).map((one) => ({ type: one.name, name }))
  }

  #brought({ type, name }: FieldOfType): readonly FieldOfType[] {
    const parent = this.#schema.getType(type)
    if (!isObjectType(parent) && !isInterfaceType(parent)) return []
    // What an interface object requires is said at the interface only.
    const nodes = [parent, ...parent.getInterfaces()].map((one) => one.getFields()[name]?.astNode)
    return nodes
      .flatMap((node) => node?.directives ?? [])
      .filter((directive) => directive.name.value === 'join__field')
      .flatMap((directive) => this.#broughtBy(directive, parent))
  }

  #broughtBy(joined: ConstDirectiveNode, parent: GraphQLNamedType): readonly FieldOfType[] {
    const requires = valueOf(joined, 'requires')
    const required = typeof requires === 'string' ? this.#selected(requires, parent) : []
    const told = listOf(valueOf(joined, 'contextArguments')).flatMap((argument) => {
      const selection = textIn(argument, 'selection')
      const types = this.#contexts.get(textIn(argument, 'context')) ?? []
      return types.flatMap((type) => this.#selected(selection, type))
    })
    return [...required, ...told]
  }

  #selected(selection: string, on: GraphQLNamedType): readonly FieldOfType[] {
    if (!isCompositeType(on)) return []
    const text = selection.trim().startsWith('{') ? selection : `{ ${selection} }`
    const [operation] = parse(text, { noLocation: true }).definitions
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return []
    const types = new TypeInfo(this.#schema, on)
    const fields: FieldOfType[] = []
    visit(
      operation.selectionSet,
      visitWithTypeInfo(types, {
        Field: (node) => {
          fields.push({ type: types.getParentType()?.name ?? '', name: node.name.value })
        },
      }),
    )
    return fields
  }
}

function contextsOf(schema: GraphQLSchema): ReadonlyMap<string, readonly GraphQLNamedType[]> {
  const nodes = [schema.astNode, ...schema.extensionASTNodes].filter((node) => node != null)
  const directive = directiveOf(CONTEXT, featuresOf({ kind: Kind.DOCUMENT, definitions: nodes }))
  const contexts = new Map<string, GraphQLNamedType[]>()
  if (directive === undefined) return contexts
  for (const type of Object.values(schema.getTypeMap())) {
    for (const set of type.astNode?.directives ?? []) {
      if (set.name.value !== directive) continue
      const name = String(valueOf(set, 'name'))
      contexts.set(name, [...(contexts.get(name) ?? []), type])
    }
  }
  return contexts
}

function valueOf(directive: ConstDirectiveNode, argument: string): unknown {
  const node = directive.arguments?.find(({ name }) => name.value === argument)
  return node === undefined ? undefined : valueFromASTUntyped(node.value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textIn(value: unknown, key: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : ''
  return typeof text === 'string' ? text : ''
}
