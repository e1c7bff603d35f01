// The sign-on's keys. An unknown key id makes us look again, but at most once per cool-down however many tokens name one;
// a token that comes within it waits, so that junk cannot keep a new key from being found.
import { setTimeout as wait } from 'node:timers/promises'

import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'

import { PortalError } from '../portal-error.ts'
import type { CallSignOn } from './call-sign-on.ts'
import type { MetadataSource } from './metadata.ts'

type FindKey = ReturnType<typeof createLocalJWKSet>

const MOST_WAITING = 64
const KEPT_MS = 15 * 60_000

interface KeysOptions {
  readonly metadata: MetadataSource
  readonly call: CallSignOn
  readonly cooldownMs: number
  readonly now: () => number
}

export class SignOnKeys {
  readonly #options: KeysOptions
  #known: FindKey | undefined
  #fetchedAtMs = Number.NEGATIVE_INFINITY
  #waiting = 0
  #fetching: Promise<FindKey> | undefined

  constructor(options: KeysOptions) {
    this.#options = options
  }

  async find(header: JWSHeaderParameters, token: FlattenedJWSInput) {
    const known = await this.#current()
    try {
      return await known(header, token)
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey
      // Tokens under known keys never wait, so junk can only keep other junk, or a key of this second, out.
      if (!isUnknown || this.#waiting >= MOST_WAITING) throw error
      this.#waiting += 1
      try {
        const newer = await this.#refresh()
        return await newer(header, token)
      } finally {
        this.#waiting -= 1
      }
    }
  }

  /** Keys that are older than they should be are still better than none. */
  async #current(): Promise<FindKey> {
    const isOld = this.#options.now() - this.#fetchedAtMs > KEPT_MS
    const known = this.#known
    if (known === undefined) return this.#refresh()
    return isOld ? this.#refresh().catch(() => known) : known
  }

  /** One fetch at a time, and the next one only a cool-down later. */
  #refresh(): Promise<FindKey> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #fetch(): Promise<FindKey> {
    const { metadata, call, cooldownMs, now } = this.#options
    const left = this.#fetchedAtMs + cooldownMs - now()
    if (left > 0) await wait(Math.min(left, cooldownMs), undefined, { ref: false })
    this.#fetchedAtMs = now()
    const { keys } = await metadata.read()
    const { status, body } = await call(keys)
    if (status !== 200 || !isKeySet(body)) throw new PortalError('SIGN_ON_UNAVAILABLE', 'no-keys')
    this.#known = createLocalJWKSet(body)
    return this.#known
  }
}

function isKeySet(body: object): body is JSONWebKeySet {
  const keys: unknown = Reflect.get(body, 'keys')
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null)
}
