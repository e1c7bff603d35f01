// The way to the store of all copies (Valkey, or Redis, which speaks the same protocol). Every question has a bound, is asked
// at once or not at all, and a store that does not answer is a refusal of its own: never "there is no such session".
import { createClient } from '@redis/client'

import type { PortalLog } from '../options.ts'
import { PortalError } from '../portal-error.ts'

export type ValkeyClient = ReturnType<typeof clientOf>

export interface ValkeyLinkOptions {
  /** `redis://user:password@host:port/database`; `rediss` for TLS. */
  readonly url: string
  /** How long one question may take. */
  readonly withinMs: number
  readonly log: PortalLog
}

/** What may be under way to a store that does not read. */
const MOST_COMMANDS = 10_000
const CONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 2_000
/** A server that is not ready itself, because it loads what it had on a disk, refuses for a while. */
const REFUSED_MS = 250
/** A peer that vanished without a word is noticed by its silence: TCP alone takes a quarter of an hour. */
const PING_MS = 5_000
const SILENCE_MS = 15_000

interface Channel {
  readonly listener: (text: string) => void
  readonly stands: () => void
}

export class ValkeyLink {
  readonly #options: ValkeyLinkOptions
  readonly #client: ValkeyClient
  readonly #listener: ValkeyClient
  readonly #channels = new Map<string, Channel>()
  #isWell = true

  /** Does not wait for a connection. */
  constructor(options: ValkeyLinkOptions) {
    this.#options = options
    this.#client = clientOf(options.url)
    // One that listens can ask nothing.
    this.#listener = this.#client.duplicate()
    this.#client.on('ready', () => this.#channels.forEach(({ stands }) => stands()))
    this.#listener.on('ready', () => {
      for (const [name, channel] of this.#channels) void this.#subscribe(name, channel)
    })
    for (const client of [this.#client, this.#listener]) {
      // It connects again by itself; what that means is told by `ask`.
      client.on('error', () => undefined)
      client.connect().catch(() => undefined)
    }
  }

  /**
   * A question that was given up may still be carried out when the store is back, and before any that is asked later.
   *
   * @throws {PortalError} SESSIONS_UNAVAILABLE
   */
  async ask<T>(task: (client: ValkeyClient) => Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      // An answer that lies in the socket already is not late because this process was busy.
      () => setImmediate(() => late.reject(new PortalError('SESSIONS_UNAVAILABLE', 'late'))),
      this.#options.withinMs,
    )
    try {
      const answer = await Promise.race([task(this.#client), late.promise])
      this.#note(undefined)
      return answer
    } catch (error) {
      const refusal =
        error instanceof PortalError
          ? error
          : new PortalError('SESSIONS_UNAVAILABLE', 'refused', error)
      this.#note(refusal)
      throw refusal
    } finally {
      clearTimeout(timer)
    }
  }

  async isUp(): Promise<boolean> {
    return this.ask((client) => client.ping()).then(
      () => true,
      () => false,
    )
  }

  /**
   * What is told while there is no connection is not heard. `stands` is called as soon as everything that is told from then on
   * is, and also when questions can be asked again.
   */
  hear(name: string, listener: (text: string) => void, stands: () => void): void {
    const channel = { listener, stands }
    this.#channels.set(name, channel)
    if (this.#listener.isReady) void this.#subscribe(name, channel)
  }

  close(): void {
    for (const client of [this.#client, this.#listener]) client.destroy()
  }

  /** With each connection: those that stood stand again by then, and the store is not asked twice. */
  async #subscribe(name: string, channel: Channel): Promise<void> {
    try {
      await this.#listener.subscribe(name, channel.listener)
      if (this.#client.isReady) channel.stands()
    } catch {
      // One that broke off is asked for with the next connection.
      if (!this.#listener.isReady) return
      setTimeout(() => void this.#subscribe(name, channel), REFUSED_MS).unref()
    }
  }

  #note(refusal: PortalError | undefined): void {
    const isWell = refusal === undefined
    if (isWell === this.#isWell) return
    this.#isWell = isWell
    const { log } = this.#options
    if (isWell) return log.info({}, 'the store of sessions answers again')
    const { reason } = refusal
    log.error({ reason }, 'the store of sessions does not answer: whoever is signed in has to wait')
  }
}

function clientOf(url: string) {
  return createClient({
    url: url.replace(/^valkey/, 'redis'),
    // The older form of the protocol says all that is needed, and every server speaks it.
    RESP: 2,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_COMMANDS,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (tries) => Math.min(LONGEST_RECONNECT_MS, 50 * 2 ** Math.min(tries, 10)),
    },
  })
}
