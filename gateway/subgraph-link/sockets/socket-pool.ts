// HTTP/1.1 without TLS over bare sockets. In: a request and the handler that undici's pool would take. Out: its calls. Half
// the CPU of undici for the same call (35 µs less in the gateway), because a call here is one string written and mostly one
// buffer read. How many calls there may be at once is for others to say.

import { Connection, ConnectionError, type Handler, type Place } from './connection.ts'

export interface PostRequest {
  /** With the query. */
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string
  /** Over a new connection: those that rest may all have met the same end. */
  readonly isRepeated: boolean
}

const SWEEP_MS = 1000
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

export class SocketPool {
  readonly #place: Place
  readonly #host: string
  readonly #all = new Set<Connection>()
  /** The one used last is used next, so that those not needed get old. */
  readonly #idle: Connection[] = []
  #resting: Connection[] = []
  /** For one that rests. */
  readonly #waiting: { readonly request: PostRequest; readonly handler: Handler }[] = []
  #sweeping: NodeJS.Timeout | undefined
  #closed: (() => void) | undefined
  #isClosing = false
  readonly #owner = {
    rested: (connection: Connection) => this.#rested(connection),
    ended: (connection: Connection) => this.#ended(connection),
  }

  constructor({ hostname, port, host }: URL) {
    this.#place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
    this.#host = host
  }

  dispatch(request: PostRequest, handler: Handler): void {
    if (this.#isClosing) handler.onResponseError(null, new ConnectionError('UND_ERR_CLOSED'))
    else this.#begin(request, handler)
  }

  #begin(request: PostRequest, handler: Handler): void {
    const connection = request.isRepeated ? this.#open() : this.#free()
    if (connection !== undefined) this.#send(connection, request, handler)
    else if (this.#resting.length > this.#waiting.length) this.#waiting.push({ request, handler })
    else this.#send(this.#open(), request, handler)
  }

  #send(connection: Connection, request: PostRequest, handler: Handler): void {
    const head = this.#head(request)
    if (head === undefined) {
      connection.destroy()
      handler.onResponseError(null, new ConnectionError('UND_ERR_INVALID_ARG'))
      return
    }
    const { body } = request
    const length = Buffer.byteLength(body)
    const whole = `${head}content-length: ${length}\r\n\r\n`
    connection.send({ head: whole, body, isAscii: length === body.length }, handler)
  }

  /** Lets those that are in use finish. */
  async close(): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#sweeping)
    for (const connection of this.#idle) connection.destroy()
    if (this.#all.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#closed = resolve
    await promise
  }

  /** Undefined if a header would be more than one. */
  #head({ path, headers }: PostRequest): string | undefined {
    let head = `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n`
    for (let index = 0; index < headers.length; index += 2) {
      const value = headers[index + 1] ?? ''
      if (!HEADER_VALUE.test(value)) return undefined
      head += `${headers[index]}: ${value}\r\n`
    }
    return head
  }

  #free(): Connection | undefined {
    const now = performance.now()
    for (let one = this.#idle.pop(); one !== undefined; one = this.#idle.pop()) {
      if (!one.aborted && one.restsUntilMs > now) return one
      one.destroy()
    }
    return undefined
  }

  #open(): Connection {
    const connection = new Connection(this.#place, this.#owner)
    this.#all.add(connection)
    return connection
  }

  /**
   * Used again when all that has arrived by now was read: bytes that come without a request would else be taken for the
   * reply to the next one (as undici does since GHSA-35p6-xmwp-9g52).
   */
  #rested(connection: Connection): void {
    this.#resting.push(connection)
    if (this.#resting.length === 1) setImmediate(() => this.#wake())
    return undefined
  }

  #wake(): void {
    for (const connection of this.#resting) {
      if (!connection.aborted) this.#idle.push(connection)
    }
    this.#resting = []
    for (const { request, handler } of this.#waiting.splice(0)) this.#begin(request, handler)
    if (this.#isClosing) for (const connection of this.#idle) connection.destroy()
    else this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
  }

  #sweep(): void {
    const now = performance.now()
    const old = this.#idle.filter(({ restsUntilMs }) => restsUntilMs <= now)
    for (const connection of old) connection.destroy()
    if (this.#all.size > old.length) return
    clearInterval(this.#sweeping)
    this.#sweeping = undefined
  }

  #ended(connection: Connection): void {
    this.#all.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
    if (this.#all.size === 0) this.#closed?.()
  }
}
