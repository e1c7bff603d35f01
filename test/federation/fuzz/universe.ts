// A random graph as plain data: its types, and which subgraph knows which field. What is derived from it (schemas, values)
// depends on nothing else, so a field can be taken out and all else stays as it was.

import { Random } from './random.ts'

export interface Universe {
  readonly seed: number
  readonly subgraphs: number
  /** Shares of the places that are null, or fail, where they may. */
  readonly rates: { readonly nulls: number; readonly failures: number }
  readonly objects: readonly ObjectSpec[]
  readonly abstracts: readonly AbstractSpec[]
}

export interface ObjectSpec {
  /** A facade is an interface object: one subgraph adds its fields to all types of the interface of that name. */
  readonly kind: 'root' | 'entity' | 'value' | 'facade'
  readonly name: string
  /** How many there are (entities). */
  readonly instances: number
  /** By subgraph: the keys it declares, of KEYS. */
  readonly keys: readonly (readonly string[])[]
  /** By subgraph: can it not complete this entity? Holds only where it adds nothing. */
  readonly unresolvable: readonly boolean[]
  readonly fields: readonly FieldSpec[]
}

interface AbstractSpec {
  readonly kind: 'interface' | 'union'
  readonly name: string
  readonly members: readonly string[]
  /** Of an interface: fields that all members have. */
  readonly fields: readonly string[]
}

export interface FieldSpec {
  readonly name: string
  readonly type: TypeRef
  /** The subgraphs that answer it; undefined for a value type's field that all know. */
  readonly owners: readonly number[] | undefined
  readonly args: readonly (keyof typeof ARGUMENTS)[]
  /** The members that it can be, if its type is abstract. */
  readonly yields: readonly string[]
  /** Paths of fields that its owner needs first. */
  readonly requires: readonly Path[]
  /** Paths of fields of another owner that its owner gives along. */
  readonly provides: readonly Path[]
  /** The subgraph that had it before its owner took it over. */
  readonly overridden: number | undefined
  readonly inaccessible: boolean
  /** Never fails, because others depend on it. */
  readonly safe: boolean
}

export interface TypeRef {
  readonly base: string
  readonly lists: number
  /** From the outermost to the base. */
  readonly nonNull: readonly boolean[]
}

export type Path = readonly string[]

/** Keys that entities may have. */
const KEYS = ['id', 'code', 'ka kb', 'org { no }'] as const

export const ARGUMENTS = {
  n: 'Int = 3',
  s: 'String',
  must: 'Int! = 1',
  colour: 'Colour = RED',
  many: '[Int!]',
  filter: 'Filter',
  json: 'Json',
} as const

const SCALARS = ['Int', 'String', 'Float', 'Boolean', 'ID', 'Colour', 'Json'] as const
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'name', 'note']

export function printType({ base, lists, nonNull }: TypeRef): string {
  let printed = base + (nonNull[lists] === true ? '!' : '')
  for (let level = lists - 1; level >= 0; level--) {
    printed = `[${printed}]${nonNull[level] === true ? '!' : ''}`
  }
  return printed
}

export function makeUniverse(seed: number): Universe {
  return new Maker(seed).make()
}

class Maker {
  readonly #random: Random
  readonly #seed: number
  readonly #subgraphs: number
  readonly #entities: readonly string[]
  readonly #values: readonly string[]
  #abstracts: readonly AbstractSpec[] = []

  constructor(seed: number) {
    const random = new Random(seed)
    this.#random = random
    this.#seed = seed
    this.#subgraphs = random.pick([2, 2, 3, 3, 3, 4, 5])
    this.#entities = ['Ent0', 'Ent1', 'Ent2', 'Ent3'].slice(0, random.between(2, 4))
    this.#values = ['Val0', 'Val1', 'Val2'].slice(0, random.between(1, 3))
  }

