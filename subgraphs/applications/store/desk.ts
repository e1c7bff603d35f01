// What each act of the desk is given.

import type { Kysely } from 'kysely'

import type { Log } from '../../../schema/log.ts'
import type { Service } from '../../catalogue/load-service.ts'
import type { WorkingCalendar } from '../promise/working-calendar.ts'
import type { Tables } from './tables.ts'

export interface Desk {
  readonly db: Kysely<Tables>
  readonly services: ReadonlyMap<string, Service>
  readonly calendar: WorkingCalendar
  readonly log: Log
  /** Epoch milliseconds; read once per act. */
  readonly now: () => number
  readonly newCode: () => string
}
