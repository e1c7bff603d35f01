// A random operation that is valid for a schema, and values for its variables.

import {
  doTypesOverlap,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql'

import { Random } from './random.ts'

export type Variables = Readonly<Record<string, unknown>>

export interface RandomOperation {
  readonly document: DocumentNode
  /** Several assignments, so that one plan serves them all. */
  readonly variables: readonly Variables[]
}

const TRIES = 30

/** Undefined if luck gave no valid one. */
export function makeOperation(schema: GraphQLSchema, seed: number): RandomOperation | undefined {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const writer = new Writer(schema, new Random(seed * TRIES + attempt))
    const document = parse(writer.write(), { noLocation: true })
    if (validate(schema, document).length > 0) continue
    return { document, variables: [0, 1, 2].map(() => writer.assign()) }
  }
  return undefined
}

type Composite = GraphQLCompositeType

class Writer {
  readonly #schema: GraphQLSchema
  readonly #random: Random
  readonly #variables = new Map<string, string>()
  readonly #fragments = new Map<string, { type: string; text: string }>()
  #left: number

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema
    this.#random = random
    this.#left = random.pick([4, 8, 15, 30])
  }

  write(): string {
    const mutation = this.#schema.getMutationType()
    const query = this.#schema.getQueryType()
    const root = mutation && this.#random.chance(0.3) ? mutation : query
    if (!root) throw new RangeError('a schema has a query type')
    const selections = this.#selections(root, 0)
    const variables = [...this.#variables].map(([name, type]) => `$${name}: ${type}`)
    const head = `${root === mutation ? 'mutation' : 'query'} Q`
    const fragments = [...this.#fragments].map(
      ([name, { type, text }]) => `fragment ${name} on ${type} ${text}`,
    )
    return [
      `${head}${variables.length > 0 ? `(${variables.join(', ')})` : ''} ${selections}`,
      ...fragments,
    ].join('\n')
  }

  assign(): Variables {
    const assigned: Record<string, unknown> = {}
    for (const [name, type] of this.#variables) {
      const must = type.endsWith('!') && !type.includes('=')
      if (!must && this.#random.chance(0.3)) continue
      if (!type.includes('!') && this.#random.chance(0.15)) assigned[name] = null
      else assigned[name] = this.#value(type.replace(/ =.*/, '').replace(/!$/, ''))
    }
    return assigned
  }

  #selections(type: Composite, depth: number): string {
    const random = this.#random
    const count = random.between(1, depth === 0 ? 4 : 5)
    const made: string[] = []
    for (let index = 0; index < count; index++) {
      if (index > 0 && this.#left <= 0) break
      made.push(this.#selection(type, depth))
    }
    return `{ ${made.join(' ')} }`
  }

  #selection(type: Composite, depth: number): string {
    const random = this.#random
    this.#left -= 1
    const fields = fieldsOf(type)
    const kind = random.below(20)
    if (kind === 0 || (fields.length === 0 && kind < 4)) return this.#typename()
    const likesFragments = fields.length === 0 || kind < 4 || (kind < 8 && isAbstractType(type))
    if (depth < 6 && likesFragments) return this.#fragment(type, depth)
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)))
    const isDeep = depth > 4 || this.#left <= 0
    const usable = isDeep ? leaves : fields
    return usable.length === 0 ? '__typename' : this.#field(random.pick(usable), depth)
  }

  #typename(): string {
    const alias = this.#random.chance(0.3) ? `${this.#alias()}: ` : ''
    return `${alias}__typename${this.#directives()}`
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const random = this.#random
    const alias = random.chance(0.2) ? `${this.#alias()}: ` : ''
    const given = field.args
      .filter((one) => isNeeded(one) || random.chance(0.6))
      .map((one) => `${one.name}: ${this.#argument(one)}`)
    const args = given.length > 0 ? `(${given.join(', ')})` : ''
    const below = namedComposite(field)
    const selections = below === undefined ? '' : ` ${this.#selections(below, depth + 1)}`
    return `${alias}${field.name}${args}${this.#directives()}${selections}`
  }

  /** Names that fields and keys have, too. */
  #alias(): string {
    const random = this.#random
    return random.chance(0.6)
      ? random.pick(['id', 'code', 'a', 'b', 'c', 'name', 'ka', 'org', 'f', 'ia', 'va'])
      : random.pick(['x', 'y', 'constructor', '__proto__', 'length', '_p_x', '_entities'])
  }

  #fragment(type: Composite, depth: number): string {
    const random = this.#random
    const candidates = this.#overlapping(type)
    const on = random.pick(candidates)
    const known = [...this.#fragments].filter(([, one]) =>
      candidates.some(({ name }) => name === one.type),
    )
    if (known.length > 0 && random.chance(0.4)) {
      return `...${random.pick(known)[0]}${this.#directives()}`
    }
    const text = this.#selections(on, depth + 1)
    if (random.chance(0.3)) {
      const name = `F${this.#fragments.size}`
      if (!this.#fragments.has(name)) {
        this.#fragments.set(name, { type: on.name, text })
        return `...${name}${this.#directives()}`
      }
    }
    const condition = on === type && random.chance(0.5) ? '' : ` on ${on.name}`
    return `...${condition}${this.#directives()} ${text}`
  }

  #overlapping(type: Composite): readonly Composite[] {
    const all = Object.values(this.#schema.getTypeMap())
      .filter((one) => isCompositeType(one))
      .filter((one) => !one.name.startsWith('__') && doTypesOverlap(this.#schema, one, type))
    return [type, ...all]
  }

  #directives(): string {
    const random = this.#random
    if (!random.chance(0.12)) return ''
    const condition = (): string =>
      random.chance(0.2) ? `${random.chance(0.5)}` : this.#variable('Boolean!')
    const kind = random.below(5)
    if (kind < 2) return ` @skip(if: ${condition()})`
    if (kind < 4) return ` @include(if: ${condition()})`
    return ` @skip(if: ${condition()}) @include(if: ${condition()})`
  }

  #argument({ type, defaultValue }: GraphQLArgument): string {
    const random = this.#random
    if (random.chance(0.5)) {
      const printed = String(type)
      const stricter = !isNonNullType(type) && random.chance(0.2) ? `${printed}!` : printed
      return this.#variable(defaultValue === undefined || random.chance(0.5) ? stricter : printed)
    }
    return this.#literal(type)
  }

  #variable(type: string): string {
    const random = this.#random
    const base = type.replace(/!$/, '')
    const known = [...this.#variables].filter(([, one]) => one === type)
    if (known.length > 0 && random.chance(0.5)) return `$${random.pick(known)[0]}`
    const name = random.chance(0.05) ? 'constructor' : `v${this.#variables.size}`
    const defaults: Readonly<Record<string, string>> = {
      Int: '7',
      Boolean: 'true',
      Colour: 'BLUE',
      Filter: '{ words: ["d"] }',
      Json: '{ d: [1] }',
    }
    const fallback = random.chance(0.25) ? defaults[base] : undefined
    if (this.#variables.has(name)) return `$${name}`
    this.#variables.set(name, fallback === undefined ? type : `${type} = ${fallback}`)
    return `$${name}`
  }

  #literal(type: GraphQLInputType): string {
    const random = this.#random
    if (isNonNullType(type)) return this.#literal(type.ofType)
    if (random.chance(0.1)) return 'null'
    if (isListType(type))
      return `[${this.#literal(type.ofType)}, ${random.below(9)}]`.replace('null', '1')
    const literals: Readonly<Record<string, readonly string[]>> = {
      Int: ['0', '5', '-1'],
      String: ['""', '"a\\"b"', '"کد"'],
      Colour: ['RED', 'GREEN'],
      Filter: [
        '{}',
        '{ least: 4 }',
        '{ words: ["a", "b"], colour: GREEN }',
        `{ least: ${this.#variable('Int!')} }`,
        `{ colour: ${this.#variable('Colour')}, words: null }`,
      ],
      Json: ['{ a: { b: [1, "x"] } }', '3', '[]', `{ v: [${this.#variable('Int')}] }`],
    }
    return random.pick(literals[type.name] ?? ['1'])
  }

  #value(type: string): unknown {
    const values: Readonly<Record<string, readonly unknown[]>> = {
      Int: [0, 5, -1],
      String: ['', 'a"b', 'کد'],
      Boolean: [true, false],
      Colour: ['RED', 'GREEN'],
      Filter: [{}, { least: 4 }, { words: ['a', 'b'], colour: 'GREEN' }, { colour: null }],
      Json: [{ a: { b: [1, 'x'] } }, 3, [], [{ __proto: 1 }]],
      '[Int!]': [[], [1, 2], 3],
    }
    return this.#random.pick(values[type] ?? [1])
  }
}

function namedComposite(field: GraphQLField<unknown, unknown>) {
  const named = getNamedType(field.type)
  return isCompositeType(named) ? named : undefined
}

function isNeeded({ type, defaultValue }: GraphQLArgument): boolean {
  return isNonNullType(type) && defaultValue === undefined
}

function fieldsOf(type: Composite): readonly GraphQLField<unknown, unknown>[] {
  return isInterfaceType(type) || isObjectType(type) ? Object.values(type.getFields()) : []
}
