// The one static data set of a universe, as graphql-js reads it: objects whose fields are functions. The whole graph sees
// all of it; a subgraph sees what it was given where a field needs other fields first. Values come from hashes of their
// place, so all worlds agree without storing any.

import { CallerError } from '../../../schema/errors.ts'
import { hash, share } from './random.ts'
import type { FieldSpec, ObjectSpec, Path, Universe } from './universe.ts'

type Fields = Readonly<Record<string, unknown>>

interface Place {
  readonly field: FieldSpec
  readonly at: number
}

export class World {
  readonly #universe: Universe
  /** Undefined: the whole graph. */
  readonly #subgraph: number | undefined
  readonly #objects: ReadonlyMap<string, ObjectSpec>
  readonly #facade: ObjectSpec | undefined
  readonly #views = new Map<string, Fields>()
  readonly #done: string[]

  /** `done` takes down the mutations in the order in which they are done. */
  constructor(universe: Universe, done: string[], subgraph?: number) {
    this.#universe = universe
    this.#done = done
    this.#subgraph = subgraph
    this.#objects = new Map(universe.objects.map((object) => [object.name, object]))
    this.#facade = universe.objects.find(({ kind }) => kind === 'facade')
  }

  /** An object of the data; `given` is what another subgraph said of it. */
  view(type: string, id: number, given?: Fields): Fields {
    const name = `${type}:${id}`
    const known = this.#views.get(name)
    if (known !== undefined && given === undefined) return known
    const object = this.#objects.get(type)
    const view: Record<string, unknown> = { __typename: type }
    if (object?.kind === 'entity') Object.assign(view, keysOf(type, id))
    for (const field of object?.fields ?? []) {
      view[field.name] = (args: object) => this.#resolve(type, id, { field, args, given })
    }
    if (this.#isBehind(type)) Object.assign(view, this.#facadeOf(type, id))
    if (given === undefined) this.#views.set(name, view)
    return view
  }

  /** The fields that the facade adds; in its own subgraph the object has its name, too. */
  #facadeOf(type: string, id: number): Fields {
    const { name, fields } = this.#facade ?? { name: '', fields: [] }
    const view: Record<string, unknown> = this.#isFacade() ? { __typename: name } : {}
    for (const field of fields) {
      const given = undefined
      view[field.name] = (args: object) =>
        this.#resolve(name, keysOf(type, id).id, { field, args, given })
    }
    return view
  }

  /** The object of one of the types behind an interface, by its id alone. */
  findBehind({ id }: Fields): Fields {
    const [type = '', number] = String(id).split('-')
    if (!this.#isBehind(type)) throw new CallerError('BAD_REQUEST', 'no such id')
    return this.view(type, Number(number))
  }

  #isFacade(): boolean {
    return this.#facade !== undefined && this.#subgraph === this.#universe.subgraphs - 1
  }

