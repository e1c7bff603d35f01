// Acting for someone: a counter clerk for a citizen, a guardian for a child, an officer for a company. In: a database, the
// catalogue and the SMS centre. Out: a subgraph, and the port by which the gateway finds a mandate. Never logs a code, a
// national id or a number, and never tells whether a person or number exists.

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Kysely, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'

import type { Notices } from '../../adapters/resilience/shared/shared-state.ts'
import type { RequestContext } from '../../schema/context.ts'
import { CallerError, invariant } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { FindMandate, NoteAct } from '../../schema/mandate.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { migrate } from '../applications/migrate.ts'
import { openPool } from '../applications/store/pool.ts'
import type { Service } from '../catalogue/load-service.ts'
import { type Resolver, type Resolvers, serveOwn } from '../own.ts'
import { confirmCounter } from './confirm-counter.ts'
import { citizenOf, clerkOf, type Desk, type Guardians, refused } from './desk.ts'
import { endMandate, forbidMandates } from './end-mandate.ts'
import { buildFinder } from './find-mandate.ts'
import { newCode } from './one-time-code.ts'
import { readActs, readMandates, readUses, type Which } from './read-mandates.ts'
import { requestCounter, resendCode } from './request-counter.ts'
import type { Sms } from './sms.ts'
import { type MandateFault, verifyMandateEvents } from './store/events.ts'
import { buildNoteAct } from './store/note-act.ts'
import type { MandateTables } from './store/tables.ts'
import { takeGuardian, takeOfficer } from './take-by-register.ts'

export interface MandatesOptions {
  /** `postgresql://…`. Never logged. */
  readonly databaseUrl: string
  readonly catalogue: { readonly services: ReadonlyMap<string, Service> }
  readonly log: Log
  /** Undefined: counter mandates are not given. Closed with the subgraph. */
  readonly sms?: Sms | undefined
  /** Of all copies, for their codes; default: random, so that a code is known to one process only. */
  readonly secret?: Uint8Array | undefined
  /** Default: the father (Civil Code, articles 1180 and 1181). */
  readonly guardians?: Guardians | undefined
  /** Epoch milliseconds. Default: the clock. */
  readonly now?: () => number
  /** Default: random. */
  readonly newCode?: () => string
  /** To and from the other copies; absent: what changes there is known here when it is looked up again. */
  readonly news?: Notices | undefined
  /** Connections of this pool. Default 5. */
  readonly connections?: number
}

export interface Mandates extends Subgraph {
  readonly find: FindMandate
  readonly note: NoteAct
  /** Checks every event chain; empty when nothing was changed. */
  verifyEvents(): Promise<readonly MandateFault[]>
}

