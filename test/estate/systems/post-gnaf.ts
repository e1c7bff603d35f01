// GNAF of the national post: postcodes to addresses, up to 20 in a call. REST JSON with an HMAC in the body, errors
// inside status 200 (Q15), Arabic letters (Q7), house numbers as doubles `12.0` (Q31).

import { createHmac, timingSafeEqual } from 'node:crypto'

import { arabicLetters } from '../legacy-text.ts'
import { type Fields, isFields, parseObject, readContract } from '../open-api.ts'
import type { Address } from '../personas.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest, World } from '../simulator.ts'

const SECRET = 'gnaf-demo-shared-secret'
const PLACE = '/gnaf/api/v1/AddressByPostcode'
const MOST = 20

export const createPostGnaf: CreateSimulator = (world): Simulator => {
  const service = new AddressService(world)
  return {
    id: 'post-gnaf',
    name: 'GNAF addresses by postcode',
    protocol: 'REST',
    path: '/gnaf',
    environment: { POST_GNAF_SECRET: SECRET },
    answer: (request) => service.answer(request),
    failure: () => reply({ ResCode: 99, ResMsg: 'سرويس در دسترس نمي باشد', Data: null }),
    drift: (text) => text.replaceAll('"HouseNumber":', '"HouseNo":'),
  }
}

/** Signature of a batch as the contract describes it. */
export function signBatch(batchId: string, postCodes: readonly string[], secret = SECRET): string {
  return createHmac('sha256', secret)
    .update([batchId, ...postCodes].join('|'))
    .digest('hex')
}

class AddressService {
  readonly #world: World
  readonly #inContract = readContract('post-gnaf')('BatchRequest')

  constructor(world: World) {
    this.#world = world
  }

  answer(request: WireRequest): WireReply {
    if (request.url.pathname !== PLACE || request.method !== 'POST') {
      return { status: 404, contentType: 'text/plain', body: 'Not Found' }
    }
    const body = parseObject(request.body)
    const rows = rowsOf(body)
    if (rows.length > MOST) return refusal(7, 'تعداد كد پستي بيش از حد مجاز است')
    if (body === undefined || !this.#inContract(body)) return refusal(8, 'درخواست معتبر نيست')
    if (!isSigned(body, rows)) return refusal(4, 'امضا نامعتبر است')
    const data = rows.map((row) => this.#row(row))
    const one = request.switches.oneElement && data.length === 1
    return reply({ ResCode: 0, ResMsg: 'موفق', Data: one ? data[0] : data })
  }

  #row(row: Fields): Fields {
    const postCode = String(row['PostCode'])
    const address = this.#world.population.address(postCode)
    const head = { ClientRowID: row['ClientRowID'] ?? null, PostCode: postCode }
    if (address !== undefined)
      return { ...head, Succ: true, Result: toResult(address), Errors: null }
    const error = { ErrorCode: 21, ErrorMessage: 'كد پستي يافت نشد' }
    return { ...head, Succ: false, Result: null, Errors: [error] }
  }
}

function rowsOf(body: Fields | undefined): readonly Fields[] {
  const rows = body?.['Postcodes']
  return Array.isArray(rows) ? rows.filter(isFields) : []
}

function isSigned(body: Fields, rows: readonly Fields[]): boolean {
  const postCodes = rows.map((row) => String(row['PostCode']))
  const expected = signBatch(String(body['ClientBatchID']), postCodes)
  return timingSafeEqual(Buffer.from(expected), Buffer.from(String(body['Signature'])))
}

function toResult(address: Address): Fields {
  const { alley, floor, unit } = address
  return {
    PostCode: address.postCode,
    Province: toTheirText(address.province),
    TownShip: toTheirText(address.city),
    LocalityName: toTheirText(address.city),
    SubLocality: toTheirText(address.district),
    Street: toTheirText(address.street),
    Street2: alley === null ? null : toTheirText(alley),
    HouseNumber: `${DOUBLE}${address.houseNumber}`,
    Floor: floor === null ? null : toFloor(floor),
    SideFloor: unit === null ? null : `واحد ${unit}`,
    TraversAddress: toTheirText(toLine(address)),
    Latitude: address.latitude,
    Longitude: address.longitude,
  }
}

/** Arabic letters (Q7), Latin digits. */
function toTheirText(text: string): string {
  return arabicLetters(text).replace(/[۰-۹]/gu, (digit) => String('۰۱۲۳۴۵۶۷۸۹'.indexOf(digit)))
}

function toFloor(floor: number): string {
  return floor === 0 ? 'همكف' : `طبقه ${floor}`
}

/** Double space and a leading comma: the line is glued together from parts. */
function toLine({ city, street, alley, houseNumber }: Address): string {
  return `${city}،  ${street}، ${alley === null ? '' : `${alley}، `}پلاك ${houseNumber}`
}

function refusal(code: number, message: string): WireReply {
  return reply({ ResCode: code, ResMsg: message, Data: null })
}

/** Marks a number that this system's serialiser writes with a fraction; JSON.stringify cannot. */
const DOUBLE = '#double:'

function reply(body: Fields): WireReply {
  const text = JSON.stringify(body).replace(/"#double:([0-9]+)"/gu, '$1.0')
  return { status: 200, contentType: 'application/json; charset={charset}', body: text }
}
