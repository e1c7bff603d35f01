import { PortalError } from '../portal-error.ts'

/** Requests of each session that are under way, so that they end with it: a stream must not outlive a sign-out. */
export class OpenRequests {
  readonly #most: number
  readonly #open = new Map<string, Set<AbortController>>()

  constructor(most: number) {
    this.#most = most
  }

  /** @throws {PortalError} TOO_MANY. Whoever begins must `finish`. */
  begin(id: string): AbortController {
    const open = this.#open.get(id) ?? new Set()
    if (open.size >= this.#most) throw new PortalError('TOO_MANY', 'session')
    const controller = new AbortController()
    this.#open.set(id, open.add(controller))
    return controller
  }

  finish(id: string, controller: AbortController): void {
    const open = this.#open.get(id)
    open?.delete(controller)
    if (open?.size === 0) this.#open.delete(id)
  }

  ids(): Iterable<string> {
    return this.#open.keys()
  }

  endOf(id: string): void {
    for (const controller of this.#open.get(id) ?? []) controller.abort()
    this.#open.delete(id)
  }
}
