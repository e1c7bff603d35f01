// The copies' common knowledge in Valkey (or Redis, which speaks the same protocol). In: an address with a database, and the
// copies' secret. Out: a SharedStore. Never: a question, an answer or a caller in clear; a request that waits for it.

import { randomUUID } from 'node:crypto'

import { createClient } from '@redis/client'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { Log } from '../../../schema/log.ts'
import { Seal } from './seal.ts'
import type { Kept, News, Notices, SharedRate, SharedState, SharedStore } from './shared-state.ts'
import { TimeBox } from './time-box.ts'
import { ValkeyChannels } from './valkey-channels.ts'
import { ValkeyNotices } from './valkey-notices.ts'

export interface ValkeyOptions {
  /** `redis://user:password@host:port/database`, or `rediss` for TLS. */
  readonly url: string
  /** 32 bytes, the same for all copies. */
  readonly secret: Uint8Array
  readonly log: Log
  readonly now?: () => number
  /** How long a request may wait for it; fifty times as long to know whether something was used before. */
  readonly withinMs?: number
}

const WITHIN_MS = 5
/** Not to know an answer costs a call, not to know a use may let in a thief: a busy machine's hiccups are waited for. */
const USE_PATIENCE = 50
const REST_MS = 1_000
const FAILURES = 3
/** What may wait to be written to a store that does not read. */
const MOST_COMMANDS = 1_000
const CONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 5_000
const NEWS = 'panjareh:news'

const Message = Type.Union([
  Type.Object({
    from: Type.String(),
    system: Type.String(),
    kind: Type.Literal('opened'),
    until: Type.Number(),
  }),
  Type.Object({
    from: Type.String(),
    system: Type.String(),
    kind: Type.Literal('wrote'),
    at: Type.Number(),
  }),
])

/**
 * The moments of the last calls, newest first; the next may begin when the oldest of them is that long ago. In
 * microseconds of the store's own clock, so that the copies' clocks do not matter. -1: later than the caller would wait.
 */
const TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local oldest = redis.call('LINDEX', KEYS[1], tonumber(ARGV[1]) - 1)
local at = now
if oldest and tonumber(oldest) + tonumber(ARGV[2]) > at then at = tonumber(oldest) + tonumber(ARGV[2]) end
if at - now > tonumber(ARGV[3]) then return -1 end
redis.call('LPUSH', KEYS[1], string.format('%.0f', at))
redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[1]) - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil((at - now + tonumber(ARGV[2])) / 1000))
return at - now`

/** Does not wait for a connection: until there is one, everybody goes on alone. */
export function openValkey(options: ValkeyOptions): SharedStore {
  return new ValkeyStore(options)
}

class ValkeyStore implements SharedStore {
  readonly #client: Client
  readonly #subscriber: Client
  readonly #channels: ValkeyChannels
  readonly #box: TimeBox
  /** One of its own, so that nobody can make it rest by other questions. */
  readonly #uses: TimeBox
  readonly #seal: Seal
  readonly #log: Log
  readonly #from = randomUUID()
  readonly #listeners = new Map<string, Set<(news: News) => void>>()
  readonly #notices = new Map<string, ValkeyNotices>()
  readonly #now: () => number

  constructor({ url, secret, log, now = Date.now, withinMs = WITHIN_MS }: ValkeyOptions) {
    this.#seal = new Seal(secret)
    this.#log = log
    this.#now = now
    const box = { failures: FAILURES, restMs: REST_MS, now }
    this.#box = new TimeBox({ ...box, withinMs, changed: this.#changed('this copy goes on alone') })
    this.#uses = new TimeBox({
      ...box,
      withinMs: withinMs * USE_PATIENCE,
      changed: this.#changed('what was used is known to this copy alone'),
    })
    this.#client = clientOf(url)
    this.#subscriber = this.#client.duplicate()
    // They try again by themselves; what a lost connection means is told once, by the time box.
    this.#client.on('error', () => undefined)
    this.#subscriber.on('error', () => undefined)
    this.#client.connect().catch(() => undefined)
    // Also after a lost connection: what was told meanwhile stands in the store.
    this.#client.on('ready', () => this.#notices.forEach((each) => void each.look()))
    this.#channels = new ValkeyChannels(this.#subscriber)
    this.#channels.hear(NEWS, (text) => this.#heard(text))
    this.#subscriber.connect().catch(() => undefined)
  }

  of(system: string): SharedState {
    const [answers, written, turns] = ['answer', 'written', 'turns'].map(
      (kind) => `panjareh:${kind}:${system}`,
    )
    return {
      nameSecret: this.#seal.nameSecret,
      read: (name) => this.#read(name, `${answers}:${name}`, `${written}`),
      keep: (name, { text, askedAt }, forMs) => {
        const sealed = this.#seal.close(JSON.stringify([askedAt, text]), name)
        this.#tell(() => this.#client.set(`${answers}:${name}`, sealed, lasting(forMs)))
      },
      wrote: (at, forMs) =>
        this.#tell(() => this.#client.set(`${written}`, String(at), lasting(forMs))),
      turn: (rate) => this.#turn(`${turns}`, rate),
      tell: (news) => {
        const text = JSON.stringify({ from: this.#from, system, ...news })
        this.#tell(() => this.#client.publish(NEWS, text))
      },
      heard: (listener) => {
        const listeners = this.#listeners.get(system) ?? new Set()
        this.#listeners.set(system, listeners.add(listener))
      },
    }
  }

  notices(name: string, keptMs: number): Notices {
    const notices = new ValkeyNotices({
      client: this.#client,
      channels: this.#channels,
      seal: this.#seal,
      name,
      keptMs,
      now: this.#now,
    })
    this.#notices.set(name, notices)
    return notices
  }

  /** By a keyed name: the store learns nothing of what was used, and nobody else can say that it was before it is. */
  async isFirstUse(kind: string, id: string, keptMs: number): Promise<boolean | undefined> {
    const name = this.#seal.nameOf(`${kind} ${id}`)
    const only = { ...lasting(keptMs), condition: 'NX' } as const
    const reply = await this.#uses.ask(() =>
      this.#client.set(`panjareh:used:${kind}:${name}`, '1', only),
    )
    return reply === undefined ? undefined : reply === 'OK'
  }

  async close(): Promise<void> {
    for (const notices of this.#notices.values()) notices.close()
    for (const client of [this.#client, this.#subscriber]) client.destroy()
  }

  async #read(name: string, answer: string, written: string): Promise<Kept | undefined> {
    const found = await this.#box.ask(() => this.#client.mGet([answer, written]))
    const [sealed, wroteAt] = found ?? []
    if (typeof sealed !== 'string') return undefined
    const opened = this.#seal.open(sealed, name)
    if (opened === undefined) return undefined
    const kept: unknown = JSON.parse(opened)
    if (!Value.Check(KeptText, kept)) return undefined
    const [askedAt, text] = kept
    return askedAt > Number(wroteAt ?? -Infinity) ? { askedAt, text } : undefined
  }

  async #turn(key: string, rate: SharedRate): Promise<number | 'refused' | undefined> {
    const { calls, perMs, mostMs } = rate
    const reply = await this.#box.ask(() =>
      this.#client.eval(TURN, {
        keys: [key],
        arguments: [calls, perMs * 1_000, mostMs * 1_000].map(String),
      }),
    )
    if (typeof reply !== 'number') return undefined
    return reply < 0 ? 'refused' : reply / 1_000
  }

  #tell(command: () => Promise<unknown>): void {
    void this.#box.ask(command)
  }

  #heard(text: string): void {
    const message = parse(text)
    if (message === undefined || message.from === this.#from) return
    for (const listener of this.#listeners.get(message.system) ?? []) listener(message)
  }

  #changed(meaning: string): (isResting: boolean) => void {
    return (isResting) => {
      if (isResting) this.#log.warn({}, `the shared store does not answer: ${meaning}`)
      else this.#log.info({}, 'the shared store answers again')
    }
  }
}

type Client = ReturnType<typeof clientOf>

function clientOf(url: string) {
  return createClient({
    url: url.replace(/^valkey/, 'redis'),
    // The older form of the protocol says all that is needed, and every server speaks it.
    RESP: 2,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_COMMANDS,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (tries) => Math.min(LONGEST_RECONNECT_MS, 100 * 2 ** Math.min(tries, 10)),
    },
  })
}

const KeptText = Type.Tuple([Type.Number(), Type.String()])

function lasting(forMs: number) {
  return { expiration: { type: 'PX', value: Math.max(1, Math.ceil(forMs)) } } as const
}

/** The store is in other hands: what is no news is not heard. */
function parse(text: string): (News & { from: string; system: string }) | undefined {
  try {
    const message: unknown = JSON.parse(text)
    return Value.Check(Message, message) ? message : undefined
  } catch {
    return undefined
  }
}
