// Answers GraphQL documents over values in memory: enough of the language for what planners write, without a schema.
// A document is parsed once. Every field may be null: a resolver that throws gives null and an error with its path.

import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionNode,
  valueFromASTUntyped,
} from 'graphql'

import { invariant } from '../../schema/errors.ts'

/** An object of a type; `__typename` names it. */
export type Source = Readonly<Record<string, unknown>>
export type Arguments = Readonly<Record<string, unknown>>
export type Field = (source: Source, args: Arguments) => unknown
/** Type → field → resolver. */
export type Types = Readonly<Record<string, Readonly<Record<string, Field>>>>

export interface StaticAnswer {
  readonly data: Readonly<Record<string, unknown>>
  readonly errors?: readonly StaticError[]
}

interface StaticError {
  readonly message: string
  readonly path: readonly (string | number)[]
}

export type AnswerDocument = (text: string, variables: Arguments) => StaticAnswer

/** One response key of one type: all places of the document that ask for it. */
interface Asked {
  readonly key: string
  readonly name: string
  readonly args: readonly ArgumentNode[]
  readonly below: Selections | undefined
}

const DOCUMENTS = 5000

export function buildAnswers(types: Types): AnswerDocument {
  const documents = new Map<string, Selections>()
  return (text, variables) => {
    let root = documents.get(text)
    if (root === undefined) {
      root = selectionsOf(parse(text, { noLocation: true }))
      if (documents.size >= DOCUMENTS) documents.clear()
      documents.set(text, root)
    }
    const errors: StaticError[] = []
    const walk = new Walk(types, variables, errors)
    const data = walk.object({ __typename: root.typename }, root, [])
    return errors.length === 0 ? { data } : { data, errors }
  }
}

function selectionsOf(document: DocumentNode): Selections {
  const fragments = new Map<string, readonly SelectionNode[]>()
  let root: Selections | undefined
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition.selectionSet.selections)
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      const typename = definition.operation === OperationTypeNode.QUERY ? 'Query' : 'Mutation'
      root = new Selections([definition.selectionSet.selections], fragments, typename)
    }
  }
  invariant(root, 'a document has an operation')
  return root
}

/** Selection sets that fall together, sorted out once per type of object. */
class Selections {
  readonly typename: string
  readonly #sets: readonly (readonly SelectionNode[])[]
  readonly #fragments: ReadonlyMap<string, readonly SelectionNode[]>
  readonly #byType = new Map<string, readonly Asked[]>()

  constructor(
    sets: readonly (readonly SelectionNode[])[],
    fragments: ReadonlyMap<string, readonly SelectionNode[]>,
    typename = '',
  ) {
    this.#sets = sets
    this.#fragments = fragments
    this.typename = typename
  }

  of(typename: string): readonly Asked[] {
    let asked = this.#byType.get(typename)
    if (asked === undefined) {
      const byKey = new Map<string, FieldNode[]>()
      for (const set of this.#sets) this.#collect(set, typename, byKey)
      asked = [...byKey].map(([key, nodes]) => this.#asked(key, nodes))
      this.#byType.set(typename, asked)
    }
    return asked
  }

  #asked(key: string, nodes: readonly FieldNode[]): Asked {
    const [{ name, arguments: args = [] }] = [nodes[0]!]
    const sets = nodes.flatMap(({ selectionSet }) =>
      selectionSet ? [selectionSet.selections] : [],
    )
    const below = sets.length === 0 ? undefined : new Selections(sets, this.#fragments)
    return { key, name: name.value, args, below }
  }

  #collect(set: readonly SelectionNode[], typename: string, into: Map<string, FieldNode[]>): void {
    for (const node of set) {
      invariant((node.directives ?? []).length === 0, 'planners write no directives here')
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        const nodes = into.get(key)
        if (nodes === undefined) into.set(key, [node])
        else nodes.push(node)
      } else if (node.kind === Kind.FRAGMENT_SPREAD) {
        this.#collect(this.#fragments.get(node.name.value) ?? [], typename, into)
      } else if ((node.typeCondition?.name.value ?? typename) === typename) {
        this.#collect(node.selectionSet.selections, typename, into)
      }
    }
  }
}

type Path = readonly (string | number)[]

class Walk {
  readonly #types: Types
  readonly #variables: Arguments
  readonly #errors: StaticError[]

  constructor(types: Types, variables: Arguments, errors: StaticError[]) {
    this.#types = types
    this.#variables = variables
    this.#errors = errors
  }

  object(source: Source, selections: Selections, path: Path): Record<string, unknown> {
    const typename = String(source['__typename'])
    const fields = this.#types[typename]
    invariant(fields, `there is a type ${typename}`)
    const result: Record<string, unknown> = {}
    for (const asked of selections.of(typename)) {
      const { key, name } = asked
      if (name === '__typename') result[key] = typename
      else result[key] = this.#field(source, fields[name], asked, [...path, key])
    }
    return result
  }

  #field(source: Source, field: Field | undefined, { args, below }: Asked, path: Path): unknown {
    try {
      invariant(field, `this subgraph has no field ${path.join('.')}`)
      return this.#value(field(source, this.#argumentsOf(args)), below, path)
    } catch (error) {
      this.#errors.push({ message: String(error), path })
      return null
    }
  }

  #value(value: unknown, below: Selections | undefined, path: Path): unknown {
    if (value === undefined || value === null) return null
    if (below === undefined) return value
    if (Array.isArray(value)) return value.map((item, n) => this.#value(item, below, [...path, n]))
    invariant(isSource(value), 'a value with selections is an object')
    return this.object(value, below, path)
  }

  #argumentsOf(nodes: readonly ArgumentNode[]): Arguments {
    if (nodes.length === 0) return NONE
    return Object.fromEntries(
      nodes.map(({ name, value }) => [name.value, valueFromASTUntyped(value, this.#variables)]),
    )
  }
}

const NONE: Arguments = {}

export function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null
}
