// Fleet and permits of rail companies. REST JSON, everything POST: `TokenBody` from a login goes into every body; an old
// one gets the login page with status 200 (Q23), and errors are inside status 200, too (Q15).

import type { Company } from '../companies.ts'
import {
  type Asked,
  type CheckRequest,
  isObjection,
  type Objection,
  readRequests,
} from '../contract-requests.ts'
import { LoginTokens } from '../login-tokens.ts'
import type { Fields } from '../open-api.ts'
import { isSecret, jsonReply, numberOf } from '../rest-replies.ts'
import {
  htmlPage,
  type CreateSimulator,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'extapi-demo-password'
const LIFE_MINUTES = 15
const LOGIN_PLACE = '/extapi/Token/Get'
const [DONE, WRONG_ACCOUNT, UNKNOWN, INVALID, AWAY] = [0, 2, 4, 7, 9]
const LOGIN_PAGE = htmlPage('ورود به سامانه', 'نشست شما پایان یافته است؛ دوباره وارد شوید.')

export const createRaiExtapi: CreateSimulator = (world): Simulator => {
  const check = readRequests('rai-extapi')
  const tokens = new LoginTokens(world.now, LIFE_MINUTES * 60_000)
  return {
    id: 'rai-extapi',
    name: 'Fleet and permits of rail companies',
    protocol: 'REST',
    path: '/extapi',
    environment: { RAI_EXTAPI_USER: USER, RAI_EXTAPI_PASSWORD: PASSWORD },
    isBusiness: ({ url }) => url.pathname !== LOGIN_PLACE,
    answer: (request) => answer(request, { check, tokens, world }),
    failure: () => result(AWAY, 'پایگاه داده در دسترس نیست'),
    drift: (text) => text.replaceAll('"WagonNo":', '"WagonNumber":'),
  }
}

interface Service {
  readonly check: CheckRequest
  readonly tokens: LoginTokens
  readonly world: World
}

function answer(request: WireRequest, { check, tokens, world }: Service): WireReply {
  const asked = check(request)
  if (isObjection(asked)) return refuse(asked)
  if (asked.operation === 'Token_Get') return logIn(asked, tokens)
  if (!tokens.isLive(asked.body['TokenBody'])) {
    return { status: 200, contentType: 'text/html; charset={charset}', body: LOGIN_PAGE }
  }
  const company = world.companies.byLegalNationalId(String(asked.body['ShenaseMelli']))
  if (company?.activity !== 'rail') return result(UNKNOWN, 'شرکت ریلی یافت نشد')
  const listed = (items: readonly Fields[]): unknown =>
    request.switches.oneElement && items.length === 1 ? items[0] : items
  if (asked.operation === 'Permit_GetByCompany') {
    return result(DONE, null, listed(permitsOf(company)))
  }
  const wagons = wagonsOf(company, world)
  return result(DONE, null, {
    CompanyCode: Number(company.code),
    CompanyName: company.name,
    WagonCount: wagons.length,
    Wagons: listed(wagons),
  })
}

function refuse({ problem, name }: Objection): WireReply {
  if (problem === 'path') return jsonReply(404, { Message: 'No HTTP resource was found' })
  if (problem === 'method') return jsonReply(405, { Message: 'Method not allowed' })
  if (problem === 'media type') return jsonReply(415, { Message: 'Unsupported media type' })
  return result(INVALID, `ورودی نامعتبر است: ${name}`)
}

function logIn({ body }: Asked, tokens: LoginTokens): WireReply {
  if (body['UserName'] !== USER || !isSecret(body['Password'], PASSWORD)) {
    return result(WRONG_ACCOUNT, 'نام کاربری یا گذرواژه نادرست است')
  }
  return result(DONE, null, { TokenBody: tokens.issue(), ExpireMinutes: LIFE_MINUTES })
}

function wagonsOf(company: Company, { rail }: World): Fields[] {
  return rail.wagons
    .filter(({ owner }) => owner === company.legalNationalId)
    .map((wagon) => ({
      WagonNo: Number(wagon.wagonNumber),
      WagonType: wagon.kind,
      Axles: wagon.axles,
      Capacity: Number(wagon.capacityTonnes),
      BuildYear: wagon.builtIn,
      RepairDueDate: wagon.repairDueOn,
    }))
}

/** Every rail company may run freight trains; those of an even number keep wagons, too. */
function permitsOf({ code, legalNationalId, registeredOn }: Company): Fields[] {
  const issued = `1403${registeredOn.slice(4)}`
  const expires = `1408${registeredOn.slice(4)}`
  const serial = String(numberOf(legalNationalId, 9_000) + 1_000)
  const freight = {
    PermitNo: `RP-${code}-${serial}`,
    PermitType: 1,
    IssueDate: issued,
    ExpireDate: expires,
    State: 'A',
  }
  const maintenance = {
    PermitNo: `RM-${code}-${serial}`,
    PermitType: 3,
    IssueDate: '1399/02/01',
    ExpireDate: '1404/02/01',
    State: 'X',
  }
  return Number(code) % 2 === 0 ? [freight, maintenance] : [freight]
}

function result(code: number, message: string | null, data: unknown = null): WireReply {
  return jsonReply(200, {
    IsSuccess: code === DONE,
    ResCode: code,
    ResMessage: message,
    Data: data,
  })
}
