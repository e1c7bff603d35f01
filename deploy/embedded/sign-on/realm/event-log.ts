// In: what happened at the sign-on. Out: the latest of it, as Keycloak's EventRepresentation and AdminEventRepresentation,
// newest first. Never: a password, a code, a token; more than a bounded number.

export interface SignOnEvent {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** Keycloak's EventType: LOGIN, LOGIN_ERROR, LOGOUT, CODE_TO_TOKEN, REFRESH_TOKEN_ERROR, … */
  readonly type: string
  readonly realmId: string
  readonly clientId?: string
  readonly userId?: string
  readonly sessionId?: string
  readonly ipAddress?: string
  readonly error?: string
  readonly details?: Readonly<Record<string, string>>
}

export interface AdminEvent {
  readonly id: string
  readonly time: number
  readonly realmId: string
  readonly operationType: 'CREATE' | 'UPDATE' | 'DELETE' | 'ACTION'
  readonly resourceType: string
  readonly resourcePath: string
  readonly authDetails: {
    readonly realmId: string
    readonly clientId: string
    readonly userId: string
    readonly ipAddress: string
  }
  /** JSON; secrets are `**********` in it. */
  readonly representation?: string
  readonly error?: string
}

const MOST = 10_000

/** Keeps the newest. */
export class EventLog<Event> {
  readonly #events: Event[] = []
  readonly #now: () => number
  #count = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** What every event begins with. */
  stamp(): { readonly id: string; readonly time: number } {
    this.#count += 1
    return { id: `e${this.#count}`, time: this.#now() }
  }

  record(event: Event): void {
    this.#events.push(event)
    if (this.#events.length > MOST) this.#events.splice(0, MOST / 10)
  }

  /** Newest first. */
  list(fits: (event: Event) => boolean = () => true): Event[] {
    return this.#events.filter(fits).toReversed()
  }

  clear(): void {
    this.#events.length = 0
  }
}
