// The tables as kysely reads them; migrations/ is the truth.

import type { Generated } from 'kysely'

import type { MandateTables } from '../../mandates/store/tables.ts'

export interface Tables extends MandateTables {
  flow: { service: string; version: number; definition_hash: string }
  flow_status: {
    service: string
    version: number
    status: string
    ordinal: number
    kind: string
    official_fa: string
    citizen_fa: string
    citizen_en: string
  }
  flow_transition: {
    service: string
    version: number
    from_status: string
    action: string
    to_status: string
  }
  application: ApplicationTable
  draft_field: DraftFieldTable
  case_event: {
    application: string
    seq: number
    type: string
    at: Date
    actor: Actor
    /** JSON text in, data out. */
    payload: unknown
    previous_hash: string
    hash: string
  }
  receipt: { application: string; code: string; accepted_at: Date; answers_hash: string }
  promise: {
    application: string
    seq: number
    starts_at: Date
    norm_days: number
    calendar_version: string
    due_at: Date
    /** JSON text in, data out. */
    explanation: unknown
  }
}

/** The last three act for the citizen; the payload names their mandate. */
export type Actor = 'citizen' | 'staff' | 'agency' | 'system' | 'counter' | 'guardian' | 'officer'

interface ApplicationTable {
  id: string
  service: string
  flow_version: number
  package_version: number
  applicant: string
  status: string
  /** JSON text in, data out. */
  answers: unknown
  answers_hash: string | null
  started_at: Date
  submitted_at: Date | null
  event_count: Generated<number>
  event_head: Generated<string>
}

interface DraftFieldTable {
  application: string
  name: string
  ordinal: number
  state: 'REGISTER' | 'ASK' | 'UNAVAILABLE'
  locked: boolean
  /** JSON text in, data out. */
  value: unknown
  seal: string | null
  provenance: unknown
  reason: unknown
}
