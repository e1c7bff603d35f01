// The table of a file that is dropped anew now and then. In: the way to the file. Out: the rows of the last good one, with
// its time. Never: read again before it has changed; two readings at once; a broken file in the place of a good one.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, ExchangeReply, Transport } from '../adapter.ts'
import { BEING_WRITTEN } from '../transport/file-drop.ts'
import { assertAnswered, type Place } from '../transport/reply-fault.ts'
import type { TableOperation } from './contract.ts'
import { readFileRows, WHOLE } from './read-file.ts'
import type { RowStore } from './row-store.ts'

export interface FileRows {
  readonly store: RowStore
  /** Epoch milliseconds at which the file was last changed. */
  readonly at: number
}

interface Known {
  readonly etag: string
}
interface Held extends Known, FileRows {}
interface Refused extends Known {
  readonly error: unknown
}
interface Reading extends Known {
  readonly rows: Promise<Held>
}

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

  /**
   * Of a long file the former one serves until the new one has been read. Throws SYSTEM_UNAVAILABLE when there is no file,
   * and what is wrong with it when none was good.
   */
  async current(context: CallContext): Promise<FileRows> {
    const reply = await this.#ask(context)
    const etag = reply?.headers['etag'] ?? ''
    if (reply === undefined || reply.status === 304) return this.#known()
    if (etag === this.#refused?.etag) {
      await leave(reply)
      return this.#known()
    }
    const isLong = reply.rest !== undefined
    if (this.#reading?.etag === etag) await leave(reply)
    else this.#begin(reply, etag)
    const rows = this.#reading?.rows.catch(() => this.#known())
    if (rows === undefined || (isLong && this.#held !== undefined)) return this.#known()
    return rows
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
    const rows = this.#read(reply, etag)
    const reading = { etag, rows }
    this.#reading = reading
    rows
      .then(
        (held) => {
          this.#held = held
          this.#refused = undefined
        },
        (error: unknown) => {
          // It may be whole the next time.
          if (!isBeingWritten(error)) this.#refused = { etag, error }
        },
      )
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined
      })
  }

  async #read(reply: ExchangeReply, etag: string): Promise<Held> {
    try {
      if (this.#table.format !== 'html-table') assertAnswered(reply, this.#place)
      const store = await readFileRows(reply, this.#table, this.#place)
      return { etag, store, at: Date.parse(reply.headers['last-modified'] ?? '') }
    } finally {
      await leave(reply)
    }
  }

  #known(): FileRows {
    if (this.#held !== undefined) return this.#held
    const { system, operation } = this.#place
    throw (
      this.#refused?.error ??
      new SystemError('SYSTEM_UNAVAILABLE', system, { operation, detail: { reason: BEING_WRITTEN } })
    )
  }
}

function isBeingWritten(error: unknown): boolean {
  return error instanceof SystemError && error.detail['reason'] === BEING_WRITTEN
}

/** What is not read would hold the file open. */
async function leave({ rest }: ExchangeReply): Promise<void> {
  await rest?.[Symbol.asyncIterator]().return?.()
}
