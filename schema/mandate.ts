// The port between the gateway and whoever keeps mandates: by what right somebody acts for another person. The gateway asks
// it for each request that names a mandate; what it says is never older than a few seconds.

import type { ActingMandate } from './caller.ts'

/** A mandate as it stands. Never logged: it names the principal. */
export interface FoundMandate extends ActingMandate {
  /** `sub` of the one person who may act by it. */
  readonly actorSubject: string
  /** When it became active, milliseconds since 1970. */
  readonly sinceMs: number
  /** Where a COUNTER mandate may be used. */
  readonly officeId?: string | undefined
  /** A citizen, ten digits, or a company, eleven. Exactly one of them. */
  readonly principal:
    | { readonly nationalId: string; readonly legalNationalId?: undefined }
    | { readonly legalNationalId: string; readonly nationalId?: undefined }
}

/**
 * Undefined unless the mandate is active now. Gives the same object as long as it knows of no change, so that callers can be
 * told apart by it. Rejects when nobody can tell.
 */
export type FindMandate = (id: string) => Promise<FoundMandate | undefined>

/** What was asked under a mandate, for the principal to see: names of fields, never values. */
export interface MandateAct {
  readonly mandate: string
  readonly requestId: string
  readonly at: Date
  /** Name of the operation as its client gave it; undefined for one without a name. */
  readonly operation: string | undefined
  /** Coordinates of the personal fields that were asked. */
  readonly fields: readonly string[]
  /** How often each error code. */
  readonly codes: Readonly<Record<string, number>>
}

/** Never throws: an act that cannot be kept is told in the log. */
export type NoteAct = (act: MandateAct) => void
