// The public keys of the issuer (RFC 7517 §5), read over HTTP and kept. One reading at a time, and none soon after another,
// however many tokens name a key that nobody knows. A key that the issuer withdraws is gone within `WAIT_MS`.

import { setTimeout as sleep } from 'node:timers/promises'

import { SystemError } from '../../../../schema/errors.ts'
import { isMembers, parseStrict } from '../form/strict-json.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'

export interface KeySetOptions {
  readonly url: string
  readonly now?: () => number
}

/** Older than this it is read again, while requests go on with what is known. */
const REFRESH_MS = 60_000
/** Older than this requests wait for it. */
const WAIT_MS = 120_000
/** Older than this it is no longer believed: an issuer that cannot be asked cannot withdraw a key either. */
const BELIEVED_MS = 3_600_000
/** Between two readings. */
const COOLDOWN_MS = 1_000
const TIMEOUT_MS = 3_000
const MOST_BYTES = 262_144
const MOST_KEYS = 100
/** Requests that wait for the next reading, because their key is not known yet. */
const MOST_WAITING = 256

export class KeySet {
  readonly #url: string
  readonly #now: () => number
  #keys: ReadonlyMap<string, PublicKey> = new Map()
  #version = 0
  #readAtMs = -Infinity
  #triedAtMs = -Infinity
  #reading: Promise<void> | undefined
  /** The reading for which those wait whose key is not known. */
  #next: Promise<void> | undefined
  #waiting = 0

  constructor({ url, now = Date.now }: KeySetOptions) {
    this.#url = url
    this.#now = now
  }

  /** Another one whenever a key came or went. */
  get version(): number {
    return this.#version
  }

  /** Undefined: what is known can be used. Else what to wait for; rejects with SystemError. Throws it while nobody reads. */
  ready(): Promise<void> | undefined {
    const age = this.#now() - this.#readAtMs
    // A clock that was set back must not keep a key alive.
    if (age >= 0 && age <= REFRESH_MS) return undefined
    const reading = this.#readIfCool()
    if (age >= 0 && age <= WAIT_MS) {
      reading?.catch(() => undefined)
      return undefined
    }
    if (age >= 0 && age <= BELIEVED_MS) return reading?.catch(() => undefined)
    if (reading === undefined) throw unavailable()
    return reading
  }

  get(kid: string): PublicKey | undefined {
    return this.#keys.get(kid)
  }

  /** For a key that is not known: it may be a new one. Rejects with SystemError if the issuer cannot be asked. */
  async lookAgain(kid: string): Promise<PublicKey | undefined> {
    if (this.#waiting >= MOST_WAITING) throw new SystemError('SYSTEM_BUSY', 'sign-on')
    this.#waiting += 1
    try {
      this.#next ??= this.#readWhenCool().finally(() => {
        this.#next = undefined
      })
      await this.#next
      return this.#keys.get(kid)
    } finally {
      this.#waiting -= 1
    }
  }

  async #readWhenCool(): Promise<void> {
    const coolIn = this.#triedAtMs + COOLDOWN_MS - this.#now()
    if (coolIn > 0) await sleep(Math.min(coolIn, COOLDOWN_MS))
    await this.#read()
  }

  #readIfCool(): Promise<void> | undefined {
    const since = this.#now() - this.#triedAtMs
    return this.#reading === undefined && since >= 0 && since < COOLDOWN_MS
      ? undefined
      : this.#read()
  }

  #read(): Promise<void> {
    this.#reading ??= this.#fetch().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #fetch(): Promise<void> {
    this.#triedAtMs = this.#now()
    try {
      const keys = keysIn(await bytesOf(this.#url))
      if (!isSame(keys, this.#keys)) this.#version += 1
      this.#keys = keys
      this.#readAtMs = this.#now()
    } catch (cause) {
      throw cause instanceof SystemError ? cause : unavailable(cause)
    }
  }
}

/** Followed redirects would let somebody else name the keys. */
async function bytesOf(url: string): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const headers = { accept: 'application/json' }
  const response = await fetch(url, { redirect: 'error', signal, headers })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MOST_BYTES) throw unavailable()
    chunks.push(chunk)
  }
  if (response.status !== 200) throw unavailable()
  return Buffer.concat(chunks, size)
}

/** What cannot be used is passed over: issuers publish keys for encryption, too. Of two keys with one name none counts. */
function keysIn(bytes: Uint8Array): ReadonlyMap<string, PublicKey> {
  const set = parseStrict(bytes)?.['keys']
  if (!Array.isArray(set) || set.length > MOST_KEYS) throw unavailable()
  const keys = new Map<string, PublicKey>()
  const names = new Set<string>()
  for (const jwk of set) {
    const kid: unknown = isMembers(jwk) ? jwk['kid'] : undefined
    const key = readPublicKey(jwk)
    if (typeof kid !== 'string' || kid === '' || key === undefined) continue
    if (names.has(kid)) keys.delete(kid)
    else keys.set(kid, key)
    names.add(kid)
  }
  if (keys.size === 0) throw unavailable()
  return keys
}

function isSame(
  some: ReadonlyMap<string, PublicKey>,
  others: ReadonlyMap<string, PublicKey>,
): boolean {
  if (some.size !== others.size) return false
  for (const [kid, { thumbprint, algorithms }] of some) {
    const other = others.get(kid)
    if (other?.thumbprint !== thumbprint) return false
    if (other.algorithms.join() !== algorithms.join()) return false
  }
  return true
}

function unavailable(cause?: unknown): SystemError {
  return new SystemError('SYSTEM_UNAVAILABLE', 'sign-on', { cause })
}
