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
  /** The session at the sign-on that the token belongs to (claim `sid`); its end ends the token. */
  readonly sessionId?: string | undefined
  /** How surely the sign-on knows the person (claim `acr`): `low`, `substantial`. Absent for machines. */
  readonly acr?: string | undefined
  /** When the person last proved it (claim `auth_time`), milliseconds since 1970. */
  readonly authTimeMs?: number | undefined
  /** The company for which the actor acts by mandate, eleven digits; there is no `nationalId` then. Never to be logged. */
  readonly legalNationalId?: string | undefined
  /** The counter office (دفتر پیشخوان) where the person works (claim `counter_office`). */
  readonly officeId?: string | undefined
  /** The mandate that a token itself names (claim `mandate_id`); the gateway checks it like one of the header. */
  readonly mandateId?: string | undefined
  /** Who really acts, where that is not the subject (RFC 8693 §4.1 `act`). */
  readonly actor?: Actor | undefined
  /** When the token ends that says all this, milliseconds since 1970; absent for anonymous. */
  readonly expiresAtMs?: number
}

/** One who acts for the caller, and by what right. */
export interface Actor {
  /** Their own `sub`. */
  readonly subject: string
  /** Their own client. */
  readonly clientId: string
  readonly kind: CallerKind
  readonly mandate?: ActingMandate | undefined
}

/** What of a mandate every room may know and every audit row tells. */
export interface ActingMandate {
  readonly id: string
  readonly kind: 'COUNTER' | 'GUARDIAN' | 'OFFICER'
  /** National codes of the services it is limited to; undefined for all. */
  readonly services?: readonly string[] | undefined
  readonly expiresAtMs: number
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
