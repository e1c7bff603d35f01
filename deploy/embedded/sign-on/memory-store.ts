import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  readonly expiresAt: number
}

/** What the stores of one provider share: all its sessions, codes and refresh tokens, lost at a restart. */
export type Shelf = Map<string, Entry>

/** Keeps one model's records in memory until they expire. */
export class MemoryStore implements Adapter {
  readonly #model: string
  readonly #shelf: Shelf

  constructor(model: string, shelf: Shelf) {
    this.#model = model
    this.#shelf = shelf
  }

  upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    if (this.#shelf.size >= 20_000) this.#dropExpired()
    const lifetime = expiresInSeconds === undefined ? Infinity : expiresInSeconds * 1000
    this.#shelf.set(this.#key(id), { payload, expiresAt: Date.now() + lifetime })
    return Promise.resolve()
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    const entry = this.#shelf.get(this.#key(id))
    return Promise.resolve(entry && entry.expiresAt > Date.now() ? entry.payload : undefined)
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy((payload) => payload.uid === uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy((payload) => payload.userCode === userCode)
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id)
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
  }

  destroy(id: string): Promise<void> {
    this.#shelf.delete(this.#key(id))
    return Promise.resolve()
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of this.#shelf) {
      if (payload.grantId === grantId) this.#shelf.delete(key)
    }
    return Promise.resolve()
  }

  #findBy(matches: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> {
    for (const [key, entry] of this.#shelf) {
      const mine = key.startsWith(`${this.#model}:`) && entry.expiresAt > Date.now()
      if (mine && matches(entry.payload)) return Promise.resolve(entry.payload)
    }
    return Promise.resolve(undefined)
  }

  #dropExpired(): void {
    for (const [key, { expiresAt }] of this.#shelf) {
      if (expiresAt <= Date.now()) this.#shelf.delete(key)
    }
  }

  #key(id: string): string {
    return `${this.#model}:${id}`
  }
}
