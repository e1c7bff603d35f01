// Sessions in a store of all copies of the portal. A session is alive while all of three things say so, and each of them alone
// ends it, whichever copy it is at: its own record, the mark of its session at the sign-on, its place among its person's.
// So what the store forgets, or throws away to make room, ends sessions; it never keeps one that a sign-out does not find.
import { randomUUID } from 'node:crypto'

import { PortalError } from '../portal-error.ts'
import type { RecordSeal } from './record-seal.ts'
import { readRecord, type SessionRecord, writeRecord } from './session-record.ts'
import {
  liveSession,
  MOST_OF_ONE,
  type Session,
  type SessionStore,
  type SessionStoreOptions,
  type Turn,
  type WhoseSessions,
} from './session-store.ts'
import type { SignedIn } from './signed-in.ts'
import type { ValkeyLink } from './valkey-link.ts'

export interface ValkeySessionsOptions extends SessionStoreOptions {
  readonly link: ValkeyLink
  readonly seal: RecordSeal
  /** One per client: sessions of one are nothing to the other. */
  readonly clientId: string
  /** Sessions with streams at this copy. */
  readonly openHere: () => Iterable<string>
}

const ENDED = 'ended'
/** Orders to end sessions that wait for a store that is away. */
const MOST_OWED = 10_000
/** After so many sweeps without an answer of the store, nobody knows whether the streams here still have a session. */
const MOST_BLIND = 3
/** Only who was given the turn gives it back: another may have it by now. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

export class ValkeySessions implements SessionStore {
  readonly #options: ValkeySessionsOptions
  readonly #prefix: string
  readonly #owed: WhoseSessions[] = []
  #blind = 0
  #isSweeping = false
  /** Something may have been told, and not heard, since the sweep that is under way looked. */
  #isStale = false

  constructor(options: ValkeySessionsOptions) {
    this.#options = options
    this.#prefix = `panjareh:portal:${options.clientId}`
    options.link.hear(
      this.#channel,
      (text) => void this.#heard(text),
      () => {
        this.#isStale = true
        void this.sweep()
      },
    )
  }

  async open(id: string, signedIn: SignedIn): Promise<void> {
    try {
      await this.#open(id, signedIn)
    } catch (error) {
      // Nobody gets its cookie. It may still be opened, by a store that was only slow; what is asked next is done after it.
      void this.end(id).catch(() => undefined)
      throw error
    }
  }

  async read(id: string): Promise<Session | undefined> {
    const { link } = this.#options
    const [found] = await this.#recordsOf([this.#recordOf(id)])
    if (found === undefined) return undefined
    const [record, person, mark] = this.#namesOf(id, found.signedIn)
    const [marked, seen] = await link.ask((client) =>
      Promise.all([mark && client.get(mark), client.zScore(person, record)]),
    )
    if (marked !== undefined && marked !== person) return undefined
    return seen === null ? undefined : liveSession(found.signedIn, seen, this.#options)
  }

  async extend(id: string, signedIn: SignedIn): Promise<void> {
    const { link, limits, now } = this.#options
    const [record, person] = this.#namesOf(id, signedIn)
    const seen = { score: now(), value: record }
    const leftMs = signedIn.beganAtMs + limits.sessionMs - now()
    await link.ask((client) =>
      Promise.all([
        client.pExpire(record, Math.min(limits.idleMs, leftMs)),
        // A full store takes none: the session ends sooner, and no question fails for that.
        client.zAdd(person, seen, { condition: 'XX' }).catch(() => undefined),
      ]),
    )
  }

  async renew(id: string, signedIn: SignedIn): Promise<void> {
    const record = this.#recordOf(id)
    const sealed = await this.#close(record, { id, signedIn })
    await this.#options.link.ask((client) =>
      client.set(record, sealed, { condition: 'XX', expiration: 'KEEPTTL' }),
    )
  }

  async turn(id: string, leaseMs: number): Promise<Turn | undefined> {
    const { link } = this.#options
    const key = `${this.#recordOf(id)}:turn`
    const owner = randomUUID()
    const release = async () => {
      const giving = { keys: [key], arguments: [owner] }
      // What is not given back ends with the lease.
      await link.ask((client) => client.eval(RELEASE, giving)).catch(() => undefined)
    }
    const expiration = { type: 'PX', value: leaseMs } as const
    try {
      const got = await link.ask((client) =>
        client.set(key, owner, { condition: 'NX', expiration }),
      )
      return got === null ? undefined : { release }
    } catch (error) {
      // It may still be taken, by a store that was only slow; what is asked next is carried out after it.
      void release()
      throw error
    }
  }

  async end(id: string): Promise<void> {
    const { link, onEnd } = this.#options
    onEnd(id)
    const name = this.#recordOf(id)
    const [value] = await link.ask((client) => Promise.all([client.get(name), client.del(name)]))
    const record = await this.#opened(value, name)
    if (record !== undefined) await this.#leave([record])
  }

  async endAll(whose: WhoseSessions): Promise<number | undefined> {
    try {
      return await this.#endAll(whose)
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      this.#owed.push(whose)
      if (this.#owed.length > MOST_OWED) this.#owed.shift()
      return undefined
    }
  }

  /** What was told while this copy did not listen, what ended by time alone, and what could not be ended before. */
  async sweep(): Promise<void> {
    if (this.#isSweeping) return
    this.#isSweeping = true
    const { openHere, onEnd } = this.#options
    try {
      do await this.#look()
      while (this.#isStale)
      this.#blind = 0
    } catch {
      this.#blind += 1
      if (this.#blind >= MOST_BLIND) for (const id of openHere()) onEnd(id)
    } finally {
      this.#isSweeping = false
    }
  }

  async #look(): Promise<void> {
    const { openHere, onEnd } = this.#options
    this.#isStale = false
    for (const whose of this.#owed.splice(0)) await this.endAll(whose)
    for (const id of openHere()) if ((await this.read(id)) === undefined) onEnd(id)
  }

  async #open(id: string, signedIn: SignedIn): Promise<void> {
    const { link, limits, now } = this.#options
    const [record, person, mark] = this.#namesOf(id, signedIn)
    const lasting = { type: 'PX', value: limits.sessionMs } as const
    const sealed = await this.#close(record, { id, signedIn })
    const [, marked, , , , own] = await link.ask((client) =>
      Promise.all([
        mark && client.set(mark, person, { condition: 'NX', expiration: lasting }),
        mark && client.get(mark),
        mark && client.pExpire(mark, limits.sessionMs),
        client.zRemRangeByScore(person, '-inf', now() - limits.idleMs),
        client.zAdd(person, { score: now(), value: record }),
        client.zCard(person),
        client.pExpire(person, limits.sessionMs),
        client.set(record, sealed, { expiration: { type: 'PX', value: limits.idleMs } }),
      ]),
    )
    // The sign-on has ended it while the person was on the way from there to here.
    if (marked !== undefined && marked !== person) throw new PortalError('SIGN_IN_REFUSED', 'over')
    if (own <= MOST_OF_ONE) return
    // One who signs in again and again takes the place of their own sessions.
    const first = await link.ask((client) => client.zPopMinCount(person, own - MOST_OF_ONE))
    await this.#end(await this.#recordsOf(first.map(({ value }) => value)))
  }

  async #endAll({ sid, subject }: WhoseSessions): Promise<number> {
    const { link, limits } = this.#options
    const mark = sid === undefined ? undefined : this.#markOf(sid)
    const marked = mark === undefined ? null : await link.ask((client) => client.get(mark))
    const isKnown = marked !== null && marked !== ENDED
    const person = subject === undefined ? isKnown && marked : this.#personOf(subject)
    if (isKnown && marked !== person) return 0
    if (mark !== undefined) {
      const expiration = { type: 'PX', value: limits.signInMs } as const
      await link.ask((client) =>
        Promise.all([
          // What takes away works in a full store, too.
          client.del(mark),
          // Also where nobody has it yet: a sign-in with that session may be under way.
          client.set(mark, ENDED, { expiration }).catch(() => undefined),
        ]),
      )
    }
    if (person === false) return 0
    const names = await link.ask((client) => client.zRange(person, 0, -1))
    if (mark === undefined) await link.ask((client) => client.del(person))
    const records = await this.#recordsOf(names)
    return this.#end(records.filter(({ signedIn }) => sid === undefined || signedIn.sid === sid))
  }

  async #end(records: readonly SessionRecord[]): Promise<number> {
    const { link, onEnd } = this.#options
    const ids = records.map(({ id }) => id)
    if (ids.length === 0) return 0
    for (const id of ids) onEnd(id)
    await link.ask((client) => client.del(ids.map((id) => this.#recordOf(id))))
    await this.#leave(records)
    return ids.length
  }

  /** They have ended: they count no more among their person's; a copy that does not hear of it sees it at its next sweep. */
  async #leave(records: readonly SessionRecord[]): Promise<void> {
    const { link, seal } = this.#options
    const ids = records.map(({ id }) => id)
    const sealed = await seal.close(JSON.stringify(ids), this.#channel)
    const places = records.map(({ id, signedIn }) => this.#namesOf(id, signedIn))
    const leaving = link.ask((client) =>
      Promise.all([
        client.publish(this.#channel, sealed),
        ...places.map(([record, person]) => client.zRem(person, record)),
      ]),
    )
    await leaving.catch(() => undefined)
  }

  /** What no copy has written does not open. */
  async #heard(sealed: string): Promise<void> {
    const text = await this.#options.seal.open(sealed, this.#channel)
    const ids: unknown = text === undefined ? [] : JSON.parse(text)
    for (const id of Array.isArray(ids) ? ids : []) this.#options.onEnd(String(id))
  }

  async #recordsOf(names: readonly string[]): Promise<readonly SessionRecord[]> {
    if (names.length === 0) return []
    const values = await this.#options.link.ask((client) => client.mGet([...names]))
    const opened = values.map((value, at) => this.#opened(value, names[at] ?? ''))
    return (await Promise.all(opened)).filter((record) => record !== undefined)
  }

  async #opened(value: string | null, name: string): Promise<SessionRecord | undefined> {
    const text = value === null ? undefined : await this.#options.seal.open(value, name)
    return text === undefined ? undefined : readRecord(text)
  }

  #close(name: string, record: SessionRecord): Promise<string> {
    return this.#options.seal.close(writeRecord(record), name)
  }

  get #channel(): string {
    return `${this.#prefix}:ended`
  }

  #namesOf(id: string, { subject, sid }: SignedIn) {
    const mark = sid === undefined ? undefined : this.#markOf(sid)
    return [this.#recordOf(id), this.#personOf(subject), mark] as const
  }

  #recordOf(id: string): string {
    return `${this.#prefix}:session:${this.#options.seal.nameOf(`session ${id}`)}`
  }

  #markOf(sid: string): string {
    return `${this.#prefix}:sign-on:${this.#options.seal.nameOf(`sign-on ${sid}`)}`
  }

  #personOf(subject: string): string {
    return `${this.#prefix}:person:${this.#options.seal.nameOf(`person ${subject}`)}`
  }
}
