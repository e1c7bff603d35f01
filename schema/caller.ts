// Who is asking. In: a verified token (gateway/auth). Out: what every later stage may know of the caller.

export type CallerKind = 'anonymous' | 'citizen' | 'agency' | 'staff'

export interface Caller {
  readonly kind: CallerKind
  /** OIDC `sub`; empty for anonymous. */
  readonly subject: string
  /** OIDC `azp` / `client_id`; empty for anonymous. */
  readonly clientId: string
  /** The citizen's own national id (claim `national_id`), ten digits. Never to be logged. */
  readonly nationalId: string | undefined
  /** E.164-like mobile of the citizen (claim `phone_number`), if sign-on knows it. Never to be logged. */
  readonly mobile: string | undefined
  /** Realm and client roles, for instance `citizen`, `inquiry:identity`. What `@policy` names. */
  readonly roles: ReadonlySet<string>
  /** OAuth scopes. What `@requiresScopes` names. */
  readonly scopes: ReadonlySet<string>
  /** When the token ends that says all this, milliseconds since 1970; absent for anonymous. */
  readonly expiresAtMs?: number
}

export const ANONYMOUS: Caller = Object.freeze({
  kind: 'anonymous',
  subject: '',
  clientId: '',
  nationalId: undefined,
  mobile: undefined,
  roles: new Set<string>(),
  scopes: new Set<string>(),
})
