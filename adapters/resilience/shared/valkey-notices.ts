// Notices that no copy may miss: they are kept in a sorted set by their time, told at once over a channel, and looked at again
// now and then, because a channel does not say what was told while nobody listened. What the store did not take is tried again.

import type { Seal } from './seal.ts'
import type { Notices } from './shared-state.ts'
import type { ValkeyChannels } from './valkey-channels.ts'

/** What of the store's client is needed here. */
interface NoticesClient {
  readonly isReady: boolean
  zAdd(key: string, member: { readonly score: number; readonly value: string }): Promise<unknown>
  zRangeByScore(key: string, from: number, to: '+inf'): Promise<readonly unknown[]>
  zRemRangeByScore(key: string, from: '-inf', to: number): Promise<unknown>
  publish(channel: string, text: string): Promise<unknown>
}

export interface NoticesOptions {
  readonly client: NoticesClient
  readonly channels: Pick<ValkeyChannels, 'hear'>
  readonly seal: Seal
  readonly name: string
  /** How long a copy that comes later must still hear of it. */
  readonly keptMs: number
  readonly now: () => number
}

const LOOK_MS = 5_000
/** By how much the copies' clocks may differ, and a look be late. */
const OVERLAP_MS = 120_000
/** Waiting for a store that does not take them. */
const MOST_WAITING = 10_000

export class ValkeyNotices implements Notices {
  readonly #options: NoticesOptions
  readonly #key: string
  readonly #listeners = new Set<(text: string) => void>()
  readonly #untold = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #lookedAtMs: number | undefined

  constructor(options: NoticesOptions) {
    this.#options = options
    this.#key = `panjareh:notices:${options.name}`
    const { channels } = options
    // Looked at again once it stands: what was told while the channel was being asked for is in the set only.
    channels.hear(
      this.#key,
      (sealed) => this.#open(sealed),
      () => void this.#look(),
    )
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref()
  }

  tell(text: string): void {
    const { seal, now } = this.#options
    if (this.#untold.size >= MOST_WAITING) this.#untold.delete([...this.#untold.keys()][0] ?? '')
    this.#untold.set(seal.close(text, this.#key), now())
    void this.#tellAll()
  }

  heard(listener: (text: string) => void): void {
    this.#listeners.add(listener)
    void this.#look()
  }

  /** As soon as there is a connection, and now and then. */
  async look(): Promise<void> {
    await this.#look()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const { client, now, keptMs } = this.#options
    if (!client.isReady) return
    await this.#tellAll()
    const from = now() - keptMs
    const since = this.#lookedAtMs === undefined ? from : this.#lookedAtMs - OVERLAP_MS
    const at = now()
    try {
      for (const sealed of await client.zRangeByScore(this.#key, since, '+inf')) {
        if (typeof sealed === 'string') this.#open(sealed)
      }
      this.#lookedAtMs = at
      await client.zRemRangeByScore(this.#key, '-inf', from)
    } catch {
      // It is looked at again.
    }
  }

  async #tellAll(): Promise<void> {
    const { client } = this.#options
    for (const [sealed, at] of this.#untold) {
      if (!client.isReady) return
      try {
        await client.zAdd(this.#key, { score: at, value: sealed })
        this.#untold.delete(sealed)
        await client.publish(this.#key, sealed)
      } catch {
        return
      }
    }
  }

  /** What nobody of us has written does not open. */
  #open(sealed: string): void {
    const text = this.#options.seal.open(sealed, this.#key)
    if (text === undefined) return
    for (const listener of this.#listeners) listener(text)
  }
}
