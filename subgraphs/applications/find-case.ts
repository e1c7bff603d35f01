// Whose case it is that a request names, as the gateway asks for it: remembered for seconds, so also what is not there.
// Only an open case counts, submitted and not ended, and only for an agency that its service says handles such cases.

import type { Kysely } from 'kysely'

import type { CaseAsked, FindCase } from '../../schema/case.ts'
import { SystemError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Service } from '../catalogue/load-service.ts'
import { readTrackingCode } from './ledger/tracking-code.ts'
import { isApplicationId } from './read-applications.ts'
import type { Desk } from './store/desk.ts'
import type { Tables } from './store/tables.ts'

interface OpenCase {
  readonly applicant: string
  readonly service: string
}

interface Remembered {
  readonly finding: Promise<OpenCase | undefined>
  readonly untilMs: number
}

/** For so long a case that has ended may still be good. */
const REMEMBERED_MS = 3000
const MOST = 10_000

export function buildFindCase({ db, services, log, now }: Desk): FindCase {
  const known = new Map<string, Remembered>()
  const wrong = new WrongCodes(log, now)
  const read = (name: string): Promise<OpenCase | undefined> => {
    const finding = readOpen(db, name)
    known.delete(name)
    known.set(name, { finding, untilMs: now() + REMEMBERED_MS })
    const [oldest] = known.keys()
    if (known.size > MOST && oldest !== undefined) known.delete(oldest)
    // A database that is down is asked again by the next request.
    finding.catch(() => {
      if (known.get(name)?.finding === finding) known.delete(name)
    })
    return finding
  }
  return async (asked) => {
    wrong.refuse(asked.clientId)
    // One wrong digit makes it no code at all: those are mistakes, and cost nothing.
    const name = readTrackingCode(asked.issue) ?? asked.issue
    if (!isApplicationId(name) && readTrackingCode(name) === undefined) return undefined
    const remembered = known.get(name)
    const isFresh = remembered !== undefined && remembered.untilMs > now()
    const found = await (isFresh ? remembered.finding : read(name))
    if (found !== undefined && handles(services.get(found.service), asked)) return found.applicant
    wrong.note(asked.clientId)
    return undefined
  }
}

/** A purpose that is named must be one of the service's, too. */
function handles(service: Service | undefined, { clientId, purpose }: CaseAsked): boolean {
  const own = service?.agencies?.find(({ client }) => client === clientId)
  return own !== undefined && (purpose === undefined || own.purposes.includes(purpose))
}

async function readOpen(db: Kysely<Tables>, name: string): Promise<OpenCase | undefined> {
  const column = isApplicationId(name) ? 'a.id' : 'r.code'
  return db
    .selectFrom('application as a')
    .innerJoin('receipt as r', 'r.application', 'a.id')
    .innerJoin('flow_status as s', (join) =>
      join
        .onRef('s.service', '=', 'a.service')
        .onRef('s.version', '=', 'a.flow_version')
        .onRef('s.status', '=', 'a.status'),
    )
    .select(['a.applicant', 'a.service'])
    .where(column, '=', name)
    .where('s.kind', '=', 'active')
    .executeTakeFirst()
}

const MINUTE_MS = 60_000
/** Of one client in a minute; an agency's people share its client. */
const MOST_WRONG = 100
const MOST_CLIENTS = 1000

/** How often a client has named what is no case of its own: who tries out codes is made to wait, the right ones included. */
class WrongCodes {
  readonly #log: Log
  readonly #now: () => number
  readonly #clients = new Map<string, { count: number; readonly untilMs: number }>()

  constructor(log: Log, now: () => number) {
    this.#log = log
    this.#now = now
  }

  /** Throws SystemError(SYSTEM_BUSY). */
  refuse(client: string): void {
    const noted = this.#clients.get(client)
    if (noted === undefined || noted.count < MOST_WRONG || noted.untilMs <= this.#now()) return
    throw new SystemError('SYSTEM_BUSY', 'applications')
  }

  note(client: string): void {
    const noted = this.#clients.get(client)
    if (noted !== undefined && noted.untilMs > this.#now()) {
      noted.count += 1
      if (noted.count === MOST_WRONG) this.#log.warn({ client }, 'too many wrong codes of cases')
      return
    }
    this.#clients.delete(client)
    this.#clients.set(client, { count: 1, untilMs: this.#now() + MINUTE_MS })
    const [oldest] = this.#clients.keys()
    if (this.#clients.size > MOST_CLIENTS && oldest !== undefined) this.#clients.delete(oldest)
  }
}
