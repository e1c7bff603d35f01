// The mandate that a request names, as the gateway asks for it: remembered for seconds, forgotten at once when it changes
// here, or is told to have changed. What is not there is remembered, too, or guessing ids would be a way to keep the database busy.

import type { Kysely } from 'kysely'

import type { FindMandate, FoundMandate } from '../../schema/mandate.ts'
import { isMandateId } from './desk.ts'
import type { MandateTables } from './store/tables.ts'

/** For so long another process that was not told may not know that a mandate has ended. */
const REMEMBERED_MS = 3000
const MOST = 10_000

interface Remembered {
  readonly finding: Promise<FoundMandate | undefined>
  readonly untilMs: number
}

export interface Finder {
  readonly find: FindMandate
  forget(id: string): void
}

export function buildFinder(db: Kysely<MandateTables>, now: () => number): Finder {
  const known = new Map<string, Remembered>()
  const read = (id: string): Promise<FoundMandate | undefined> => {
    const finding = readActive(db, id, new Date(now()))
    known.delete(id)
    known.set(id, { finding, untilMs: now() + REMEMBERED_MS })
    const [oldest] = known.keys()
    if (known.size > MOST && oldest !== undefined) known.delete(oldest)
    // A database that is down is asked again by the next request.
    finding.catch(() => {
      if (known.get(id)?.finding === finding) known.delete(id)
    })
    return finding
  }
  return {
    find: async (id) => {
      if (!isMandateId(id)) return undefined
      const remembered = known.get(id)
      const isFresh = remembered !== undefined && remembered.untilMs > now()
      const found = await (isFresh ? remembered.finding : read(id))
      return found !== undefined && found.expiresAtMs > now() ? found : undefined
    },
    forget: (id) => {
      known.delete(id)
    },
  }
}

async function readActive(
  db: Kysely<MandateTables>,
  id: string,
  now: Date,
): Promise<FoundMandate | undefined> {
  const row = await db
    .selectFrom('mandate')
    .select(['id', 'kind', 'actor', 'office', 'principal', 'services', 'active_at', 'expires_at'])
    .where('id', '=', id)
    .where('state', '=', 'ACTIVE')
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (row === undefined || row.active_at === null || row.expires_at === null) return undefined
  const { kind, actor, office, principal, services, active_at, expires_at } = row
  return Object.freeze({
    id,
    kind,
    actorSubject: actor,
    officeId: office ?? undefined,
    services: services ?? undefined,
    sinceMs: active_at.getTime(),
    expiresAtMs: expires_at.getTime(),
    principal: kind === 'OFFICER' ? { legalNationalId: principal } : { nationalId: principal },
  })
}