  #isBehind(type: string): boolean {
    const face = this.#universe.abstracts.find(({ name }) => name === this.#facade?.name)
    return face?.members.includes(type) === true
  }

  /** The object that a representation names. All of its keys must name the same one. */
  find(type: string, given: Fields): Fields {
    const { instances = 0 } = this.#objects.get(type) ?? {}
    for (let id = 0; id < instances; id++) {
      const keys = Object.entries(keysOf(type, id)).filter(([name]) => Object.hasOwn(given, name))
      const same = keys.filter(([name, key]) => JSON.stringify(given[name]) === JSON.stringify(key))
      if (same.length > 0 && same.length === keys.length) return this.view(type, id, given)
    }
    throw new CallerError('BAD_REQUEST', `no ${type} has the keys ${JSON.stringify(given)}`)
  }

  #resolve(
    type: string,
    id: number | string,
    { field, args, given }: { field: FieldSpec; args: object; given: Fields | undefined },
  ): unknown {
    const subgraph = this.#subgraph
    if (subgraph !== undefined && field.overridden === subgraph) {
      throw new CallerError('CONFLICT', `${type}.${field.name} was overridden`)
    }
    if (type === 'Mutation') this.#done.push(`${field.name} ${JSON.stringify(args)}`)
    const required = this.#required(type, id, field, given)
    const at = hash(this.#universe.seed, type, id, field.name, JSON.stringify(args), required)
    if (this.#fails(field, at)) {
      if (field.type.nonNull[0] === true && share(at, 'silently') < 0.3) return null
      throw new CallerError('NOT_FOUND', `${type}.${field.name} fails`)
    }
    return this.#fill({ field, at }, 0)
  }

  #fails(field: FieldSpec, at: number): boolean {
    return !field.safe && share(at, 'fails') < this.#universe.rates.failures
  }

  #required(
    type: string,
    id: number | string,
    field: FieldSpec,
    given: Fields | undefined,
  ): string {
    if (field.requires.length === 0) return ''
    const subgraph = this.#subgraph
    if (subgraph === undefined || (given === undefined && this.#isProvided(type, subgraph))) {
      return JSON.stringify(read(this.view(type, Number(id)), field.requires))
    }
    // An owner's neighbours never answer the field; its owner is never asked without what it needs.
    return field.owners?.includes(subgraph) === true && given !== undefined
      ? JSON.stringify(read(given, field.requires))
      : 'asked without what it requires'
  }

  /** A subgraph that provides fields of others has them itself on that way. */
  #isProvided(type: string, subgraph: number): boolean {
    return this.#universe.objects.some(({ fields }) =>
      fields.some(
        ({ owners, type: { base }, provides }) =>
          base === type && provides.length > 0 && owners?.includes(subgraph) === true,
      ),
    )
  }

  #fill(place: Place, level: number): unknown {
    const { field, at } = place
    const { type, safe } = field
    if (type.nonNull[level] !== true && share(at, 'null') < this.#universe.rates.nulls) return null
    if (level > 0 && !safe && share(at, 'item') < this.#universe.rates.failures / 4) {
      return new CallerError('NOT_FOUND', `an item of ${field.name} fails`)
    }
    if (level === type.lists) return this.#base(place)
    const length = hash(at, 'length') % 4
    return Array.from({ length }, (_, index) =>
      this.#fill({ field, at: hash(at, index) }, level + 1),
    )
  }

  #base({ field, at }: Place): unknown {
    const { base } = field.type
    const make = LEAVES[base]
    if (make !== undefined) return make(at)
    const name = field.yields.length > 0 ? field.yields[at % field.yields.length] : base
    const object = this.#objects.get(name ?? '')
    if (object === undefined) return null
    const id = object.kind === 'entity' ? hash(at, 'id') % object.instances : at
    return this.view(object.name, id)
  }
}

const LEAVES: Readonly<Record<string, (at: number) => unknown>> = {
  Int: (at) => at % 1000,
  String: (at) => `s${at % 1000}`,
  Float: (at) => (at % 1000) / 4,
  Boolean: (at) => at % 2 === 0,
  ID: (at) => `i${at % 1000}`,
  Colour: (at) => ['RED', 'GREEN', 'BLUE'][at % 3],
  Json: (at) => [{ deep: { list: [at % 10, null] } }, [], 'text', 0, false][at % 5],
}

function keysOf(type: string, id: number) {
  return {
    id: `${type}-${id}`,
    code: `${type}-${id}`,
    ka: id % 2,
    kb: `${id >> 1}`,
    org: { no: id },
  }
}

/** The values at the paths, as a subgraph would have them answered: a function is a field. */
function read(value: unknown, paths: readonly Path[]): unknown {
  if (typeof value === 'function') return read(value({}), paths)
  if (value === undefined) return 'missing'
  if (value === null || paths.every((path) => path.length === 0)) return value
  if (Array.isArray(value)) return value.map((item) => read(item, paths))
  const heads = [...new Set(paths.map(([head]) => head ?? ''))]
  return heads.map((head) => [
    head,
    read(
      Reflect.get(Object(value), head),
      paths.filter((path) => path[0] === head).map((path) => path.slice(1)),
    ),
  ])
}