/** Migrates first. Throws ServiceError(CONFLICT) when database and release do not fit. */
export async function openMandates(options: MandatesOptions): Promise<Mandates> {
  const { log, sms, news, connections = 5 } = options
  const pool = openPool({ ...options, connections })
  const db = new Kysely<MandateTables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrated(pool, log)
    const now = options.now ?? Date.now
    const finder = buildFinder(db, now)
    const noting = buildNoteAct(db, log)
    news?.heard((id) => finder.forget(id))
    const changed = (id: string) => {
      finder.forget(id)
      news?.tell(id)
    }
    const desk = deskOf(options, { db, now, changed })
    const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
    const close = async () => {
      await noting.settled()
      await sms?.close()
      await db.destroy()
    }
    const own = serveOwn({ name: 'mandates', schema, resolvers: toResolvers(desk), log, close })
    const verifyEvents = () => verifyMandateEvents(db)
    return { ...own, find: finder.find, note: noting.note, verifyEvents }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

async function migrated(pool: Pool, log: Log): Promise<void> {
  const applied = await migrate(pool)
  if (applied.length > 0) log.info({ applied }, 'database migrated')
}

const SECRET_BYTES = 32

function deskOf(
  options: MandatesOptions,
  { db, now, changed }: Pick<Desk, 'db' | 'now' | 'changed'>,
): Desk {
  const { catalogue, log, sms, secret, guardians = 'father' } = options
  if (sms === undefined) {
    log.warn({}, 'no SMS centre is set: counter mandates are not offered')
  }
  return {
    db,
    now,
    changed,
    log,
    sms,
    guardians,
    services: new Map(Array.from(catalogue.services, ([code, { title }]) => [code, title.fa])),
    secret: secret ?? randomBytes(SECRET_BYTES),
    newCode: options.newCode ?? newCode,
  }
}

const MOST = 100

function toResolvers(desk: Desk): Resolvers {
  return {
    Query: {
      myMandates: (_source, { first }, { caller }) =>
        read(desk, { by: 'principal', name: citizenOf(caller).nationalId, first: firstOf(first) }),
      actingMandates: (_source, { first }, { caller }) => {
        // In one's own name: under a mandate there is no other to be seen.
        if (caller.actor !== undefined || caller.subject === '') throw refused('FORBIDDEN')
        return read(desk, { by: 'actor', name: caller.subject, first: firstOf(first) })
      },
      mandatesForbidden: async (_source, _none, { caller }) => {
        const { nationalId } = citizenOf(caller)
        const ban = desk.db.selectFrom('mandate_ban').select('since')
        return (await ban.where('principal', '=', nationalId).executeTakeFirst()) !== undefined
      },
    },
    Mutation: { ...counterMutations(desk), ...ownMutations(desk) },
    Mandate: {
      acts: (source, { first }) => {
        const id = actsOf(source)
        return id === undefined ? null : readActs(desk.db, [id], firstOf(first))
      },
      uses: (source) => readUses(desk.db, idOf(source)),
    },
  }
}

function counterMutations(desk: Desk): Record<string, Resolver> {
  return {
    requestCounterMandate: async (_source, values, context) => {
      const clerk = clerkOf(context.caller)
      const { nationalId, mobile, services, minutes, uses } = values
      const request = {
        nationalId: String(nationalId),
        mobile: String(mobile),
        services: Array.isArray(services) ? services.map(String) : [],
        minutes: Number(minutes),
        uses: Number(uses),
      }
      return waiting(await requestCounter(desk, { clerk, request }, context))
    },
    resendMandateCode: async (_source, { id, mobile }, context) => {
      const clerk = clerkOf(context.caller)
      return waiting(
        await resendCode(desk, { clerk, id: String(id), mobile: String(mobile) }, context),
      )
    },
    confirmCounterMandate: async (_source, { id, code }, { caller }) => {
      const clerk = clerkOf(caller)
      await confirmCounter(desk, { clerk, id: String(id), code: String(code) })
      return one(desk, { by: 'actor', name: clerk.subject, id: String(id) })
    },
  }
}

function ownMutations(desk: Desk): Record<string, Resolver> {
  return {
    takeGuardianMandate: async (_source, { childNationalId }, context: RequestContext) => {
      const citizen = citizenOf(context.caller)
      const id = await takeGuardian(desk, { citizen, child: String(childNationalId) }, context)
      return one(desk, { by: 'actor', name: citizen.subject, id })
    },
    takeOfficerMandate: async (_source, { legalNationalId }, context: RequestContext) => {
      const citizen = citizenOf(context.caller)
      const id = await takeOfficer(desk, { citizen, company: String(legalNationalId) }, context)
      return one(desk, { by: 'actor', name: citizen.subject, id })
    },
    endMandate: async (_source, { id }, { caller }) => {
      await endMandate(desk, caller, String(id))
      const { subject, nationalId = '' } = caller
      const given = await one(desk, { by: 'principal', name: nationalId, id: String(id) })
      return given ?? one(desk, { by: 'actor', name: subject, id: String(id) })
    },
    forbidMandates: async (_source, { forbidden }, { caller }) => {
      await forbidMandates(desk, citizenOf(caller).nationalId, forbidden === true)
      return forbidden === true
    },
  }
}

function waiting(requested: { readonly id: string; readonly codeExpiresAt: Date }) {
  return { ...requested, state: 'REQUESTED' }
}

function read(desk: Desk, which: Which) {
  return readMandates(desk.db, which, new Date(desk.now()))
}

async function one(desk: Desk, which: Omit<Which, 'first'>) {
  return (await read(desk, { ...which, first: 1 }))[0]
}

function firstOf(first: unknown): number {
  if (typeof first === 'number' && first >= 1 && first <= MOST) return first
  throw new CallerError('INPUT_REJECTED', `first must be 1 to ${MOST}`, { fields: ['first'] })
}

function actsOf(source: unknown): string | undefined {
  invariant(typeof source === 'object' && source !== null && 'acts' in source, 'a mandate is read')
  return typeof source.acts === 'string' ? source.acts : undefined
}

function idOf(source: unknown): string {
  invariant(typeof source === 'object' && source !== null && 'id' in source, 'a mandate is read')
  return String(source.id)
}
