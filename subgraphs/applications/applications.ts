// Applications of citizens, from draft to case. In: a database and the catalogue. Out: a subgraph whose every field is
// about the caller's own applications. Never logs a value, and never tells whether somebody else's code exists.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Kysely, PostgresDialect } from 'kysely'

import type { FindCase } from '../../schema/case.ts'
import type { RequestContext } from '../../schema/context.ts'
import { CallerError, invariant } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import type { Service } from '../catalogue/load-service.ts'
import { type Resolver, type Resolvers, serveOwn } from '../own.ts'
import { type Applicant, applicantOf } from './acting.ts'
import { buildFindCase } from './find-case.ts'
import { type EventFault, verifyEvents } from './ledger/events.ts'
import { newTrackingCode, readTrackingCode } from './ledger/tracking-code.ts'
import { migrate } from './migrate.ts'
import { loadWorkingCalendar } from './promise/working-calendar.ts'
import { readActs } from './read-acts.ts'
import { isApplicationId, readApplications, readFields, readSteps } from './read-applications.ts'
import { startApplication } from './start-application.ts'
import { batched } from './store/batched.ts'
import type { Desk } from './store/desk.ts'
import { storeFlows } from './store/flow.ts'
import { openPool } from './store/pool.ts'
import type { Tables } from './store/tables.ts'
import { submitApplication } from './submit-application.ts'

export interface ApplicationsOptions {
  /** `postgresql://…`. Never logged. */
  readonly databaseUrl: string
  readonly catalogue: { readonly services: ReadonlyMap<string, Service> }
  readonly log: Log
  /** Epoch milliseconds. Default: the clock. */
  readonly now?: () => number
  /** Default: random. */
  readonly newCode?: () => string
  /** Connections of this pool. Default 10. */
  readonly connections?: number
}

export interface Applications extends Subgraph {
  /** For the gateway: because of whose case something is asked. */
  readonly findCase: FindCase
  /** Checks every event chain; empty when nothing was changed. */
  verifyEvents(): Promise<readonly EventFault[]>
}

/** Migrates first. Throws ServiceError(CONFLICT) or FindingsError when database, release and catalogue do not fit. */
export async function openApplications(options: ApplicationsOptions): Promise<Applications> {
  const { log, catalogue } = options
  const pool = openPool(options)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    const applied = await migrate(pool)
    if (applied.length > 0) log.info({ applied }, 'database migrated')
    await storeFlows(db, catalogue.services.values())
    const calendar = await loadWorkingCalendar()
    const now = options.now ?? Date.now
    const newCode = options.newCode ?? newTrackingCode
    const desk: Desk = { db, services: catalogue.services, calendar, log, now, newCode }
    const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
    const close = () => db.destroy()
    const own = serveOwn({ name: 'applications', schema, resolvers: toResolvers(desk), log, close })
    return { ...own, findCase: buildFindCase(desk), verifyEvents: () => verifyEvents(db) }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

const MOST = 100

function toResolvers(desk: Desk): Resolvers {
  const fieldsOf = batched((applications) => readFields(desk, applications))
  const stepsOf = batched((applications) => readSteps(desk, applications))
  const actsOf = batched((applications) => readActs(desk.db, applications))
  return {
    Query: {
      trackCase: asApplicant(async (applicant, { code }) => {
        const known = readTrackingCode(String(code))
        if (known === undefined) {
          const text = 'This cannot be a tracking code: look at its digits again.'
          throw new CallerError('INPUT_REJECTED', text, { fields: ['code'] })
        }
        return (await readApplications(desk, { applicant, code: known }))[0]?.case
      }),
      myApplications: asApplicant((applicant, { first }) => {
        if (typeof first === 'number' && first >= 1 && first <= MOST) {
          return readApplications(desk, { applicant, most: first })
        }
        throw new CallerError('INPUT_REJECTED', `first must be 1 to ${MOST}`, { fields: ['first'] })
      }),
      application: asApplicant((applicant, { id }) => readOne(desk, applicant, String(id))),
    },
    Mutation: {
      startApplication: asApplicant(async (applicant, { service }, context) => {
        const request = { service: String(service), applicant }
        const { id, inquiries } = await startApplication(desk, request, context)
        return {
          application: await readOne(desk, applicant, id),
          // Read only if it is asked for: nobody would hear of a failure otherwise.
          fields: () => fieldsOf(id, context),
          inquiries,
        }
      }),
      submitApplication: asApplicant(async (applicant, { id, answers }) => {
        const submission = { id: String(id), applicant, answers }
        const problems = await submitApplication(desk, submission)
        if (problems.length > 0) return { __typename: 'SubmissionRefused', problems }
        const application = await readOne(desk, applicant, submission.id)
        const receipt = application?.case?.receipt
        return { __typename: 'SubmissionAccepted', receipt, application }
      }),
    },
    Application: {
      __resolveReference: (reference, _none, context) =>
        readOne(desk, applicantOf(context), keyOf(reference)),
      fields: (application, _none, context) => fieldsOf(keyOf(application), context),
      acts: (application, _none, context) => actsOf(keyOf(application), context),
    },
    Case: { steps: (source, _none, context) => stepsOf(keyOf(source), context) },
  }
}

async function readOne(desk: Desk, applicant: Applicant, id: string) {
  if (!isApplicationId(id)) return undefined
  return (await readApplications(desk, { applicant, id }))[0]
}

function asApplicant(
  resolve: (
    applicant: Applicant,
    values: Record<string, unknown>,
    context: RequestContext,
  ) => unknown,
): Resolver {
  return (_source, values, context) => resolve(applicantOf(context), values, context)
}

function keyOf(source: unknown): string {
  invariant(typeof source === 'object' && source !== null && 'id' in source, 'a source has an id')
  return String(source.id)
}
