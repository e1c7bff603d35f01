// What a caller needs in order to read a type or field: the access directives, read from the supergraph under whatever
// names its `@link`s give them. Equal requirements are one object.

import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

import { type Assurance, type AssuranceLevels, levelOf, strictest } from './assurance.ts'
import { BroughtFields, type FieldOfType } from './brought-fields.ts'
import { argumentOf, isOfCase, listsOf, textsOf } from './directive-values.ts'
import { type LinkedNames, linkedNames } from './linked-names.ts'

/** All must hold. Each list of scopes and policies is OR of ANDs, as in the directives: `[["citizen"], ["agency", "inquiry:deed"]]`. */
export interface Requirement {
  readonly authenticated: boolean
  readonly scopes: readonly Alternatives[]
  readonly policies: readonly Alternatives[]
  /** Of each list one must be named by whoever is not the person. */
  readonly purposes: readonly (readonly string[])[]
  /** Of a person. */
  readonly assurance: Assurance | undefined
  /** Must agencies and staff name the case because of which they ask? */
  readonly ofCase: boolean
}

export type Alternatives = readonly (readonly string[])[]

export const NO_DEMAND: Requirement = {
  authenticated: false,
  scopes: [],
  policies: [],
  purposes: [],
  assurance: undefined,
  ofCase: false,
}

export class Requirements {
  readonly #schema: GraphQLSchema
  readonly #names: LinkedNames
  readonly #levels: AssuranceLevels
  readonly #brought: BroughtFields
  readonly #fields = new Map<string, Requirement>()
  readonly #equal = new Map<string, Requirement>()

  /** The schema is built from the whole supergraph, syntax nodes included. `levels`: of assurance, lowest first. */
  constructor(supergraph: GraphQLSchema, levels: AssuranceLevels) {
    this.#schema = supergraph
    this.#names = linkedNames(supergraph)
    this.#levels = levels
    this.#brought = new BroughtFields(supergraph)
  }

  /**
   * Of a field itself, of the type it stands on, and of the type it returns; of a field of an interface and of what a field
   * brings along, too.
   */
  ofField(parent: string, name: string): Requirement {
    const key = `${parent}.${name}`
    const known = this.#fields.get(key)
    if (known !== undefined) return known
    const fields = this.#brought.withBrought({ type: parent, name })
    const requirement = this.#one(all(fields.map((field) => this.#onField(field))))
    this.#fields.set(key, requirement)
    return requirement
  }

  #one(requirement: Requirement): Requirement {
    const text = JSON.stringify(requirement)
    const known = this.#equal.get(text) ?? requirement
    this.#equal.set(text, known)
    return known
  }

  #onField({ type: parent, name }: FieldOfType): Requirement {
    const type = this.#schema.getType(parent)
    if (!isObjectType(type) && !isInterfaceType(type)) return NO_DEMAND
    const field = type.getFields()[name]
    if (field === undefined) return this.#onType(type)
    const returned = this.#schema.getType(innermost(String(field.type)))
    const above = isOfInterfaceObject(field)
      ? type.getInterfaces().filter((one) => Object.hasOwn(one.getFields(), name))
      : []
    return all([
      this.#onType(type),
      this.#read(field.astNode?.directives),
      ...above.map((one) => this.#onType(one)),
      ...above.map((one) => this.#read(one.getFields()[name]?.astNode?.directives)),
      returned === undefined || isAbstractType(returned) ? NO_DEMAND : this.#onType(returned),
      isInterfaceType(returned) ? this.#onType(returned) : NO_DEMAND,
    ])
  }

  #onType(type: GraphQLNamedType): Requirement {
    const nodes = [type.astNode, ...type.extensionASTNodes]
    return this.#read(nodes.flatMap((node) => node?.directives ?? []))
  }

  #read(directives: readonly ConstDirectiveNode[] = []): Requirement {
    return all(directives.map((directive) => this.#demandOf(directive)))
  }

  #demandOf(directive: ConstDirectiveNode): Requirement {
    switch (this.#names.get(directive.name.value)) {
      case 'authenticated':
        return { ...NO_DEMAND, authenticated: true }
      case 'requiresScopes':
        return { ...NO_DEMAND, scopes: [listsOf(argumentOf(directive, 'scopes'))] }
      case 'policy':
        return { ...NO_DEMAND, policies: [listsOf(argumentOf(directive, 'policies'))] }
      case 'purpose':
        return { ...NO_DEMAND, purposes: [textsOf(argumentOf(directive, 'codes'))] }
      case 'assurance': {
        const maxAge = argumentOf(directive, 'maxAge')
        const acr = textsOf(argumentOf(directive, 'acr')).join(' ')
        const maxAgeS = typeof maxAge === 'number' ? maxAge : undefined
        return { ...NO_DEMAND, assurance: { acr, level: levelOf(acr, this.#levels), maxAgeS } }
      }
      case 'subject':
        return isOfCase(directive) ? { ...NO_DEMAND, ofCase: true } : NO_DEMAND
      case undefined:
        return NO_DEMAND
    }
  }
}

/**
 * It comes from an interface object: no subgraph gives it by the type itself, so what is demanded of it is said at the
 * interface, and only newer versions of composition repeat it here (CVE-2025-64530).
 */
function isOfInterfaceObject({ astNode }: GraphQLField<unknown, unknown>): boolean {
  const joined = astNode?.directives?.filter(({ name }) => name.value === 'join__field') ?? []
  return joined.some((one) => argumentOf(one, 'graph') === undefined)
}

function all(requirements: readonly Requirement[]): Requirement {
  return {
    authenticated: requirements.some(({ authenticated }) => authenticated),
    scopes: distinct(requirements.flatMap(({ scopes }) => scopes)),
    policies: distinct(requirements.flatMap(({ policies }) => policies)),
    purposes: distinct(requirements.flatMap(({ purposes }) => purposes)),
    assurance: strictest(requirements.map(({ assurance }) => assurance)),
    ofCase: requirements.some(({ ofCase }) => ofCase),
  }
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

function innermost(type: string): string {
  return type.replaceAll(/[[\]!]/g, '')
}
