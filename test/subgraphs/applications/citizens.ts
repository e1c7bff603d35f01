// People and an answering graph for the tests of applications.

import { randomUUID } from 'node:crypto'

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { Answer, Ask, RequestContext } from '../../../schema/context.ts'
import { invariant } from '../../../schema/errors.ts'

export const KAVEH: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 'kaveh',
  nationalId: '0004120371',
  mobile: '+989000000001',
}
export const SARA: Caller = { ...KAVEH, subject: 'sara', nationalId: '9924022343' }
export const NO_MOBILE: Caller = { ...KAVEH, mobile: undefined }

export const ME = {
  firstName: 'کاوه',
  lastName: 'یکتای نمونه',
  fatherName: 'منوچهر',
  birthDateJalali: '1365/04/17',
  residence: { postCode: '1593601044', text: 'تهران، خیابان نمونه، پلاک ۱۲' },
  ownsMobile: true,
  drivingLicence: {
    number: '9700000001',
    class: 'CLASS_1',
    expiresOn: '2028-11-29',
    negativePoints: 2,
  },
  driverCard: {
    cardNumber: '2700000',
    grade: 1,
    expiresOn: '2027-01-02',
    healthCardExpiresOn: '2027-09-22',
  },
  insurance: { totalDays: 5400 },
  conscription: { status: 'COMPLETED' },
  freightRecord: { waybillCount: 2, lastWaybillOn: '2026-11-20' },
}

/** What no register knows. */
export const OWN_ANSWERS = {
  requestKind: 'RENEW',
  requestedGrade: 1,
  healthCardExpiresOn: '2027-09-22',
  criminalRecordNumber: '۱۲۳۴۵۶۷۸۹۰',
  declaration: true,
}

const SYSTEMS: readonly [prefix: string, system: string, operation: string][] = [
  ['me.residence.text', 'post-gnaf', 'addresses'],
  ['me.ownsMobile', 'cra-shahkar', 'matchMobile'],
  ['me.drivingLicence', 'rahvar-licence', 'licence'],
  ['me.driverCard', 'rmto-smartcard', 'driverByNationalId'],
  ['me.insurance', 'tamin-history', 'history'],
  ['me.conscription', 'vazife-status', 'status'],
  ['me.freightRecord', 'rmto-waybill', 'driverRecord'],
  ['me', 'nocr-person', 'identity'],
]

export const FETCHED_AT = '2026-11-22T05:00:00.000Z'

/** The answer the gateway gives for this person: every leaf that is not null has its provenance. */
export function answerFor(me: Record<string, unknown>, errors: Answer['errors'] = []): Answer {
  const provenance = leaves({ me }).map(({ path }) => {
    const dotted = path.join('.')
    const [, system = '', operation = ''] =
      SYSTEMS.find(([prefix]) => dotted === prefix || dotted.startsWith(`${prefix}.`)) ?? []
    return { path, system, operation, fetchedAt: FETCHED_AT, normalisations: ['PERSIAN_TEXT'] }
  })
  return { data: { me }, errors, extensions: { provenance } }
}

function leaves(value: unknown, path: string[] = []): { path: string[] }[] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object') return [{ path }]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
}

export function systemError(
  system: string,
  path: string[],
  code = 'SYSTEM_UNAVAILABLE',
  until?: string,
) {
  const extensions = { code, system, retryable: true, ...(until === undefined ? {} : { until }) }
  return { message: 'The system cannot be reached.', path, extensions }
}

export function contextOf(caller: Caller, ask: Ask): RequestContext {
  return {
    requestId: randomUUID(),
    traceparent: '',
    caller,
    signal: AbortSignal.timeout(10_000),
    provenance: false,
    ask,
  }
}

export type Row = Record<string, unknown>

/** An object of an answer or a table. */
export function row(value: unknown): Row {
  invariant(isRow(value), 'an object is expected')
  return value
}

export function rows(value: unknown): Row[] {
  invariant(Array.isArray(value), 'a list is expected')
  return value.map(row)
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null
}
