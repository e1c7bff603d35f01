// The tables of mandates as kysely reads them; ../../applications/migrations is the truth.

import type { Generated } from 'kysely'

export interface MandateTables {
  mandate: MandateTable
  mandate_ban: { principal: string; since: Date }
  mandate_event: {
    mandate: string
    seq: number
    type: string
    at: Date
    actor: MandateParty
    /** JSON text in, data out. */
    payload: unknown
    previous_hash: string
    hash: string
  }
  mandate_act: {
    id: Generated<string>
    mandate: string
    request: string
    at: Date
    operation: string | null
    fields: readonly string[]
    /** JSON text in, data out. */
    codes: unknown
  }
}

export type MandateKind = 'COUNTER' | 'GUARDIAN' | 'OFFICER'
export type MandateParty = 'counter' | 'guardian' | 'officer' | 'principal'

export const PARTY_OF = {
  COUNTER: 'counter',
  GUARDIAN: 'guardian',
  OFFICER: 'officer',
} as const satisfies Record<MandateKind, MandateParty>

export interface MandateTable {
  id: string
  kind: MandateKind
  state: 'REQUESTED' | 'ACTIVE' | 'ENDED' | 'REFUSED'
  actor: string
  office: string | null
  principal: string
  services: readonly string[] | null
  minutes: number
  uses_left: number | null
  requested_at: Date
  code_hash: Buffer | null
  code_expires_at: Date | null
  tries_left: Generated<number>
  codes_made: Generated<number>
  sent_at: Date | null
  active_at: Date | null
  expires_at: Date | null
  ended_at: Date | null
  ended_by: 'principal' | 'actor' | 'renewal' | null
  event_count: Generated<number>
  event_head: Generated<string>
}
