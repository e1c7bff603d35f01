// A field that `@requires` asks with arguments stands beside what a client asks of the same field, and beside what another
// `@requires` asks with other arguments, in the same object under the same name. Planners err there: one makes them
// one, the other ends its process. So they see a field of its own for each, without arguments; what they plan is put right
// afterwards (restore-required.ts).

import {
  type ArgumentNode,
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type TypeNode,
  visit,
} from 'graphql'

/** What a field of ours stands for. */
export interface Required {
  readonly type: string
  readonly field: string
  readonly arguments: readonly ArgumentNode[]
}

export interface Separated {
  readonly supergraph: string
  /** By the names of our fields. */
  readonly required: ReadonlyMap<string, Required>
  /** `Type.field` → the fields of ours that it requires. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>
}

/** No field of a supergraph begins with it (schema/compose/check-supergraph.ts). */
const OWN = '_q_'

/** The same supergraph if no field is required with arguments. */
export function separateRequired(supergraph: string): Separated {
  if (!/requires: "[^"]*\(/.test(supergraph)) {
    return { supergraph, required: new Map(), needs: new Map() }
  }
  return new Separating(parse(supergraph, { noLocation: true })).run()
}

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

class Separating {
  readonly #document: DocumentNode
  readonly #types = new Map<string, Composite>()
  readonly #required = new Map<string, Required>()
  readonly #needs = new Map<string, Set<string>>()
  /** By what they stand for. */
  readonly #names = new Map<string, string>()
  /** `graph Type.field` of those that a graph no longer requires itself. */
  readonly #replaced = new Set<string>()
  /** Graph → all that it still says of fields. */
  readonly #said = new Map<string, string>()

  constructor(document: DocumentNode) {
    this.#document = document
    for (const node of document.definitions) {
      if (isComposite(node)) this.#types.set(node.name.value, node)
    }
  }

  run(): Separated {
    const rewritten = this.#eachType((type) => ({
      ...type,
      fields: (type.fields ?? []).map((field) => this.#rewritten(type, field)),
    }))
    for (const type of rewritten.definitions) {
      if (!isComposite(type)) continue
      this.#types.set(type.name.value, type)
      for (const one of [type, ...(type.fields ?? [])]) this.#hear(one.directives)
    }
    const completed = this.#eachType((type) => this.#completed(type))
    return { supergraph: print(completed), required: this.#required, needs: this.#needs }
  }

  #eachType(change: (type: Composite) => Composite): DocumentNode {
    const definitions = this.#document.definitions.map((node) =>
      isComposite(node) ? change(this.#types.get(node.name.value) ?? node) : node,
    )
    return { ...this.#document, definitions }
  }

  #rewritten(type: Composite, field: FieldDefinitionNode): FieldDefinitionNode {
    const needed = new Set<string>()
    const directives = field.directives?.map((one) => this.#withOwnFields(one, type, needed))
    if (needed.size > 0) this.#needs.set(`${type.name.value}.${field.name.value}`, needed)
    return { ...field, ...(directives && { directives }) }
  }

