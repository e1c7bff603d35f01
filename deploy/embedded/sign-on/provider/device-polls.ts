import { createHash } from 'node:crypto'

const MOST = 10_000

/** When a device asked last, so that one that asks too often is told so (RFC 8628 §3.5). */
export class DevicePolls {
  readonly #intervalSeconds: () => number
  readonly #now: () => number
  readonly #last = new Map<string, number>()

  constructor(intervalSeconds: () => number, now: () => number) {
    this.#intervalSeconds = intervalSeconds
    this.#now = now
  }

  isTooEarly(deviceCode: string): boolean {
    const name = createHash('sha256').update(deviceCode).digest('base64url')
    const nowMs = this.#now()
    const lastMs = this.#last.get(name) ?? -Infinity
    this.#last.delete(name)
    const oldest = this.#last.keys().next()
    if (this.#last.size >= MOST && !oldest.done) this.#last.delete(oldest.value)
    this.#last.set(name, nowMs)
    return nowMs - lastMs < this.#intervalSeconds() * 1000
  }
}
