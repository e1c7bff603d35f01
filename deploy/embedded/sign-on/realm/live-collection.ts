// In: things of one kind with an id and a name. Out: the same, looked up by either, and changed one at a time; each
// change is told before it returns. Never: two of one name, or a thing that its schema does not allow.
import { randomUUID } from 'node:crypto'

import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

import { SignOnError } from '../sign-on-error.ts'

export interface Named {
  readonly id: string
}

/** What happened to one thing: without `after` it was removed, without `before` it is new. */
export interface Change<Thing extends Named = Named> {
  readonly id: string
  readonly before: Thing | undefined
  readonly after: Thing | undefined
}

export interface CollectionOptions<Thing extends Named> {
  /** For messages: `client`, `user`, … */
  readonly kind: string
  /** Fills in defaults. @throws {SignOnError} INVALID. */
  readonly read: (raw: unknown) => Thing
  /** Unique within the kind. */
  readonly nameOf: (thing: Thing) => string
  /** Resolves when the change is kept. */
  readonly keep: (change: Change<Thing>) => Promise<void>
}

export class LiveCollection<Thing extends Named> {
  readonly #options: CollectionOptions<Thing>
  readonly #byId = new Map<string, Thing>()
  readonly #idByName = new Map<string, string>()

  constructor(options: CollectionOptions<Thing>, seed: Iterable<unknown>) {
    this.#options = options
    for (const thing of seed) this.#put(options.read(thing))
  }

  list(): readonly Thing[] {
    return [...this.#byId.values()]
  }

  get(id: string): Thing | undefined {
    return this.#byId.get(id)
  }

  byName(name: string): Thing | undefined {
    const id = this.#idByName.get(name)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  /** @throws {SignOnError} CONFLICT or INVALID. `id` may be absent. */
  async add(thing: Omit<Thing, 'id'> & { readonly id?: string }): Promise<Thing> {
    const after = this.#options.read({ ...thing, id: thing.id ?? randomUUID() })
    if (this.#byId.has(after.id)) this.#refuse('CONFLICT', 'exists already')
    this.#refuseTaken(after)
    this.#put(after)
    await this.#options.keep({ id: after.id, before: undefined, after })
    return after
  }

  /** Members of the patch replace those of the thing; `undefined` takes one away. @throws {SignOnError} */
  async change(id: string, patch: Partial<Thing>): Promise<Thing> {
    const before = this.#require(id)
    const merged = Object.entries({ ...before, ...patch, id }).filter(([, v]) => v !== undefined)
    const after = this.#options.read(Object.fromEntries(merged))
    this.#refuseTaken(after)
    this.#idByName.delete(this.#options.nameOf(before))
    this.#put(after)
    await this.#options.keep({ id, before, after })
    return after
  }

  /** @throws {SignOnError} NOT_FOUND. */
  async remove(id: string): Promise<void> {
    const before = this.#require(id)
    this.#byId.delete(id)
    this.#idByName.delete(this.#options.nameOf(before))
    await this.#options.keep({ id, before, after: undefined })
  }

  #put(thing: Thing): void {
    this.#byId.set(thing.id, thing)
    this.#idByName.set(this.#options.nameOf(thing), thing.id)
  }

  #require(id: string): Thing {
    return this.#byId.get(id) ?? this.#refuse('NOT_FOUND', 'is not there')
  }

  #refuseTaken(thing: Thing): void {
    const holder = this.#idByName.get(this.#options.nameOf(thing))
    if (holder !== undefined && holder !== thing.id) {
      this.#refuse('CONFLICT', 'of this name exists already')
    }
  }

  #refuse(code: 'CONFLICT' | 'NOT_FOUND', what: string): never {
    throw new SignOnError(code, `${this.#options.kind}: ${what}`)
  }
}

/** Reads a thing, with the defaults of its schema. The function throws INVALID. */
export function readerOf<Schema extends TSchema>(schema: Schema): (raw: unknown) => Static<Schema> {
  return (raw) => {
    const value = Value.Default(schema, structuredClone(raw))
    if (Value.Check(schema, value)) return value
    const places = Value.Errors(schema, value).map(
      (error) => `${error.instancePath || '/'} ${error.message}`,
    )
    throw new SignOnError('INVALID', places.join('; '))
  }
}