  make(): Universe {
    const random = this.#random
    this.#abstracts = this.#makeAbstracts()
    const common = new Map(
      this.#abstracts.flatMap(({ kind, name, fields }) =>
        kind === 'interface' ? [[name, fields.map((field) => this.#simple(field))] as const] : [],
      ),
    )
    const objects = [
      this.#root('Query', random.between(3, 5)),
      ...(random.chance(0.3) ? [this.#root('Mutation', random.between(2, 4))] : []),
      ...this.#entities.map((name) => this.#entity(name, common)),
      ...this.#values.map((name) => this.#value(name, common)),
    ]
    const universe: Universe = this.#withFacade({
      seed: this.#seed,
      subgraphs: this.#subgraphs,
      rates: {
        nulls: random.pick([0, 0.1, 0.3]),
        failures: random.pick([0, 0, 0.05, 0.2]),
      },
      objects,
      abstracts: this.#abstracts,
    })
    return this.#withDependencies(universe)
  }

  /** One more subgraph that knows an interface as if it were a type. */
  #withFacade(universe: Universe): Universe {
    const random = this.#random
    const { subgraphs, objects, abstracts } = universe
    const face = abstracts.find(({ name }) => name === 'Face0')
    if (face === undefined || random.chance(0.5)) return universe
    const field = (name: string, base: string, owner: number): FieldSpec => {
      const lists = random.pick([0, 0, 1])
      const nonNull = Array.from({ length: lists + 1 }, () => random.chance(0.2))
      const yields = base === face.name ? face.members : []
      return { ...this.#plain(name, { base, lists, nonNull }, yields), owners: [owner] }
    }
    const fields = ['xa', 'xb', 'xc'].map((name) =>
      field(name, random.pick([...SCALARS, face.name, face.name]), subgraphs),
    )
    const ways = [field('Q_far', face.name, subgraphs), field('Q_face', face.name, 0)]
    const facade: ObjectSpec = {
      kind: 'facade',
      name: face.name,
      instances: 0,
      keys: [],
      unresolvable: [],
      fields,
    }
    return {
      ...universe,
      subgraphs: subgraphs + 1,
      objects: [
        ...objects.map((one) =>
          one.name === 'Query' ? { ...one, fields: [...one.fields, ...ways] } : one,
        ),
        facade,
      ],
    }
  }

  #makeAbstracts(): readonly AbstractSpec[] {
    const random = this.#random
    const made: AbstractSpec[] = []
    if (random.chance(0.5)) {
      const members = random.some(this.#entities, 0.8)
      made.push({ kind: 'interface', name: 'Face0', members, fields: ['id', 'ia', 'ib'] })
    }
    if (random.chance(0.3)) {
      const members = random.some(this.#values, 0.8)
      made.push({ kind: 'interface', name: 'Face1', members, fields: ['va', 'vb'] })
    }
    if (random.chance(0.5)) {
      const members = random.some([...this.#entities, ...this.#values], 0.6)
      made.push({ kind: 'union', name: 'Any0', members, fields: [] })
    }
    return made
  }

  #root(name: string, count: number): ObjectSpec {
    const made = this.#names(count).map((field) => this.#field(`${name[0]}_${field}`))
    // A mutation that two subgraphs answer could be done twice.
    const fields =
      name === 'Mutation' ? made.map((one) => ({ ...one, owners: one.owners?.slice(0, 1) })) : made
    return { kind: 'root', name, instances: 1, keys: [], unresolvable: [], fields }
  }

  #entity(name: string, common: ReadonlyMap<string, readonly FieldSpec[]>): ObjectSpec {
    const random = this.#random
    const mustHaveId = this.#abstracts.some(
      ({ kind, members }) => kind === 'interface' && members.includes(name),
    )
    const pool = random.chance(0.5) ? KEYS : KEYS.slice(0, 1)
    const each = Array.from({ length: this.#subgraphs }, (_, index) => index)
    const keys = each.map(() => {
      const some = random.some(pool)
      return mustHaveId && !some.includes('id') ? ['id', ...some] : some
    })
    const own = this.#names(random.between(2, 5)).map((field) => this.#field(field))
    return {
      kind: 'entity',
      name,
      instances: random.between(1, 4),
      keys,
      unresolvable: each.map(() => !mustHaveId && random.chance(0.3)),
      fields: [...own, ...this.#shared(name, common, true)],
    }
  }

  #value(name: string, common: ReadonlyMap<string, readonly FieldSpec[]>): ObjectSpec {
    const random = this.#random
    const fields = this.#names(random.between(1, 3)).map((field) => ({
      ...this.#field(field),
      owners: random.chance(0.85) ? undefined : this.#owners(),
      overridden: undefined,
    }))
    return {
      kind: 'value',
      name,
      instances: 0,
      keys: [],
      unresolvable: [],
      fields: [...fields, ...this.#shared(name, common, false)],
    }
  }

  /** The fields of the interfaces it implements; sometimes stricter than they ask. */
  #shared(
    name: string,
    common: ReadonlyMap<string, readonly FieldSpec[]>,
    owned: boolean,
  ): readonly FieldSpec[] {
    const random = this.#random
    return this.#abstracts
      .filter(({ kind, members }) => kind === 'interface' && members.includes(name))
      .flatMap((one) => common.get(one.name) ?? [])
      .filter((field) => field.name !== 'id')
      .map((field) => ({
        ...field,
        owners: owned ? this.#owners() : undefined,
        type: random.chance(0.3) ? { ...field.type, nonNull: [true] } : field.type,
      }))
  }

  #names(count: number): readonly string[] {
    const left = [...NAMES]
    return Array.from({ length: count }, () => left.splice(this.#random.below(left.length), 1)[0])
      .filter((name) => name !== undefined)
      .toSorted()
  }

  #owners(): readonly number[] {
    const random = this.#random
    const first = random.below(this.#subgraphs)
    const second = random.chance(0.2) ? random.below(this.#subgraphs) : first
    return first === second ? [first] : [first, second].toSorted((a, b) => a - b)
  }

  #simple(name: string): FieldSpec {
    const base = this.#random.pick(SCALARS)
    return this.#plain(name, { base, lists: 0, nonNull: [false] }, [])
  }

  #plain(name: string, type: TypeRef, yields: readonly string[]): FieldSpec {
    return {
      name,
      type,
      owners: undefined,
      args: [],
      yields,
      requires: [],
      provides: [],
      overridden: undefined,
      inaccessible: false,
      safe: false,
    }
  }

  #field(name: string): FieldSpec {
    const random = this.#random
    const base = this.#base(name)
    const lists = random.pick([0, 0, 0, 0, 0, 0, 1, 1, 1, 2])
    const nonNull = Array.from({ length: lists + 1 }, () => random.chance(0.25))
    const members = this.#abstracts.find((one) => one.name === base)?.members ?? []
    const yields = members.length > 0 ? random.some(members, 0.7) : []
    const args = random.chance(0.25)
      ? random.some(['n', 's', 'must', 'colour', 'many', 'filter', 'json'] as const, 0.3)
      : []
    const owners = this.#owners()
    const before = random.below(this.#subgraphs)
    return {
      ...this.#plain(name, { base, lists, nonNull }, yields),
      owners,
      args,
      overridden:
        owners.length === 1 && !owners.includes(before) && random.chance(0.15) ? before : undefined,
      inaccessible: random.chance(0.04),
    }
  }

  #base(name: string): string {
    const random = this.#random
    const kind = random.below(10)
    const scalar = name.includes('_') ? 1 : 5
    if (kind < scalar) return random.pick(SCALARS)
    if (kind < 7) return random.pick(this.#entities)
    const abstracts = this.#abstracts.map((one) => one.name)
    if (kind < 9 || abstracts.length === 0) return random.pick(this.#values)
    return random.pick(abstracts)
  }

  /** Adds @requires and @provides between fields of different owners. */
  #withDependencies(universe: Universe): Universe {
    const random = this.#random
    const depended = new Set<string>()
    const objects = universe.objects.map((object) => ({
      ...object,
      fields: object.fields.map((field) => {
        const [owner] = field.owners ?? []
        if (owner === undefined || field.owners?.length !== 1) return field
        if (object.kind === 'entity' && field.overridden === undefined && random.chance(0.25)) {
          const requires = this.#paths(universe, object, { owner, self: field.name, depended })
          return { ...field, requires }
        }
        const target = universe.objects.find(({ name }) => name === field.type.base)
        if (target?.kind === 'entity' && random.chance(0.25)) {
          const provides = this.#paths(universe, target, { owner, self: '', depended: new Set() })
          return { ...field, provides }
        }
        return field
      }),
    }))
    return {
      ...universe,
      objects: objects.map((object) => ({
        ...object,
        fields: object.fields.map((field) => ({
          ...field,
          safe: depended.has(`${object.name}.${field.name}`),
        })),
      })),
    }
  }

  /** Up to two paths from an object to leaves that `owner` does not answer itself. */
  #paths(
    universe: Universe,
    from: ObjectSpec,
    want: { owner: number; self: string; depended: Set<string> },
  ): readonly Path[] {
    const paths: Path[] = []
    for (let left = this.#random.between(1, 2); left > 0; left--) {
      const path = this.#path(universe, from, want)
      if (path !== undefined) paths.push(path)
    }
    return paths
  }

  #path(
    universe: Universe,
    from: ObjectSpec,
    want: { owner: number; self: string; depended: Set<string> },
  ): Path | undefined {
    const random = this.#random
    const path: string[] = []
    const passed: string[] = []
    let at: ObjectSpec | undefined = from
    for (let depth = 0; depth < 3 && at !== undefined; depth++) {
      const here: ObjectSpec = at
      const usable = here.fields.filter(
        ({ name, args, yields, owners, requires }) =>
          args.length === 0 &&
          yields.length === 0 &&
          requires.length === 0 &&
          (depth > 0 || (name !== want.self && owners?.includes(want.owner) === false)),
      )
      if (usable.length === 0) return undefined
      const field = random.pick(usable)
      path.push(field.name)
      passed.push(`${here.name}.${field.name}`)
      at = universe.objects.find(({ name }) => name === field.type.base)
      // Paths through another entity make the native planner of the time abort the whole process.
      if (at?.kind === 'entity') return undefined
      if (at === undefined) {
        for (const place of passed) want.depended.add(place)
        return path
      }
    }
    return undefined
  }
}
