// A folder into which an agency drops files, in the place of a system that is asked. In: an exchange whose path is a file's.
// Out: the file as if it had been sent: 200 with ETag and Last-Modified, or 304 where it is the one that is known (RFC 9110
// §13.1.2). Never: a file that is still written, more bytes than the limit, anything that is not below the folder.

import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { SystemError, type SystemErrorCode } from '../../schema/errors.ts'
import type { CallContext, ExchangeReply, ExchangeRequest, Transport } from '../adapter.ts'
import { locateFile, type Located } from './locate-file.ts'

export interface FileDropOptions {
  readonly system: string
  /** `file:` URL of a folder. */
  readonly address: string
  /** Largest file. */
  readonly replyBytes: number
  /** Paths are of a contract that may say `*`, and not of a caller's values. */
  readonly patterns: boolean
  /** Clock in epoch milliseconds. */
  readonly now?: (() => number) | undefined
}

/** `detail.reason` of a file that nobody can rely on yet. */
export const BEING_WRITTEN = 'being written'

/** A file that was changed a moment ago may be changed again. One of the future was not. */
const QUIET_MS = 1_000
const PIECE = 65_536

export function isFileAddress(address: string): boolean {
  return /^file:/i.test(address)
}

export function openFileDrop(options: FileDropOptions): Transport {
  return new FileDrop(options)
}

class FileDrop implements Transport {
  readonly #options: FileDropOptions
  readonly #folder: string
  readonly #now: () => number
  /** Last good ones of those that were read whole, by path; the oldest first. */
  readonly #kept = new Map<string, ExchangeReply>()
  #keptBytes = 0

  constructor(options: FileDropOptions) {
    this.#options = options
    this.#folder = fileURLToPath(options.address)
    this.#now = options.now ?? Date.now
  }

  async exchange(request: ExchangeRequest, { signal }: CallContext): Promise<ExchangeReply> {
    const { method, path: asked, query = '' } = request
    if (method !== 'GET' || query !== '' || asked.includes('?')) {
      throw this.#fault('SYSTEM_REFUSED', 'a file is only read')
    }
    if (signal.aborted) throw this.#fault('SYSTEM_TIMEOUT', 'aborted')
    try {
      return await this.#read(request)
    } catch (error) {
      const kept = this.#kept.get(asked)
      if (kept !== undefined && isBeingWritten(error)) return kept
      throw error
    }
  }

  async #read({ path: asked, headers, stream }: ExchangeRequest): Promise<ExchangeReply> {
    const isQuiet = (mtimeMs: number): boolean => {
      const age = this.#now() - mtimeMs
      return age < 0 || age >= QUIET_MS
    }
    const { patterns } = this.#options
    const located = await locateFile(asked, { folder: this.#folder, patterns, isQuiet })
    if (typeof located === 'string') throw this.#fault('SYSTEM_UNAVAILABLE', located)
    const file = new OpenFile(located, (reason) => this.#fault('SYSTEM_UNAVAILABLE', reason))
    const reply = { headers: headersOf(located) }
    const { size, mtimeMs } = located.stats
    try {
      if (!isQuiet(mtimeMs)) throw this.#fault('SYSTEM_UNAVAILABLE', BEING_WRITTEN)
      if (headers['if-none-match'] === reply.headers.etag) {
        return { ...reply, status: 304, body: new Uint8Array() }
      }
      if (size > this.#options.replyBytes) throw this.#fault('SYSTEM_REPLY_INVALID', 'too large')
      if (stream !== undefined && size > stream) {
        const body = await file.piece()
        return { ...reply, status: 200, body, rest: file.lent() }
      }
      const kept = this.#kept.get(asked)
      if (kept?.headers['etag'] === reply.headers.etag) return kept
      return this.#keep(asked, { ...reply, status: 200, body: await file.whole() })
    } finally {
      await file.close()
    }
  }

  #keep(asked: string, reply: ExchangeReply): ExchangeReply {
    const before = this.#kept.get(asked)
    if (before !== undefined) this.#forget(asked, before)
    this.#kept.set(asked, reply)
    this.#keptBytes += reply.body.length
    for (const [name, each] of this.#kept) {
      if (this.#keptBytes <= this.#options.replyBytes || each === reply) break
      this.#forget(name, each)
    }
    return reply
  }

  #forget(asked: string, reply: ExchangeReply): void {
    this.#kept.delete(asked)
    this.#keptBytes -= reply.body.length
  }

  #fault(code: SystemErrorCode, reason: string): SystemError {
    return new SystemError(code, this.#options.system, { notDone: true, detail: { reason } })
  }

  async close(): Promise<void> {
    this.#kept.clear()
  }
}

/** A file while it is read: closed at its end, or when nobody reads on. */
class OpenFile implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #handle: FileHandle
  readonly #stats: Stats
  readonly #fault: (reason: string) => SystemError
  #at = 0
  #isLent = false
  #isClosed = false

  constructor({ handle, stats }: Located, fault: (reason: string) => SystemError) {
    this.#handle = handle
    this.#stats = stats
    this.#fault = fault
  }

  async whole(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for (let piece = await this.piece(); piece.length > 0; piece = await this.piece()) {
      pieces.push(piece)
    }
    return Buffer.concat(pieces, this.#at)
  }

  /** Empty at the end. Throws BEING_WRITTEN when it is not the file any more that it was at the beginning. */
  async piece(): Promise<Uint8Array> {
    const length = Math.min(PIECE, this.#stats.size - this.#at)
    if (length > 0) {
      const { buffer, bytesRead } = await this.#handle.read(
        Buffer.alloc(length),
        0,
        length,
        this.#at,
      )
      this.#at += bytesRead
      if (bytesRead > 0) return buffer.subarray(0, bytesRead)
    }
    const { size, mtimeMs } = await this.#handle.stat()
    const isSame = size === this.#stats.size && mtimeMs === this.#stats.mtimeMs
    if (!isSame || this.#at !== size) throw this.#fault(BEING_WRITTEN)
    return new Uint8Array()
  }

  /** Whoever reads the rest closes it. */
  lent(): this {
    this.#isLent = true
    return this
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      const value = this.#isClosed ? new Uint8Array() : await this.piece()
      if (value.length > 0) return { done: false, value }
    } catch (error) {
      await this.return()
      throw error
    }
    return this.return()
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#isLent = false
    await this.close()
    return { done: true, value: undefined }
  }

  async close(): Promise<void> {
    if (this.#isLent || this.#isClosed) return
    this.#isClosed = true
    await this.#handle.close()
  }
}

export function isBeingWritten(error: unknown): boolean {
  return error instanceof SystemError && error.detail['reason'] === BEING_WRITTEN
}

const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.xml': 'application/xml',
  '.json': 'application/json',
  '.html': 'text/html',
  '.htm': 'text/html',
}

/** No charset: a file declares none. */
function headersOf({ name, stats }: Located) {
  return {
    'content-type': TYPES[path.extname(name).toLowerCase()] ?? 'text/plain',
    etag: `"${stats.dev}-${stats.ino}-${stats.size}-${stats.mtimeMs}"`,
    'last-modified': stats.mtime.toUTCString(),
  }
}
