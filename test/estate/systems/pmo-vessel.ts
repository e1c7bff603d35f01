// The vessel register of the ports organisation. REST JSON with OAuth 2 client credentials; three digit sets inside one
// number (Q8); what is not known is 9999, `-` or 1300/01/01 (Q25).

import { ClientTokens } from '../client-tokens.ts'
import { type Asked, type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import { withCommas } from '../legacy-amount.ts'
import { mixedDigits } from '../legacy-text.ts'
import type { Fields } from '../open-api.ts'
import { jsonReply } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest, World } from '../simulator.ts'
import { isImoNumber, type Vessel, type VesselOwner } from '../vessels.ts'

const CLIENT = 'panjareh-demo'
const SECRET = 'vessel-demo-client-secret'
const TOKEN_PLACE = '/registry/oauth/token'
const UNKNOWN = '9999'

const KINDS = { cargo: 'GC', tanker: 'TK', passenger: 'PX', fishing: 'FV', tug: 'TG' } as const
const STATES = { active: 1, suspended: 2, deleted: 9 } as const

export const createPmoVessel: CreateSimulator = (world): Simulator => {
  const check = readRequests('pmo-vessel')
  const tokens = new ClientTokens(
    { client: CLIENT, secret: SECRET, scope: 'registry.read', lifeSeconds: 300 },
    world.now,
  )
  return {
    id: 'pmo-vessel',
    name: 'Vessel register',
    protocol: 'REST',
    path: '/registry',
    environment: { PMO_VESSEL_CLIENT: CLIENT, PMO_VESSEL_SECRET: SECRET },
    isBusiness: ({ url }) => url.pathname !== TOKEN_PLACE,
    answer: (request) => {
      if (request.url.pathname === TOKEN_PLACE) return tokens.issue(request)
      if (tokens.isLive(request.headers.authorization)) return answer(request, check, world)
      const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
      return jsonReply(401, { code: 'TOKEN', message: 'توکن نامعتبر است' }, challenge)
    },
    failure: () => refusal(503, 'AWAY', 'سرویس در دسترس نیست'),
    drift: (text) => text.replaceAll('"grossTonnage":', '"gt":'),
  }
}

function answer(request: WireRequest, check: CheckRequest, { vessels }: World): WireReply {
  const asked = check(request)
  if (isObjection(asked)) {
    if (asked.problem === 'path') return refusal(404, 'PATH', 'مسیر یافت نشد')
    if (asked.problem === 'method') return refusal(405, 'METHOD', 'متد مجاز نیست')
    return refusal(400, 'PARAMETER', `پارامتر ${asked.name} نامعتبر است`)
  }
  if (asked.operation === 'getVesselsByOwner') return ofOwner(asked, vessels, request)
  const { imoNo = '' } = asked.values
  if (!isImoNumber(imoNo)) return refusal(400, 'IMO', 'شماره شناور نامعتبر است')
  const vessel = vessels.vessel(imoNo)
  return vessel === undefined
    ? refusal(404, 'VESSEL', 'شناور یافت نشد')
    : jsonReply(200, toTheirs(vessel))
}

function ofOwner(
  { values }: Asked,
  vessels: World['vessels'],
  { switches }: WireRequest,
): WireReply {
  const owned = vessels
    .ownedBy(values['ownerId'] ?? '')
    .filter(({ status }) => status !== 'deleted' || values['includeDeleted'] === 'true')
    .map(toTheirs)
  const [only] = owned
  const collapsed = switches.oneElement && owned.length === 1 && only !== undefined
  return jsonReply(200, collapsed ? only : owned)
}

function toTheirs(vessel: Vessel): Fields {
  return {
    imoNo: `IMO ${mixedDigits(vessel.imoNumber)}`,
    nameFa: vessel.name,
    nameEn: vessel.nameEn.toUpperCase(),
    vesselType: KINDS[vessel.kind],
    flag: vessel.flag,
    portFa: vessel.portOfRegistry,
    portEn: vessel.portOfRegistryEn.toUpperCase(),
    callSign: vessel.callSign ?? '-',
    mmsi: mixedDigits(vessel.mmsi ?? '-'),
    grossTonnage: mixedDigits(withCommas(vessel.grossTonnage)),
    netTonnage: number(vessel.netTonnage),
    deadweight: number(vessel.deadweightTonnes),
    length: number(vessel.lengthMetres),
    breadth: number(vessel.breadthMetres),
    builtYear: number(vessel.builtIn),
    registerDate: date(vessel.registeredOn),
    safetyExpireDate: date(vessel.safetyCertificateExpiresOn),
    loadLineExpireDate: date(vessel.loadLineExpiresOn),
    status: STATES[vessel.status],
    owners: vessel.owners.map(toOwner),
  }
}

function toOwner({ nationalId, legalNationalId, sharePercent }: VesselOwner): Fields {
  return {
    nationalCode: nationalId === undefined ? null : mixedDigits(nationalId),
    legalNationalCode: legalNationalId === undefined ? null : mixedDigits(legalNationalId),
    sharePercent: mixedDigits(String(sharePercent)),
  }
}

function number(value: number | string | null): string {
  return mixedDigits(String(value ?? UNKNOWN))
}

function date(jalali: string | null): string {
  return mixedDigits(jalali ?? '1300/01/01')
}

function refusal(status: number, code: string, message: string): WireReply {
  return jsonReply(status, { code, message })
}
