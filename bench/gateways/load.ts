// The load: so many connections, each with one request under way, next as soon as answered. Replies are read by hand and
// all are checked, because a fast wrong answer is worth nothing.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { type Message, MessageReader } from './message-reader.ts'

export interface LoadRequest {
  readonly body: string | Buffer
  /** Whether the reply is the one that is expected. */
  readonly check: (message: Message) => boolean
}

export interface LoadOptions {
  readonly url: URL
  readonly concurrency: number
  readonly next: () => LoadRequest
}

export interface LoadResult {
  readonly requests: number
  readonly wrong: number
  /** The first wrong reply. */
  readonly sample: string | undefined
  /** Per second, between the time when every connection has had its first answer and the end of sending. */
  readonly rps: number
  /** Milliseconds, sorted. */
  readonly latencies: Float64Array
}

/** Starts and ends with nothing under way, so that whatever a gateway spent in between belongs to these requests. */
export class Load {
  readonly #options: LoadOptions
  readonly #connections: Connection[] = []

  constructor(options: LoadOptions) {
    this.#options = options
  }

  /** New connections: a gateway may be about to close those that have rested. */
  async open(): Promise<void> {
    this.close()
    const { concurrency, url } = this.#options
    const wanted = Array.from({ length: concurrency }, () => Connection.open(url))
    this.#connections.push(...(await Promise.all(wanted)))
  }

  /** At least `ms` milliseconds and `least` requests. */
  async run(ms: number, least = 0): Promise<LoadResult> {
    const { concurrency, next } = this.#options
    const tally = new Tally(performance.now() + ms, Math.max(least, concurrency), concurrency)
    await Promise.all(this.#connections.map((each) => each.run(next, tally)))
    return tally.result()
  }

  close(): void {
    for (const each of this.#connections) each.close()
    this.#connections.length = 0
  }
}

const GIVE_UP_MS = 60_000

class Tally {
  readonly #until: number
  readonly #least: number
  readonly #full: number
  readonly #times: number[] = []
  readonly #ends: number[] = []
  #sent = 0
  #wrong = 0
  #sample: string | undefined
  readonly #from = performance.now()
  #stopped = 0

  constructor(until: number, least: number, full: number) {
    this.#until = until
    this.#least = least
    this.#full = full
  }

  mayStart(now: number): boolean {
    if (now - this.#from > GIVE_UP_MS || (now >= this.#until && this.#sent >= this.#least)) {
      this.#stopped ||= now
      return false
    }
    this.#sent += 1
    return true
  }

  finish(from: number, now: number, wrong: Message | undefined): void {
    this.#times.push(now - from)
    this.#ends.push(now)
    if (wrong === undefined) return
    this.#wrong += 1
    this.#sample ??= `${wrong.head.split('\r\n')[0]} ${Buffer.concat(wrong.pieces).toString('utf8', 0, 600)}`
  }

  result(): LoadResult {
    const from = this.#ends[this.#full - 1] ?? this.#from
    const within = this.#ends.filter((end) => end > from && end <= this.#stopped).length
    const seconds = (this.#stopped - from) / 1000
    // Nothing but the ramp was seen: count all of it.
    const rps =
      within < this.#full
        ? (this.#ends.length * 1000) / ((this.#ends.at(-1) ?? 0) - this.#from)
        : within / seconds
    return {
      requests: this.#ends.length,
      wrong: this.#wrong,
      sample: this.#sample,
      rps,
      latencies: Float64Array.from(this.#times).toSorted(),
    }
  }
}

class Connection {
  readonly #socket: Socket
  readonly #head: string
  #waiting: ((message: Message) => void) | undefined

  private constructor(socket: Socket, url: URL) {
    this.#socket = socket
    this.#head = `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: `
    const reader = new MessageReader((message) => this.#waiting?.(message))
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#waiting?.({ head: 'closed', pieces: [] }))
  }

  static async open(url: URL): Promise<Connection> {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    await once(socket, 'connect')
    return new Connection(socket, url)
  }

  get live(): boolean {
    return !this.#socket.destroyed
  }

  run(next: () => LoadRequest, tally: Tally): Promise<void> {
    const done = Promise.withResolvers<void>()
    const send = (from: number) => {
      if (!this.live || !tally.mayStart(from)) return done.resolve()
      const { body, check } = next()
      this.#waiting = (message) => {
        this.#waiting = undefined
        const now = performance.now()
        tally.finish(from, now, check(message) ? undefined : message)
        send(now)
      }
      this.#write(body)
    }
    send(performance.now())
    return done.promise
  }

  #write(body: string | Buffer): void {
    const length = Buffer.byteLength(body)
    if (typeof body === 'string') {
      this.#socket.write(`${this.#head}${length}\r\n\r\n${body}`)
      return
    }
    this.#socket.cork()
    this.#socket.write(`${this.#head}${length}\r\n\r\n`)
    this.#socket.write(body)
    this.#socket.uncork()
  }

  close(): void {
    this.#socket.destroy()
  }
}
