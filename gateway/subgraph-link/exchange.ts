// One POST and its reply, as the handler that undici's pool and our own call while bytes come: no stream, no promise, no
// listener for each call. CPU of a call with a reply of 1 KB: our own sockets 18 µs, undici's pool.dispatch 25, its
// pool.request 32–50, node:http 60, fetch 170.

import type { Dispatcher } from 'undici'

import type { SystemErrorCode } from '../../schema/errors.ts'
import { EVENTS_TYPE, isType } from './media-type.ts'

export interface Outgoing {
  readonly body: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly mutates: boolean
}

export interface Reply {
  readonly status: number
  /** Content type as sent; empty if there was none. */
  readonly type: string
  /** Only valid until `done` returns. */
  readonly body: Buffer
}

/** `reason` is for the log: a code of Node or undici, or words of ours, never anything that was sent. */
export interface Failure {
  readonly code: SystemErrorCode
  readonly reason: string
}

export type Outcome = Reply | Failure

export interface ExchangeOptions {
  readonly outgoing: Outgoing
  /** Bytes. */
  readonly replyLimit: number
  /** Where a stream of events is wanted: takes its bytes as they come; what `push` gives ends it. */
  readonly events?: EventSink | undefined
  /** Called once. A stream of events ends with a failure, whoever ended it. */
  readonly done: (outcome: Outcome) => void
  /** Called when undici has done with it, for each time it was given to undici. */
  readonly freed: (exchange: Exchange) => void
}

interface EventSink {
  begin(): void
  push(chunk: Uint8Array): Failure | undefined
}

const CUT: Failure = { code: 'SYSTEM_UNAVAILABLE', reason: 'stream without its end' }
const EMPTY = Buffer.alloc(0)
const ENDED = new Error('the call has ended')
/** Of a connection that the other side had closed when the request was written. */
const CLOSED_BEFORE = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])
const CODES: Readonly<Record<string, SystemErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'SYSTEM_UNAVAILABLE',
  UND_ERR_HEADERS_OVERFLOW: 'SYSTEM_REPLY_INVALID',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'SYSTEM_REPLY_INVALID',
}

export class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions
  #controller: Dispatcher.DispatchController | undefined
  /** The body so far: the first part as it came, or a buffer that grows, of which `size` bytes are taken. */
  #bytes: Buffer = EMPTY
  #size = 0
  #events: EventSink | undefined
  #status = 0
  #type = ''
  #over = false
  #again = false

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  get outgoing(): Outgoing {
    return this.#options.outgoing
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Should it be given to undici once more? True once, for a read that met a closed connection. */
  get isToRepeat(): boolean {
    return this.#again && !this.#over
  }

  /** Ends it from our side. */
  fail(failure: Failure): void {
    if (this.#over) return
    this.#finish(failure)
    this.#controller?.abort(ENDED)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(ENDED)
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status
    const type = headers['content-type']
    this.#type = typeof type === 'string' ? type : ''
    if (Number(headers['content-length']) > this.#options.replyLimit) this.#tooLarge()
    const coding = headers['content-encoding']
    if (coding !== undefined && coding !== 'identity') {
      this.fail({ code: 'SYSTEM_REPLY_INVALID', reason: 'compressed' })
    }
    if (status === 200 && this.#options.events !== undefined && isType(this.#type, EVENTS_TYPE)) {
      this.#events = this.#options.events
      this.#events.begin()
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#events !== undefined) return this.#stream(this.#events.push(chunk))
    const size = this.#size + chunk.length
    if (size > this.#options.replyLimit) return this.#tooLarge()
    if (this.#size === 0) this.#bytes = chunk
    else {
      // Twice as much each time, so that a body in parts of one byte costs no more than its size.
      if (size > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#size, 2 * size)
      chunk.copy(this.#bytes, this.#size)
    }
    this.#size = size
    return undefined
  }

  onResponseEnd(): void {
    const body = this.#bytes.subarray(0, this.#size)
    const reply = { status: this.#status, type: this.#type, body }
    this.#finish(this.#events === undefined ? reply : CUT)
    this.#options.freed(this)
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#controller = undefined
    const reason = reasonOf(error)
    const unanswered = this.#status === 0 && !this.#options.outgoing.mutates
    if (unanswered && !this.#again && CLOSED_BEFORE.has(reason)) this.#again = true
    else this.#finish({ code: CODES[reason] ?? codeOf(error), reason })
    this.#options.freed(this)
  }

  /** No more of a stream is read until `resume`. */
  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }

  #stream(failure: Failure | undefined): void {
    if (failure !== undefined) this.fail(failure)
  }

  #tooLarge(): void {
    this.fail({ code: 'SYSTEM_REPLY_INVALID', reason: 'too large' })
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    this.#bytes = EMPTY
    this.#options.done(outcome)
  }
}

function grown(bytes: Buffer, used: number, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size)
  bytes.copy(larger, 0, 0, used)
  return larger
}

function reasonOf(error: Error): string {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : error.name
}

/** What cannot be parsed as HTTP is no reply; anything else is of the connection. */
function codeOf(error: Error): SystemErrorCode {
  return error.name === 'HTTPParserError' ? 'SYSTEM_REPLY_INVALID' : 'SYSTEM_UNAVAILABLE'
}
