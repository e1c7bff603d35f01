// One connection over which requests go one after the other. It is used again only if the reply has ended where it said
// it would and both sides keep it.

import { connect, type Socket } from 'node:net'

import type { Dispatcher } from 'undici'

import type { ReplyHead } from './reply-head.ts'
import { type Read, ReplyReader, type ReplySink } from './reply-reader.ts'

export interface Place {
  readonly host: string
  readonly port: number
}

export interface Message {
  readonly head: string
  readonly body: string
  /** Is each letter of the body one byte of UTF-8? */
  readonly isAscii: boolean
}

/** The part of undici's handler that is needed. */
export interface Handler {
  onRequestStart(controller: Dispatcher.DispatchController): void
  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string>>,
  ): void
  /** Part of the body; the reply's last one is only valid until `onResponseEnd` returns. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void
  onResponseEnd(): void
  onResponseError(controller: Dispatcher.DispatchController | null, error: Error): void
}

export interface Owner {
  /** It has nothing to do any more, and can be used again. */
  rested(connection: Connection): void
  ended(connection: Connection): void
}

/** `code` as Node and undici name it. */
export class ConnectionError extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.name = code === BROKEN ? 'HTTPParserError' : 'ConnectionError'
    this.code = code
  }
}

const CLOSED = 'ECONNRESET'
const BROKEN = 'HPE_INVALID'
const KEPT_MS = 4000
const KEPT_MOST_MS = 600_000
/** Less than the other side says: a request on its way would meet the end. */
const BEFORE_MS = 1000

// Bytes are taken out of it before anything else is read, so one serves all connections.
const ARRIVING = Buffer.allocUnsafeSlow(65_536)

export class Connection implements ReplySink, Dispatcher.DispatchController {
  readonly #owner: Owner
  readonly #socket: Socket
  #handler: Handler | undefined
  #reader: ReplyReader | undefined
  #isKept = false
  #keptMs = KEPT_MS
  #error: Error | undefined
  /** When it must not be used any more, by performance.now(). */
  restsUntilMs = 0
  readonly paused = false

  constructor({ host, port }: Place, owner: Owner) {
    this.#owner = owner
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      onread: { buffer: ARRIVING, callback: (length) => this.#arrived(length) },
    })
    this.#socket.on('error', (error) => (this.#error = error))
    this.#socket.on('close', () => this.#closed())
  }

  get aborted(): boolean {
    return this.#socket.destroyed
  }

  get reason(): Error | null {
    return this.#error ?? null
  }

  send({ head, body, isAscii }: Message, handler: Handler): void {
    this.#handler = handler
    this.#reader = new ReplyReader(this)
    handler.onRequestStart(this)
    if (this.#socket.destroyed) return
    // As one string it is one copy and one call of the system; with letters beyond ASCII the two parts differ in coding.
    if (isAscii) this.#socket.write(head + body, 'latin1')
    else {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body, 'utf8')
      this.#socket.uncork()
    }
  }

  abort(reason: Error): void {
    this.#fail(reason)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  onHead({ status, headers, isKept, keptMs = KEPT_MS + BEFORE_MS }: ReplyHead): void {
    this.#isKept = isKept && keptMs > BEFORE_MS
    this.#keptMs = Math.min(keptMs - BEFORE_MS, KEPT_MOST_MS)
    this.#handler?.onResponseStart(this, status, headers)
  }

  onBody(bytes: Buffer, isLast: boolean): void {
    this.#handler?.onResponseData(this, isLast ? bytes : Buffer.from(bytes))
  }

  #arrived(length: number): boolean {
    const read = this.#reader?.read(ARRIVING.subarray(0, length)) ?? 'over'
    if (read !== 'more') this.#done(read)
    return true
  }

  /** It rests before the handler hears of the end, which may want it at once. */
  #done(read: Read): void {
    this.#reader = undefined
    if (read === 'broken') return this.#fail(new ConnectionError(BROKEN))
    // An early answer: the rest of a request that is still going out must not be read as the next one.
    const isWritten = this.#socket.writableLength === 0
    const canRest = this.#isKept && isWritten && this.#handler !== undefined
    if (read === 'ended' && canRest) this.#rest()
    else this.destroy()
    return this.#deliver()
  }

  #rest(): void {
    this.restsUntilMs = performance.now() + this.#keptMs
    this.#owner.rested(this)
  }

  #deliver(): void {
    const handler = this.#handler
    this.#handler = undefined
    handler?.onResponseEnd()
  }

  #closed(): void {
    const read = this.#error === undefined ? this.#reader?.finish() : 'broken'
    if (read === 'broken') this.#fail(this.#error ?? new ConnectionError(CLOSED))
    else this.#deliver()
    this.#owner.ended(this)
  }

  #fail(error: Error): void {
    const handler = this.#handler
    this.#handler = undefined
    this.#reader = undefined
    this.#socket.destroy()
    handler?.onResponseError(this, error)
  }
}