  #withOwnFields(
    directive: ConstDirectiveNode,
    type: Composite,
    needed: Set<string>,
  ): ConstDirectiveNode {
    if (directive.name.value !== 'join__field') return directive
    const given = directive.arguments?.map((argument) => {
      const { name, value } = argument
      if (name.value !== 'requires' || value.kind !== Kind.STRING) return argument
      if (!value.value.includes('(')) return argument
      const graph = argumentOf(directive, 'graph')
      const text = this.#fieldSet(value.value, type, { needed, graph })
      return { ...argument, value: { ...value, value: text } }
    })
    return { ...directive, ...(given && { arguments: given }) }
  }

  #fieldSet(text: string, type: Composite, within: Within): string {
    const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return text
    const set = this.#set(operation.selectionSet, type.name.value, within)
    return stripIgnoredCharacters(print(set)).slice(1, -1)
  }

  #set(set: SelectionSetNode, type: string, within: Within): SelectionSetNode {
    const selections = set.selections.map((node) => {
      if (node.kind === Kind.FIELD) return this.#field(node, type, within)
      if (node.kind === Kind.FRAGMENT_SPREAD) return node
      const condition = node.typeCondition?.name.value ?? type
      return { ...node, selectionSet: this.#set(node.selectionSet, condition, within) }
    })
    return { ...set, selections }
  }

  #field(node: FieldNode, type: string, within: Within): FieldNode {
    const { selectionSet, arguments: given = [], ...own } = node
    const definition = fieldOf(this.#types.get(type), node.name.value)
    const below = definition && selectionSet
    const field: FieldNode = {
      ...own,
      ...(below && { selectionSet: this.#set(below, namedType(definition.type), within) }),
    }
    if (given.length === 0) return field
    const name = this.#nameOf({ type, field: node.name.value, arguments: given })
    within.needed.add(name)
    this.#replaced.add(`${within.graph} ${type}.${node.name.value}`)
    return { ...field, name: { kind: Kind.NAME, value: name } }
  }

  #nameOf(required: Required): string {
    const { type, field, arguments: given } = required
    const key = `${type}.${field}(${given.map((one) => print(one)).join(' ')})`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const name = `${OWN}${this.#names.size}_${field}`
    this.#names.set(key, name)
    this.#required.set(name, required)
    return name
  }

  /** Each of our fields is where the field is that it stands for: in the type, and in those that implement it. */
  #completed(type: Composite): Composite {
    const own = new Set([type, ...(type.interfaces ?? [])].map(({ name }) => name.value))
    const added: FieldDefinitionNode[] = []
    for (const [name, required] of this.#required) {
      const field = own.has(required.type) ? fieldOf(type, required.field) : undefined
      if (field !== undefined) added.push(toOwn(name, field))
    }
    const fields = (type.fields ?? []).map((field) => this.#withoutUnused(type, field))
    return { ...type, fields: [...fields, ...added] }
  }

  #hear(directives: readonly ConstDirectiveNode[] = []): void {
    for (const directive of directives) {
      const graph = argumentOf(directive, 'graph')
      const said = ['key', 'requires', 'provides'].map((name) => argumentOf(directive, name))
      this.#said.set(graph, [this.#said.get(graph), ...said].join(' '))
    }
  }

  /** An external field that nothing in its graph is said of is refused as a mistake. */
  #withoutUnused(type: Composite, field: FieldDefinitionNode): FieldDefinitionNode {
    const isUnused = (directive: ConstDirectiveNode): boolean => {
      const graph = argumentOf(directive, 'graph')
      if (!this.#replaced.has(`${graph} ${type.name.value}.${field.name.value}`)) return false
      if (argumentOf(directive, 'external') !== 'true') return false
      const mentioned = new RegExp(`\\b${field.name.value}\\b`).test(this.#said.get(graph) ?? '')
      return !mentioned && !this.#isImplemented(type, field.name.value, graph)
    }
    const directives = field.directives?.filter((one) => !isUnused(one))
    return { ...field, ...(directives && { directives }) }
  }

  #isImplemented(type: Composite, field: string, graph: string): boolean {
    return (type.directives ?? []).some((directive) => {
      if (argumentOf(directive, 'graph') !== graph) return false
      return fieldOf(this.#types.get(argumentOf(directive, 'interface')), field) !== undefined
    })
  }
}

/** What is written in a field set: whose it is, and what of ours it needs. */
interface Within {
  readonly needed: Set<string>
  readonly graph: string
}

/** As text; empty if it is not given. */
function argumentOf({ arguments: given = [] }: ConstDirectiveNode, name: string): string {
  const value = given.find((one) => one.name.value === name)?.value
  if (value === undefined) return ''
  return value.kind === Kind.STRING ? value.value : print(value)
}

function toOwn(name: string, field: FieldDefinitionNode): FieldDefinitionNode {
  const directives = field.directives?.filter((one) => one.name.value === 'join__field')
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    type: field.type,
    ...(directives && { directives }),
  }
}

function isComposite(node: ASTNode): node is Composite {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
}

function fieldOf(type: Composite | undefined, name: string): FieldDefinitionNode | undefined {
  return type?.fields?.find((field) => field.name.value === name)
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

/** A document that asks the fields themselves, under the names of ours; the same document if it asks none. */
export function withRequired(
  document: DocumentNode,
  required: ReadonlyMap<string, Required>,
): DocumentNode {
  return visit(document, {
    Field: (node) => {
      const meant = required.get(node.name.value)
      if (meant === undefined) return undefined
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: meant.field },
        arguments: meant.arguments,
      }
    },
  })
}
