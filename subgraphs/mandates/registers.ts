// What the registers say of who may act for whom. The graph is asked in the name of this service, each question for one
// purpose; nothing of an answer is kept but yes or no.

import type { Caller } from '../../schema/caller.ts'
import type { Answer, RequestContext } from '../../schema/context.ts'
import { isSystemErrorCode, SystemError } from '../../schema/errors.ts'
import type { Guardians } from './desk.ts'
import { LIMITS } from './limits.ts'

const MOBILE = `query ($nationalId: NationalId!, $mobile: MobileNumber!) {
  person(nationalId: $nationalId) { ownsMobile(mobile: $mobile) } }`
const CHILD = `query ($nationalId: NationalId!) { person(nationalId: $nationalId) {
  birthDate deathStatus fatherNationalId motherNationalId } }`
const COMPANY = `query ($legalNationalId: LegalNationalId!) { legalPerson(legalNationalId: $legalNationalId) {
  status board { person { nationalId } since until signs } } }`

const ZONE = 'Asia/Tehran'

interface About {
  readonly context: RequestContext
  /** The mandate because of which it is asked. */
  readonly issue: string
}

/** Shahkar: is it the citizen's own number? A person whom it does not know has none. */
export async function ownsMobile(
  { nationalId, mobile }: { nationalId: string; mobile: string },
  about: About,
): Promise<boolean> {
  const answer = await ask(MOBILE, { nationalId, mobile }, { ...about, purpose: 'mobile' })
  return at(answer, 'person', 'ownsMobile') === true
}

/**
 * The civil registry: is the caller a guardian of this child, who is alive and under age? Gives the end of the day before
 * the birthday from which the child speaks for itself; undefined for no.
 */
export async function childOf(
  { child, guardian, guardians }: { child: string; guardian: string; guardians: Guardians },
  now: Date,
  about: About,
): Promise<Date | undefined> {
  const answer = await ask(CHILD, { nationalId: child }, { ...about, purpose: 'identity' })
  const parents = [at(answer, 'person', 'fatherNationalId')]
  if (guardians === 'parents') parents.push(at(answer, 'person', 'motherNationalId'))
  const born = at(answer, 'person', 'birthDate')
  if (at(answer, 'person', 'deathStatus') !== 'ALIVE' || typeof born !== 'string') return undefined
  const grownUp = Temporal.PlainDate.from(born)
    .add({ years: LIMITS.adultYears })
    .toZonedDateTime(ZONE)
  const until = new Date(grownUp.epochMilliseconds)
  return parents.includes(guardian) && until > now ? until : undefined
}

/** The companies register: is the company active, and does the person sign for it today? */
export async function signsFor(
  { company, officer }: { company: string; officer: string },
  now: Date,
  about: About,
): Promise<boolean> {
  const variables = { legalNationalId: company }
  const answer = await ask(COMPANY, variables, { ...about, purpose: 'company' })
  const board = at(answer, 'legalPerson', 'board')
  if (at(answer, 'legalPerson', 'status') !== 'ACTIVE' || !Array.isArray(board)) return false
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(ZONE)
    .toPlainDate()
    .toString()
  return board.some((member: unknown) => {
    const [since, until] = [memberOf(member, 'since'), memberOf(member, 'until')]
    const began = typeof since === 'string' && since <= today
    const lasts = until === null || (typeof until === 'string' && until >= today)
    const who = memberOf(memberOf(member, 'person'), 'nationalId')
    return who === officer && memberOf(member, 'signs') === true && began && lasts
  })
}

/** Who asks is this service, not the clerk: the clerk learns only what comes of it. */
const SERVICE: Caller = Object.freeze({
  kind: 'agency',
  subject: 'panjareh-mandates',
  clientId: 'panjareh-mandates',
  nationalId: undefined,
  mobile: undefined,
  roles: new Set(['agency', 'inquiry:mobile', 'inquiry:identity', 'inquiry:company']),
  scopes: new Set<string>(),
})

/** Throws SystemError when a register cannot say. That it knows no such person is an answer. */
async function ask(
  document: string,
  variables: Readonly<Record<string, unknown>>,
  { context, issue, purpose }: About & { readonly purpose: string },
): Promise<Answer> {
  const asking = { ...context, caller: SERVICE, purpose, issue, headers: undefined }
  const answer = await context.ask(document, variables, asking)
  for (const { extensions = {} } of answer.errors ?? []) {
    const { code, system } = extensions
    if (code === 'SYSTEM_REFUSED' || code === 'NOT_FOUND') continue
    const known = isSystemErrorCode(code) ? code : 'SYSTEM_UNAVAILABLE'
    throw new SystemError(known, typeof system === 'string' ? system : 'registers')
  }
  return answer
}

function at({ data }: Answer, entry: string, field: string): unknown {
  return memberOf(memberOf(data, entry), field)
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}
