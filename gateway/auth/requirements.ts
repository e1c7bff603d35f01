// What a caller needs in order to read a type or field: `@authenticated`, `@requiresScopes` and `@policy`, read from
// the supergraph under whatever names its `@link`s give them.

import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql'

import { BroughtFields, type FieldOfType } from './brought-fields.ts'
import { linkedNames } from './linked-names.ts'

/** All must hold. Each list is OR of ANDs, as in the directives: `[["citizen"], ["agency", "inquiry:deed"]]`. */
export interface Requirement {
  readonly authenticated: boolean
  readonly scopes: readonly Alternatives[]
  readonly policies: readonly Alternatives[]
}

export type Alternatives = readonly (readonly string[])[]

const NOTHING: Requirement = { authenticated: false, scopes: [], policies: [] }

export class Requirements {
  readonly #schema: GraphQLSchema
  readonly #names: ReturnType<typeof linkedNames>
  readonly #brought: BroughtFields
  readonly #fields = new Map<string, Requirement>()

  /** The schema is built from the whole supergraph, syntax nodes included. */
  constructor(supergraph: GraphQLSchema) {
    this.#schema = supergraph
    this.#names = linkedNames(supergraph)
    this.#brought = new BroughtFields(supergraph)
  }

  /**
   * Of a field itself, of the type it stands on, and of the type it returns; of a field of an interface and of what a field
   * brings along, too. `__typename` needs what its type needs.
   */
  ofField(parent: string, name: string): Requirement {
    const key = `${parent}.${name}`
    const known = this.#fields.get(key)
    if (known !== undefined) return known
    const fields = this.#brought.withBrought({ type: parent, name })
    const requirement = all(fields.map((field) => this.#onField(field)))
    this.#fields.set(key, requirement)
    return requirement
  }

  #onField({ type: parent, name }: FieldOfType): Requirement {
    const type = this.#schema.getType(parent)
    if (!isObjectType(type) && !isInterfaceType(type)) return NOTHING
    const field = type.getFields()[name]
    if (field === undefined) return this.#onType(type)
    const returned = this.#schema.getType(innermost(String(field.type)))
    return all([
      this.#onType(type),
      this.#read(field.astNode?.directives),
      returned === undefined || isAbstractType(returned) ? NOTHING : this.#onType(returned),
      isInterfaceType(returned) ? this.#read(returned.astNode?.directives) : NOTHING,
    ])
  }

  #onType(type: GraphQLNamedType): Requirement {
    return this.#read(type.astNode?.directives)
  }

  #read(directives: readonly ConstDirectiveNode[] = []): Requirement {
    const names = this.#names
    const scopes: Alternatives[] = []
    const policies: Alternatives[] = []
    let authenticated = false
    for (const directive of directives) {
      const name = directive.name.value
      if (name === names.authenticated) authenticated = true
      if (name === names.requiresScopes) scopes.push(alternatives(directive, 'scopes'))
      if (name === names.policy) policies.push(alternatives(directive, 'policies'))
    }
    return { authenticated, scopes, policies }
  }
}

function all(requirements: readonly Requirement[]): Requirement {
  return {
    authenticated: requirements.some(({ authenticated }) => authenticated),
    scopes: requirements.flatMap(({ scopes }) => scopes),
    policies: requirements.flatMap(({ policies }) => policies),
  }
}

function innermost(type: string): string {
  return type.replaceAll(/[[\]!]/g, '')
}

function alternatives(directive: ConstDirectiveNode, argument: string): Alternatives {
  const node = directive.arguments?.find(({ name }) => name.value === argument)
  const value: unknown = node === undefined ? [] : valueFromASTUntyped(node.value)
  if (!Array.isArray(value)) return []
  return value.map((names) => (Array.isArray(names) ? names.map(String) : [String(names)]))
}
