// The table of a file that is dropped anew now and then. In: the way to the file. Out: the rows of the last good one, with
// its time. Never: read again before it has changed; two readings at once; a broken file in the place of a good one.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, ExchangeReply, Transport, Tree } from '../adapter.ts'
import { BEING_WRITTEN, isBeingWritten } from '../transport/file-drop.ts'
import { assertAnswered, invalidReply, type Place } from '../transport/reply-fault.ts'
import type { TableOperation } from './contract.ts'
import { readFileRows, WHOLE } from './read-file.ts'
import type { RowStore } from './row-store.ts'

interface FileRows {
  readonly store: RowStore
  /** Epoch milliseconds at which the file was last changed. */
  readonly at: number
}

interface Known {
  readonly etag: string
}
interface Held extends Known, FileRows {}
interface Refused extends Known {
  readonly error: Error
}
interface Reading extends Known {
  readonly ended: Promise<void>
}

/** Of one answer. */
const MOST_ROWS = 10_000

/** Nobody's single call bounds the reading: all wait for it. */
const NOBODY = new AbortController().signal

export class FileTable {
  readonly #transport: Transport
  readonly #table: TableOperation
  readonly #place: Place
  #held: Held | undefined
  #refused: Refused | undefined
  #reading: Reading | undefined

  constructor(transport: Transport, table: TableOperation, place: Place) {
    this.#transport = transport
    this.#table = table
    this.#place = place
  }

  /** Those that may be asked for, or all, and when the file was written. Throws as #current does, and SYSTEM_REPLY_INVALID for too many. */
  async rows(input: Tree, context: CallContext): Promise<{ rows: Tree[]; at: number }> {
    const { store, at } = await this.#current(context)
    const { columns, query } = this.#table
    const asked = query.flatMap(({ name, column }) => {
      const value = Object.hasOwn(input, name) ? input[name] : undefined
      const isAsked = value !== undefined && value !== null && typeof value !== 'object'
      if (column === undefined || !isAsked) return []
      return [{ place: columns.findIndex((each) => each.name === column), text: String(value) }]
    })
    const [first] = asked
    const found = first ? store.find(first.place, first.text) : store.all()
    const rows: Tree[] = []
    for (const cells of found) {
      if (rows.length === MOST_ROWS) throw invalidReply(this.#place, 'too many rows')
      rows.push(Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null])))
    }
    return { rows, at }
  }

  /**
   * Of a long file the former one serves until the new one has been read. Throws SYSTEM_UNAVAILABLE when there is no file,
   * and what is wrong with it when none was good.
   */
  async #current(context: CallContext): Promise<FileRows> {
    const reply = await this.#ask(context)
    if (reply === undefined || reply.status === 304) return this.#known()
    const etag = reply.headers['etag'] ?? ''
    if (etag === this.#refused?.etag || etag === this.#reading?.etag) await leave(reply)
    else this.#begin(reply, etag)
    const isServed = reply.rest !== undefined && this.#held !== undefined
    return isServed ? this.#known() : this.#read()
  }

  async #read(): Promise<FileRows> {
    await this.#reading?.ended
    return this.#known()
  }

  /** Undefined: a file is there that nobody can rely on yet, and another one is held. */
  async #ask({ requestId, traceparent }: CallContext): Promise<ExchangeReply | undefined> {
    const headers: Record<string, string> = {}
    if (this.#held !== undefined) headers['if-none-match'] = this.#held.etag
    const { path } = this.#table
    const request = { method: 'GET', path, headers, stream: WHOLE } as const
    try {
      return await this.#transport.exchange(request, { requestId, traceparent, signal: NOBODY })
    } catch (error) {
      if (this.#held !== undefined && isBeingWritten(error)) return undefined
      throw error
    }
  }

  #begin(reply: ExchangeReply, etag: string): void {
    this.#reading = { etag, ended: this.#take(reply, etag) }
  }

  async #take(reply: ExchangeReply, etag: string): Promise<void> {
    try {
      if (this.#table.format !== 'html-table') assertAnswered(reply, this.#place)
      const store = await readFileRows(reply, this.#table, this.#place)
      this.#held = { etag, store, at: Date.parse(reply.headers['last-modified'] ?? '') }
      this.#refused = undefined
    } catch (error) {
      // One that is written may be whole the next time.
      this.#refused = {
        etag: isBeingWritten(error) ? '' : etag,
        error: error instanceof Error ? error : new TypeError('unreadable'),
      }
    } finally {
      await leave(reply)
      if (this.#reading?.etag === etag) this.#reading = undefined
    }
  }

  #known(): FileRows {
    if (this.#held !== undefined) return this.#held
    const { system, operation } = this.#place
    const detail = { reason: BEING_WRITTEN }
    throw (
      this.#refused?.error ?? new SystemError('SYSTEM_UNAVAILABLE', system, { operation, detail })
    )
  }
}

/** What is not read would hold the file open. */
async function leave({ rest }: ExchangeReply): Promise<void> {
  await rest?.[Symbol.asyncIterator]().return?.()
}
