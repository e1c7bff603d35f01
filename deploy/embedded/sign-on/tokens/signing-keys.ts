// The keys that sign tokens, as the administration changes them while the sign-on runs: a new one signs, the one before is
// still published so that what it signed is understood, until it is disabled. A change is on the disk before it is in
// force, so that no token is ever signed by a key that a restart would not know.
import { randomUUID } from 'node:crypto'

import type { JWK } from 'jose'

import { invariant } from '../../../../schema/errors.ts'
import { SignOnError } from '../sign-on-error.ts'
import { hasEach, keepKeys, type KeptKey, type KeptKeys, openKeyFile } from './key-file.ts'
import { type Algorithm, createKey, publicPart, type SigningKey } from './keys.ts'

/** What the administration may know and change: all but the key itself. */
export type KeyFacts = Omit<KeptKey, 'key'> & {
  readonly algorithm: Algorithm
  readonly kid: string
  readonly kty: string
}
export type KeyPatch = Partial<Pick<KeptKey, 'name' | 'priority' | 'enabled' | 'active'>>

/** More are not published: who verifies tokens reads so many keys and no more. */
const MOST_PUBLISHED = 60

export class SigningKeys {
  readonly cookies: readonly string[]
  readonly #folder: string | undefined
  readonly #listeners: (() => void)[] = []
  #kept: readonly KeptKey[]
  #changing: Promise<unknown> = Promise.resolve()

  /** With a folder, the same keys at every start. @throws {SignOnError} DATA_UNUSABLE. */
  static async open(folder?: string): Promise<SigningKeys> {
    return new SigningKeys(folder, await openKeyFile(folder))
  }

  private constructor(folder: string | undefined, { cookies, signing }: KeptKeys) {
    this.#folder = folder
    this.cookies = cookies
    this.#kept = signing
  }

  /** In the order in which they were made. */
  list(): readonly KeyFacts[] {
    return this.#kept.map(({ key: { alg, kid, kty }, ...facts }) => ({
      ...facts,
      algorithm: alg,
      kid,
      kty,
    }))
  }

  /** With their private parts, of each algorithm the one that signs before all others. */
  usable(): readonly SigningKey[] {
    return this.#kept
      .filter(({ enabled }) => enabled)
      .toSorted(
        (one, other) => Number(other.active) - Number(one.active) || other.priority - one.priority,
      )
      .map(({ key }) => key)
  }

  published(): JWK[] {
    return this.usable().map(publicPart)
  }

  signing(algorithm: Algorithm): SigningKey {
    const key = this.usable().find(({ alg }) => alg === algorithm)
    invariant(key !== undefined, 'each algorithm has a key that signs')
    return key
  }

  /** Told when the change is in force. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** @throws {SignOnError} INVALID when too many are published already. */
  async add(algorithm: Algorithm, more: Omit<KeptKey, 'id' | 'key'>): Promise<string> {
    const added = { ...more, id: randomUUID(), key: await createKey(algorithm) }
    await this.#change((kept) => [...kept, added])
    return added.id
  }

  /** @throws {SignOnError} NOT_FOUND; INVALID when no key would be left to sign by its algorithm. */
  change(id: string, patch: KeyPatch): Promise<void> {
    return this.#change((kept) => {
      if (!kept.some((one) => one.id === id)) throw new SignOnError('NOT_FOUND', 'no such key')
      return kept.map((one) => (one.id === id ? { ...one, ...patch } : one))
    })
  }

  /** One after the other, each made of what the one before has left. */
  #change(make: (kept: readonly KeptKey[]) => KeptKey[]): Promise<void> {
    const work = this.#changing.then(() => this.#put(make(this.#kept)))
    this.#changing = work.catch(() => undefined)
    return work
  }

  async #put(signing: KeptKey[]): Promise<void> {
    if (!hasEach({ signing })) {
      throw new SignOnError('INVALID', 'no key would be left that signs by this algorithm')
    }
    if (signing.filter(({ enabled }) => enabled).length > MOST_PUBLISHED) {
      throw new SignOnError('INVALID', `more than ${MOST_PUBLISHED} keys are not published`)
    }
    await keepKeys(this.#folder, { cookies: [...this.cookies], signing })
    this.#kept = signing
    for (const listener of this.#listeners) listener()
  }
}
