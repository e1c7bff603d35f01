// Shahkar of the regulator (CRA): is this mobile registered in that person's name? REST JSON with Basic and a requestId
// that must never repeat; its own errors come inside status 200 (Q15); slow (Q17); two calls at a time (Q29).

import { createHash } from 'node:crypto'

import { type Fields, parseObject, readContract } from '../open-api.ts'
import { isNationalId } from '../personas.ts'
import {
  readBasic,
  type CreateSimulator,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'shahkar-demo-password'
const PLACE = '/shahkar/rest/v2/matching'
/** So many ids are remembered; older ones are forgotten as in any system with a cleaning job. */
const REMEMBERED = 10_000

export const createCraShahkar: CreateSimulator = (world): Simulator => {
  const service = new Matching(world)
  return {
    id: 'cra-shahkar',
    name: 'Shahkar mobile ownership',
    protocol: 'REST',
    path: '/shahkar',
    latency: [150, 900],
    parallel: 2,
    busy: () => problem(429, 'too many requests'),
    environment: { CRA_SHAHKAR_USER: USER, CRA_SHAHKAR_PASSWORD: PASSWORD },
    answer: (request) => service.answer(request),
    failure: (request) => serviceReply(999, 'سرویس در دسترس نیست', parseObject(request.body)),
    drift: (text) => text.replace('"matched":', '"isMatched":'),
  }
}

class Matching {
  readonly #world: World
  readonly #inContract = readContract('cra-shahkar')('MatchRequest')
  readonly #seen = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  answer(request: WireRequest): WireReply {
    const refusal = refuse(request)
    if (refusal !== undefined) return refusal
    const body = parseObject(request.body)
    if (body === undefined) return problem(400, 'malformed JSON')
    const requestId = String(body['requestId'])
    if (this.#repeats(requestId)) return serviceReply(301, 'شناسه درخواست تکراری است', body)
    const nationalId = String(body['identificationNo'])
    const mobile = String(body['serviceNumber'])
    if (!isNationalId(nationalId)) return serviceReply(311, 'شماره شناسایی نامعتبر است', body)
    if (!/^09[0-9]{9}$/u.test(mobile)) return serviceReply(312, 'شماره سرویس نامعتبر است', body)
    if (!this.#inContract(body)) return serviceReply(310, 'پارامترهای ورودی نامعتبر است', body)
    const owner = this.#world.population.byNationalId(nationalId)
    return serviceReply(200, 'OK.', body, owner?.mobile === mobile ? 'Y' : 'N')
  }

  #repeats(requestId: string): boolean {
    if (this.#seen.has(requestId)) return true
    this.#seen.add(requestId)
    const [oldest] = this.#seen
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest)
    return false
  }
}

function refuse({ method, url, headers }: WireRequest): WireReply | undefined {
  if (url.pathname !== PLACE) return problem(404, 'not found')
  if (method !== 'POST') return problem(405, 'method not allowed')
  const sent = readBasic(headers)
  if (sent?.user !== USER || sent.password !== PASSWORD) return problem(401, 'unauthorized')
  if (headers['content-type']?.startsWith('application/json') !== true) {
    return problem(415, 'unsupported media type')
  }
  return undefined
}

function serviceReply(
  response: number,
  result: string,
  body: Fields | undefined,
  matched: 'Y' | 'N' | null = null,
): WireReply {
  const requestId = typeof body?.['requestId'] === 'string' ? body['requestId'] : ''
  const id = toTrackingCode(requestId)
  return json(200, { response, result, comment: null, requestId, id, matched })
}

/** Their own code of a call; the same for the same requestId, so that samples can be recorded again. */
function toTrackingCode(requestId: string): string {
  return createHash('sha256').update(requestId).digest('hex').slice(0, 20)
}

function problem(status: number, message: string): WireReply {
  const headers = status === 401 ? { 'www-authenticate': 'Basic realm="shahkar"' } : {}
  return { ...json(status, { status, message }), headers }
}

function json(status: number, body: Fields): WireReply {
  return {
    status,
    contentType: 'application/json; charset={charset}',
    body: JSON.stringify(body),
  }
}
