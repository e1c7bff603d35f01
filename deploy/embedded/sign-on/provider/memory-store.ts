import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly model: string
  readonly payload: AdapterPayload
  readonly expiresAtMs: number
}

/** More are not kept; what expired goes first, then the oldest. */
const MOST = 100_000

/** What the stores of one provider share: all its sessions, codes and refresh tokens, lost at a restart. */
export class Shelf {
  readonly #entries = new Map<string, Entry>()
  /** Looked up by something else than the id: `uid`, `userCode`, `grantId`; each names keys of entries. */
  readonly #index = new Map<string, Set<string>>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  put(key: string, entry: Entry): void {
    this.take(key)
    if (this.#entries.size >= MOST) this.#makeRoom()
    this.#entries.set(key, entry)
    for (const name of namesOf(entry)) {
      const keys = this.#index.get(name) ?? new Set()
      this.#index.set(name, keys.add(key))
    }
  }

  get(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiresAtMs > this.#now() ? entry.payload : undefined
  }

  take(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    for (const name of namesOf(entry)) {
      const keys = this.#index.get(name)
      keys?.delete(key)
      if (keys?.size === 0) this.#index.delete(name)
    }
  }

  keysNamed(name: string): readonly string[] {
    return [...(this.#index.get(name) ?? [])]
  }

  get now(): number {
    return this.#now()
  }

  #makeRoom(): void {
    for (const [key, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs <= this.#now()) this.take(key)
    }
    for (const key of this.#entries.keys()) {
      if (this.#entries.size < MOST) return
      this.take(key)
    }
  }
}

/** Keeps one model's records in memory until they expire. */
export class MemoryStore implements Adapter {
  readonly #model: string
  readonly #shelf: Shelf

  constructor(model: string, shelf: Shelf) {
    this.#model = model
    this.#shelf = shelf
  }

  upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const lifetimeMs = expiresInSeconds === undefined ? Infinity : expiresInSeconds * 1000
    const expiresAtMs = this.#shelf.now + lifetimeMs
    this.#shelf.put(this.#key(id), { model: this.#model, payload, expiresAtMs })
    return Promise.resolve()
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#shelf.get(this.#key(id)))
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findNamed(`${this.#model}.uid:${uid}`)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findNamed(`${this.#model}.userCode:${userCode}`)
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id)
    if (payload !== undefined) payload.consumed = Math.floor(this.#shelf.now / 1000)
  }

  destroy(id: string): Promise<void> {
    this.#shelf.take(this.#key(id))
    return Promise.resolve()
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const key of this.#shelf.keysNamed(`${this.#model}.grantId:${grantId}`)) {
      this.#shelf.take(key)
    }
    return Promise.resolve()
  }

  #findNamed(name: string): Promise<AdapterPayload | undefined> {
    const found = this.#shelf.keysNamed(name).map((key) => this.#shelf.get(key))
    return Promise.resolve(found.find((payload) => payload !== undefined))
  }

  #key(id: string): string {
    return `${this.#model}:${id}`
  }
}

function namesOf({ model, payload }: Entry): string[] {
  return (['uid', 'userCode', 'grantId'] as const)
    .filter((name) => typeof payload[name] === 'string')
    .map((name) => `${model}.${name}:${String(payload[name])}`)
}
