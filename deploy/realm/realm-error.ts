// Why a realm could not be read or changed, by the exit code that it ends with.

export const EXIT = { inSync: 0, differs: 1, usage: 2, unreachable: 3 } as const

/** What went wrong between us and the server. The message names no secret and quotes no answer. */
export class RealmError extends Error {
  /**
   * `UNREACHABLE`: nobody answers, not in time, or not as Keycloak does. `REFUSED`: our credentials or rights do not suffice.
   * `REJECTED`: one change was not accepted. `STALE`: the realm is not as it was when the plan was shown.
   */
  readonly code: 'UNREACHABLE' | 'REFUSED' | 'REJECTED' | 'STALE'

  constructor(code: RealmError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'RealmError'
    this.code = code
  }
}
