// Saman, the housing schemes of the ministry. REST JSON with a fixed bearer token; faults inside status 200 (Q15), one
// call at a time (Q29), amounts with commas in old files and Persian separators in new ones (Q13).

import { type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import { withCommas, withPersianSeparators } from '../legacy-amount.ts'
import type { Fields } from '../open-api.ts'
import { isNationalId, type Population } from '../personas.ts'
import { isSecret, jsonReply } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest } from '../simulator.ts'

const TOKEN = 'saman-demo-token'
const [DONE, UNKNOWN, INVALID, WRONG_ID, AWAY] = [0, 21, 30, 31, 90]

interface Application {
  readonly persona: string
  readonly fileNo: string
  readonly scheme: 1 | 2 | 3 | 4
  readonly provinceCode: number
  readonly city: string
  readonly registerDate: string
  readonly state: 10 | 20 | 30 | 40 | 90
  readonly deposit: number
  readonly paid: number
  readonly loan: number | null
  readonly subsidy: number | null
}

const APPLICATIONS: readonly Application[] = [
  {
    persona: 'shirin-couple',
    fileNo: '402-01-118734',
    scheme: 3,
    provinceCode: 1,
    city: 'رشت',
    registerDate: '1402/02/09',
    state: 20,
    deposit: 400_000_000,
    paid: 1_250_000_000,
    loan: 5_500_000_000,
    subsidy: null,
  },
  {
    persona: 'kamran-many-plates',
    fileNo: '387-07-004415',
    scheme: 1,
    provinceCode: 7,
    city: 'شیراز',
    registerDate: '1387/10/02',
    state: 40,
    deposit: 2_000_000,
    paid: 98_500_000,
    loan: 200_000_000,
    subsidy: 45_000_000,
  },
  {
    persona: 'kamran-many-plates',
    fileNo: '401-07-071120',
    scheme: 3,
    provinceCode: 7,
    city: 'صدرا',
    registerDate: '1401/11/20',
    state: 90,
    deposit: 400_000_000,
    paid: 0,
    loan: null,
    subsidy: null,
  },
  {
    persona: 'ghasem-farmer',
    fileNo: '404-23-302218',
    scheme: 4,
    provinceCode: 23,
    city: 'تهران',
    registerDate: '1404/05/14',
    state: 10,
    deposit: 0,
    paid: 0,
    loan: 7_500_000_000,
    subsidy: 1_200_000_000,
  },
]

/** Who has asked for the colour of Form J; others may have applied before there was one. */
const FORM_J: Readonly<Record<string, 'G' | 'R'>> = {
  'shirin-couple': 'G',
  'kamran-many-plates': 'R',
}

export const createMrudSaman: CreateSimulator = ({ population }): Simulator => {
  const check = readRequests('mrud-saman', 'openapi.yaml')
  return {
    id: 'mrud-saman',
    name: 'Saman housing schemes',
    protocol: 'REST',
    path: '/saman',
    parallel: 1,
    busy: () => jsonReply(429, { is_ok: false, code: 429, msg: 'too many requests', result: null }),
    environment: { MRUD_SAMAN_TOKEN: TOKEN },
    answer: (request) => answer(request, check, population),
    failure: () => envelope(AWAY, 'سرویس در دسترس نیست'),
    drift: (text) => text.replaceAll('"loanRial":', '"facilityRial":'),
  }
}

function answer(request: WireRequest, check: CheckRequest, population: Population): WireReply {
  if (!isSecret(request.headers.authorization, `Bearer ${TOKEN}`)) {
    return jsonReply(401, { detail: 'Unauthenticated.' }, { 'www-authenticate': 'Bearer' })
  }
  const asked = check(request)
  if (isObjection(asked)) {
    if (asked.problem === 'path') return jsonReply(404, { detail: 'Not Found' })
    if (asked.problem === 'method') return jsonReply(405, { detail: 'Method Not Allowed' })
    if (asked.problem === 'media type') return jsonReply(415, { detail: 'Unsupported Media Type' })
    return envelope(INVALID, `ورودی نامعتبر: ${asked.name}`)
  }
  const nationalCode = String(asked.body['nationalCode'])
  if (!isNationalId(nationalCode)) return envelope(WRONG_ID, 'کد ملی نامعتبر است')
  const persona = population.byNationalId(nationalCode)
  const applications = APPLICATIONS.filter((each) => each.persona === persona?.key).map(toTheirs)
  const [only] = applications
  if (persona === undefined || only === undefined) return envelope(UNKNOWN, 'متقاضی یافت نشد')
  const collapsed = request.switches.oneElement && applications.length === 1
  return envelope(DONE, null, {
    nationalCode,
    formJ: FORM_J[persona.key] ?? null,
    applications: collapsed ? only : applications,
  })
}

function toTheirs(application: Application): Fields {
  const { fileNo, scheme, provinceCode, city, registerDate, state } = application
  const rial = registerDate < '1400' ? withCommas : withPersianSeparators
  const given = (amount: number | null) => (amount === null ? null : rial(amount))
  return {
    fileNo,
    scheme,
    provinceCode,
    city,
    registerDate,
    state,
    depositRial: rial(application.deposit),
    paidRial: rial(application.paid),
    loanRial: given(application.loan),
    subsidyRial: given(application.subsidy),
  }
}

function envelope(code: number, msg: string | null, result: Fields | null = null): WireReply {
  return jsonReply(200, { is_ok: code === DONE, code, msg, result })
}
