// One exchange over undici, without its streams: a promise of the reply and, where asked for, the rest of a long one in
// pieces. In: events of the connection. Out: the reply. Never: more bytes in memory than the limit, a piece nobody waits
// for read from the connection.

import { type Dispatcher, errors } from 'undici'

import type { SystemError } from '../../schema/errors.ts'
import type { ExchangeReply } from '../adapter.ts'
import { type ExchangeState, toFault } from './fault.ts'

export interface ExchangeOptions {
  readonly system: string
  readonly signal: AbortSignal
  /** Longer replies come in pieces. */
  readonly stream: number | undefined
}

type Controller = Dispatcher.DispatchController
type Headers = Readonly<Record<string, string>>

export class Exchange implements Dispatcher.DispatchHandler {
  readonly reply: Promise<ExchangeReply>
  /** The system closed a connection that it had kept, just as we wrote: it answered nothing (RFC 9112 §9.3.1). */
  stale = false
  readonly #options: ExchangeOptions
  readonly #resolve: (reply: ExchangeReply) => void
  readonly #reject: (error: SystemError) => void
  readonly #leave: () => void
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #controller: Controller | undefined
  #status = 0
  #headers: Headers = {}
  #rest: Rest | undefined
  #streamed = false

  constructor(options: ExchangeOptions) {
    this.#options = options
    const { promise, resolve, reject } = Promise.withResolvers<ExchangeReply>()
    this.reply = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#leave = () => this.abort()
    options.signal.addEventListener('abort', this.#leave, { once: true })
  }

  /** Nobody waits any more. */
  abort(): void {
    const fault = toFault(undefined, this.#state())
    this.#controller?.abort(fault)
    this.#fail(fault)
  }

  /** It could not even begin. */
  fail(error: unknown): void {
    this.#fail(toFault(error, this.#state()))
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#options.signal.aborted) this.abort()
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status
    this.#headers = joined(headers)
    this.#streamed = this.#options.stream !== undefined && !('content-encoding' in this.#headers)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#rest !== undefined) {
      this.#rest.push(chunk)
      return
    }
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (!this.#streamed || this.#bytes <= (this.#options.stream ?? 0)) return
    this.#rest = new Rest(controller, () => this.#finish())
    this.#resolve({ ...this.#taken(), rest: this.#rest })
  }

  onResponseEnd(): void {
    this.#finish()
    if (this.#rest === undefined) this.#resolve(this.#taken())
    else this.#rest.end()
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.stale = this.#status === 0 && isClosedAfterUse(error)
    this.fail(error)
  }

  /** Until a connection takes the request up, none of it has gone out. */
  #state(): ExchangeState {
    const { system, signal } = this.#options
    return { system, signal, unsent: this.#controller === undefined }
  }

  #fail(fault: SystemError): void {
    this.#finish()
    this.#rest?.fail(fault)
    this.#reject(fault)
  }

  #finish(): void {
    this.#options.signal.removeEventListener('abort', this.#leave)
  }

  #taken(): ExchangeReply {
    const [only] = this.#chunks
    const body =
      only !== undefined && this.#chunks.length === 1
        ? only
        : Buffer.concat(this.#chunks, this.#bytes)
    return { status: this.#status, headers: this.#headers, body }
  }
}

/** Pieces wait here while the connection is paused; one that is left (`return`) closes the connection. */
class Rest implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #controller: Controller
  readonly #finish: () => void
  readonly #waiting: Buffer[] = []
  #ended = false
  #fault: SystemError | undefined
  #wake: (() => void) | undefined

  constructor(controller: Controller, finish: () => void) {
    this.#controller = controller
    this.#finish = finish
    controller.pause()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** A connection that goes on may begin with an empty piece; to pause at it would be to stand still. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#waiting.push(chunk)
    this.#controller.pause()
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  fail(fault: SystemError): void {
    this.#fault ??= fault
    this.#wake?.()
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (true) {
      const value = this.#waiting.shift()
      if (value !== undefined) return { done: false, value }
      if (this.#fault !== undefined) throw this.#fault
      if (this.#ended) return { done: true, value: undefined }
      await this.#more()
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#waiting.length = 0
    if (!this.#ended && this.#fault === undefined) {
      this.#ended = true
      this.#controller.abort(new LeftError())
    }
    this.#finish()
    return { done: true, value: undefined }
  }

  #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = () => {
      this.#wake = undefined
      resolve()
    }
    this.#controller.resume()
    return promise
  }
}

/** Had it answered anybody before? */
function isClosedAfterUse(error: Error): boolean {
  return error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0
}

/** Why a connection was closed whose reply nobody wants to read to its end. */
class LeftError extends Error {
  override readonly name = 'LeftError'
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const result: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return result
}
