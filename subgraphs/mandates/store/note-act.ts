// Keeps what was asked under a mandate, for the principal to see. Beside the request, not in its way; closing waits for it.

import type { Kysely } from 'kysely'

import type { Log } from '../../../schema/log.ts'
import type { MandateAct, NoteAct } from '../../../schema/mandate.ts'
import type { MandateTables } from './tables.ts'

export interface Noting {
  readonly note: NoteAct
  /** When all that was noted so far is kept. */
  settled(): Promise<void>
}

export function buildNoteAct(db: Kysely<MandateTables>, log: Log): Noting {
  const underway = new Set<Promise<void>>()
  const keep = async ({ requestId, mandate, ...act }: MandateAct): Promise<void> => {
    try {
      await db
        .insertInto('mandate_act')
        .values({
          mandate,
          request: requestId,
          at: act.at,
          operation: act.operation ?? null,
          fields: act.fields,
          codes: JSON.stringify(act.codes),
        })
        .execute()
    } catch {
      // The audit row of the same request stands in the log.
      log.error({ requestId, mandate }, 'an act under a mandate could not be kept')
    }
  }
  return {
    note: (act) => {
      const keeping = keep(act).finally(() => underway.delete(keeping))
      underway.add(keeping)
    },
    settled: async () => {
      await Promise.all(underway)
    },
  }
}
