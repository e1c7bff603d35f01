// The port between the gateway and whoever keeps applications: because of whose case something is asked. The gateway asks it
// for a request that names a case and reads what is for a case only; what it says is never older than a few seconds.

/** What a request says of itself. */
export interface CaseAsked {
  /** As in `X-Road-Issue`: a tracking code, or the id of an application. */
  readonly issue: string
  /** The client that asks: a service says which clients handle its cases. */
  readonly clientId: string
  readonly purpose: string | undefined
}

/**
 * National id of the applicant; undefined where there is no such case, where it is not open, or where it is not this client's
 * or not for this purpose: nobody can tell these apart. Rejects with SystemError, SYSTEM_BUSY after too many wrong codes.
 */
export type FindCase = (asked: CaseAsked) => Promise<string | undefined>

/** What is known of the case that a request names. Never logged. */
export interface CaseOf {
  /** National id of the one person whom the request may be about; undefined: nobody. */
  readonly applicant: string | undefined
}
