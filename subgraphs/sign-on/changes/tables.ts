// The tables as kysely reads them; migrations/ is the truth. They stand in a PostgreSQL schema of their own.

import type { ColumnType } from 'kysely'

export type Stage = 'INTENT' | 'DONE' | 'REFUSED' | 'FAILED' | 'UNKNOWN'

export interface Tables {
  change_event: {
    /** The driver reads a bigint as text. */
    seq: ColumnType<string, number, never>
    change: string
    stage: Stage
    at: Date
    /** JSON text in, data out. */
    facts: ColumnType<unknown, string, never>
    agency: string | null
    previous_hash: string
    hash: string
  }
  change_head: { one: boolean; seq: ColumnType<string, number, number>; hash: string }
}
