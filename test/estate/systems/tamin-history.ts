// Insurance history of social security: REST JSON with OAuth2 client credentials and short-lived tokens, pages of 50
// whatever is asked for (Q33), wages with commas or Persian separators (Q13), months `1397/09`.

import { createHash } from 'node:crypto'

import { ClientTokens } from '../client-tokens.ts'
import { withCommas, withPersianSeparators } from '../legacy-amount.ts'
import type { Fields } from '../open-api.ts'
import { isNationalId, type InsurancePeriod, type Persona } from '../personas.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest, World } from '../simulator.ts'

const CLIENT = 'panjareh-demo'
const CLIENT_SECRET = 'tamin-demo-client-secret'
const SCOPE = 'history'
const TOKEN_PLACE = '/api/oauth2/token'
const HISTORY_PLACE = /^\/api\/v3\/insured\/([^/]+)\/history$/u
const PAGE_SIZE = 50
const TOKEN_LIFE_S = 120
const YEARLY_RISE = 1.2

export const createTaminHistory: CreateSimulator = (world): Simulator => {
  const tokens = new ClientTokens(
    { client: CLIENT, secret: CLIENT_SECRET, scope: SCOPE, lifeSeconds: TOKEN_LIFE_S },
    world.now,
  )
  return {
    id: 'tamin-history',
    name: 'Insurance history',
    protocol: 'REST',
    path: '/api',
    environment: { TAMIN_HISTORY_CLIENT: CLIENT, TAMIN_HISTORY_SECRET: CLIENT_SECRET },
    isBusiness: ({ url }) => url.pathname !== TOKEN_PLACE,
    answer: (request) =>
      request.url.pathname === TOKEN_PLACE
        ? tokens.issue(request)
        : answerHistory(world, tokens, request),
    failure: () => problem(503, 'SERVICE_UNAVAILABLE', 'سرویس در دسترس نیست'),
    drift: (text) => text.replaceAll('"wage":', '"salary":'),
  }
}

function answerHistory(world: World, tokens: ClientTokens, request: WireRequest): WireReply {
  const { method, url, headers, switches } = request
  const nationalId = HISTORY_PLACE.exec(url.pathname)?.[1]
  if (nationalId === undefined) return problem(404, 'NOT_FOUND', 'مسیر یافت نشد')
  if (method !== 'GET') return problem(405, 'METHOD_NOT_ALLOWED', 'متد مجاز نیست')
  if (!tokens.isLive(headers.authorization)) {
    return {
      ...problem(401, 'INVALID_TOKEN', 'توکن نامعتبر است'),
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    }
  }
  const page = Number(url.searchParams.get('page') ?? '1')
  if (!isNationalId(nationalId)) return problem(400, 'INVALID_NATIONAL_CODE', 'کد ملی نامعتبر است')
  if (!Number.isSafeInteger(page) || page < 1)
    return problem(400, 'INVALID_PAGE', 'شماره صفحه نامعتبر است')
  return json(200, toPage(world.population.byNationalId(nationalId), page, switches.oneElement))
}

function toPage(persona: Persona | undefined, page: number, oneElement: boolean): Fields {
  const months = (persona?.insurance ?? []).flatMap(toMonths)
  const records = months.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map(toRecord)
  const days = months.reduce((total, month) => total + month.days, 0)
  return {
    insuranceNumber: persona === undefined || months.length === 0 ? null : toNumber(persona),
    totalDays: withPersianSeparators(days),
    totalMonths: months.length,
    page,
    records: oneElement && records.length === 1 ? records[0] : records,
  }
}

interface Month {
  readonly year: number
  readonly month: number
  readonly employer: string
  readonly days: number
  readonly wage: number
}

function toMonths({ employer, from, to, wage, days }: InsurancePeriod): Month[] {
  const first = toIndex(from)
  return Array.from({ length: toIndex(to) - first + 1 }, (_, step) => {
    const year = Math.floor((first + step) / 12)
    const month = ((first + step) % 12) + 1
    const risen = wage * YEARLY_RISE ** (year - Math.floor(first / 12))
    return {
      year,
      month,
      employer,
      days: days ?? monthDays(month),
      wage: Math.round(risen / 1_000) * 1_000,
    }
  })
}

/** Social security counts Esfand as 29 days in every year. */
function monthDays(month: number): number {
  if (month === 12) return 29
  return month <= 6 ? 31 : 30
}

/** Months since year 0: `1397/09` → 1397 × 12 + 8. */
function toIndex(month: string): number {
  const [year = 0, ofYear = 1] = month.split('/').map(Number)
  return year * 12 + ofYear - 1
}

/** Wages of the years before 1400 were typed in with commas, later ones by a Persian form. */
function toRecord({ year, month, employer, days, wage }: Month): Fields {
  return {
    month: `${year}/${String(month).padStart(2, '0')}`,
    workshopCode: toWorkshopCode(employer),
    workshopName: employer,
    days,
    wage: year < 1400 ? withCommas(wage) : withPersianSeparators(wage),
  }
}

/** Ten digits, the same for the same employer, with leading zeros. */
function toWorkshopCode(employer: string): string {
  const digest = createHash('sha256').update(employer).digest()
  return String(digest.readUInt32BE() % 100_000_000).padStart(10, '0')
}

function toNumber({ nationalId }: Persona): string {
  return `00${nationalId.slice(1, 9)}`
}

function problem(status: number, code: string, message: string): WireReply {
  return json(status, { code, message })
}

function json(status: number, body: Fields): WireReply {
  return { status, contentType: 'application/json; charset={charset}', body: JSON.stringify(body) }
}
