// Which operations clients really send, and which clients: what a new supergraph is checked against and warmed up with.
// In: finished work. Bounded, and a flood of operations that come only once cannot drive out those that come again.

import type { DocumentNode } from 'graphql'

import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { type OperationRequest, placesOf } from '../operation/operation.ts'
import type { Work } from '../pipeline.ts'

export interface KnownOperation {
  readonly hash: string
  readonly name: string | undefined
  /** Without variables: they belong to persons. */
  readonly request: OperationRequest
  readonly document: DocumentNode
  /** Epoch milliseconds of the last request by the name of its client. */
  readonly clients: ReadonlyMap<string, number>
  /** Nobody in particular: one for each way in which access left the document. */
  readonly rights: ReadonlyMap<string, Caller>
  readonly seen: number
  /** Epoch milliseconds. */
  readonly lastSeenAt: number
}

interface Entry extends KnownOperation {
  readonly selections: number
  readonly clients: Map<string, number>
  readonly rights: Map<string, Caller>
  seen: number
  lastSeenAt: number
}

export interface KnownOptions {
  /** Operations remembered of those that came more than once (a large one is several); a quarter for those that came once. */
  readonly most?: number
  /** Epoch milliseconds. */
  readonly now?: () => number
}

const MOST = 1000
const MOST_CLIENTS = 8
const MOST_RIGHTS = 4
const LONGEST = 32_768
const UNNAMED = 'unknown'

export class KnownOperations {
  readonly #once: BoundedCache<string, Entry>
  readonly #again: BoundedCache<string, Entry>
  readonly #now: () => number

  constructor({ most = MOST, now = Date.now }: KnownOptions = {}) {
    this.#once = new BoundedCache<string, Entry>(Math.ceil(most / 4), placesOf)
    this.#again = new BoundedCache<string, Entry>(most, placesOf)
    this.#now = now
  }

  /** Takes only what passed all checks; our own documents are known anyway. */
  saw(work: Work, client: string | undefined): void {
    const { operation, refusal, trusted, request } = work
    if (operation === undefined || refusal !== undefined || trusted) return
    const { hash } = operation
    const known = this.#again.get(hash) ?? this.#promoted(hash)
    if (known !== undefined) return this.#keep(known, work, client)
    const { query, document, operationName } = request
    if (query !== undefined && query.length > LONGEST) return
    const entry: Entry = {
      hash,
      name: operation.operation.name?.value,
      request: { query, document, operationName },
      document: operation.document,
      selections: operation.selections,
      clients: new Map(),
      rights: new Map(),
      seen: 0,
      lastSeenAt: 0,
    }
    this.#once.set(hash, entry)
    this.#keep(entry, work, client)
  }

  get size(): number {
    return this.#again.size + this.#once.size
  }

  /** Those that came most often first, so that they are warm first. */
  all(): readonly KnownOperation[] {
    const all = [...this.#again.values(), ...this.#once.values()]
    return all.toSorted((one, other) => other.seen - one.seen)
  }

  #promoted(hash: string): Entry | undefined {
    const entry = this.#once.get(hash)
    if (entry === undefined) return undefined
    this.#once.delete(hash)
    this.#again.set(hash, entry)
    return entry
  }

  #keep(entry: Entry, { filtered, context }: Work, client = UNNAMED): void {
    const now = this.#now()
    entry.seen += 1
    entry.lastSeenAt = now
    if (entry.clients.size < MOST_CLIENTS || entry.clients.has(client)) {
      entry.clients.set(client, now)
    }
    if (filtered === undefined || entry.rights.size >= MOST_RIGHTS) return
    if (entry.rights.has(filtered.key)) return
    const { kind, roles, scopes } = context.caller
    entry.rights.set(filtered.key, { ...ANONYMOUS, kind, roles, scopes })
  }
}
