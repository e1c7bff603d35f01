// Residences and tenancies of the ministry's «املاک و اسکان». REST JSON behind two locks at once (Q34): Basic of the
// agency, key of the project. Postcodes and national ids are numbers (Q11), lists come in pages of 50 (Q33).

import { type Asked, type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import type { Fields } from '../open-api.ts'
import { isNationalId, type Persona, type Population } from '../personas.ts'
import { aspNetProblem, isSecret, jsonReply, numberOf } from '../rest-replies.ts'
import {
  readBasic,
  type CreateSimulator,
  type Simulator,
  type WireReply,
  type WireRequest,
} from '../simulator.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'amlak-demo-password'
const KEY = 'amlak-demo-project-key'
const PAGE_SIZE = 50
/** Who lets a unit month by month, for more than a page. */
const LANDLORD = 'parvin-two-plots'
const LETTINGS = 53
const FIRST_LETTING = { year: 1401, month: 1 }
/** They never signed up: a child, and a man who writes letters. */
const WITHOUT_ACCOUNT: ReadonlySet<string> = new Set(['tara-child', 'gholam-approximate'])

export const createMrudAmlak: CreateSimulator = ({ population }): Simulator => {
  const check = readRequests('mrud-amlak')
  return {
    id: 'mrud-amlak',
    name: 'Residences and tenancies',
    protocol: 'REST',
    path: '/agency-api',
    environment: {
      MRUD_AMLAK_USER: USER,
      MRUD_AMLAK_PASSWORD: PASSWORD,
      MRUD_AMLAK_KEY: KEY,
    },
    isBusiness: () => true,
    answer: (request) => answer(request, check, population),
    failure: () => jsonReply(503, { title: 'Service Unavailable', status: 503 }),
    drift: (text) => text.replaceAll('"postalCode":', '"postCode":'),
  }
}

function answer(request: WireRequest, check: CheckRequest, population: Population): WireReply {
  const sent = readBasic(request.headers)
  if (sent?.user !== USER || !isSecret(sent.password, PASSWORD)) {
    return jsonReply(
      401,
      { title: 'Unauthorized', status: 401 },
      { 'www-authenticate': 'Basic realm="agency"' },
    )
  }
  if (!isSecret(request.headers['x-project-key'], KEY)) {
    return jsonReply(403, { title: 'Forbidden', status: 403 })
  }
  const asked = check(request)
  if (isObjection(asked)) return aspNetProblem(asked)
  if (asked.operation === 'Unit_Get') return answerUnit(asked, population)
  return answerPerson(asked, population, request.switches.oneElement)
}

function answerPerson(asked: Asked, population: Population, oneElement: boolean): WireReply {
  const { nationalCode = '', page = '1' } = asked.values
  if (!isNationalId(nationalCode)) {
    return aspNetProblem({ problem: 'invalid', name: 'nationalCode' })
  }
  const persona = population.byNationalId(nationalCode)
  if (persona === undefined || WITHOUT_ACCOUNT.has(persona.key)) {
    return jsonReply(404, { title: 'Not Found', status: 404 })
  }
  const all =
    asked.operation === 'Rental_GetByLandlord'
      ? rentalsOf(persona, population)
      : residencesOf(persona, population)
  const from = (Number(page) - 1) * PAGE_SIZE
  const items = all.slice(from, from + PAGE_SIZE)
  return jsonReply(200, {
    page: Number(page),
    pageSize: PAGE_SIZE,
    totalCount: all.length,
    items: oneElement && items.length === 1 ? items[0] : items,
  })
}

/** Where the person lives, and for a third of them where they lived before. */
function residencesOf(persona: Persona, population: Population): Fields[] {
  const { nationalId, postCode, deceasedOn } = persona
  const since = 1385 + numberOf(nationalId, 18)
  const now: Fields = {
    postalCode: Number(postCode),
    relation: relationOf(persona, population),
    isMain: true,
    fromDate: `${since}/07/01`,
    toDate: deceasedOn,
    verified: numberOf(`${nationalId} verified`, 5) > 0,
  }
  const earlier = population.addresses[numberOf(nationalId, population.addresses.length)]
  if (Number(nationalId) % 3 > 0 || earlier === undefined || earlier.postCode === postCode)
    return [now]
  const before: Fields = {
    postalCode: Number(earlier.postCode),
    relation: 2,
    isMain: false,
    fromDate: `${since - 3}/02/15`,
    toDate: `${since}/06/31`,
    verified: true,
  }
  return [before, now]
}

function relationOf({ nationalId, postCode, birthDate }: Persona, population: Population): number {
  if (population.plotsOf(nationalId).some((plot) => plot.postCode === postCode)) return 1
  return birthDate > '1380' ? 3 : 2
}

function rentalsOf(persona: Persona, population: Population): Fields[] {
  const [plot] = population.plotsOf(persona.nationalId)
  if (persona.key !== LANDLORD || plot === undefined) return []
  const tenants = ['zahra-zero', 'sara', 'davood-new-driver'].flatMap(
    (key) => population.byKey(key)?.nationalId ?? [],
  )
  return Array.from({ length: LETTINGS }, (_, place) => {
    const month = FIRST_LETTING.month - 1 + place
    const day = `${FIRST_LETTING.year + Math.floor(month / 12)}/${String((month % 12) + 1).padStart(2, '0')}`
    return {
      trackingCode: String(1_100_000_000 + place * 37),
      postalCode: Number(plot.postCode),
      tenantNationalCode: Number(tenants[place % tenants.length]),
      startDate: `${day}/01`,
      endDate: `${day}/29`,
      depositRial: 2_000_000_000,
      monthlyRial: 90_000_000 + 1_500_000 * place,
    }
  })
}

function answerUnit({ values }: Asked, population: Population): WireReply {
  const { postalCode = '' } = values
  if (population.address(postalCode) === undefined) {
    return jsonReply(404, { title: 'Not Found', status: 404 })
  }
  const residents = population.personas.filter(
    (persona) => persona.postCode === postalCode && !WITHOUT_ACCOUNT.has(persona.key),
  )
  const living = residents.filter(({ deceasedOn }) => deceasedOn === null)
  const owner = living.some((persona) => relationOf(persona, population) === 1)
  const empty = residents.length > 0 && living.length === 0
  return jsonReply(200, {
    postalCode: Number(postalCode),
    status: empty ? 3 : owner ? 1 : living.length > 0 ? 2 : 0,
    households: living.length > 0 ? 1 : 0,
    emptySince: empty ? (residents[0]?.deceasedOn ?? null) : null,
  })
}
