// Permits for abnormal loads: XML in and out that calls itself text/html, with web pages for breakdowns (Q19), sizes as
// clerks typed them in three digit sets (Q8), padded Jalali dates (Q1), Arabic letters (Q7).

import { type Asked, isObjection, readRequests } from '../contract-requests.ts'
import {
  arabicLetters,
  mixedDigits,
  persianFraction,
  slashFraction,
  spelledPlate,
} from '../legacy-text.ts'
import { isSecret } from '../rest-replies.ts'
import {
  type CreateSimulator,
  htmlPage,
  readBasic,
  type Simulator,
  type WireReply,
  type World,
} from '../simulator.ts'
import { element, leaf } from '../xml-replies.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'terafiki-demo-password'

interface Permit {
  readonly number: string
  readonly status: 1 | 2 | 3
  readonly plate: string
  /** Key of a company. */
  readonly carrier: string
  /** Key of a persona. */
  readonly driver: string
  readonly issuedOn: string
  readonly from: string
  readonly to: string
  readonly load: string
  /** Metres, as decimal text. */
  readonly length: string
  readonly width: string
  readonly height: string
  readonly tonnes: number
  readonly axles: number
  readonly route: readonly string[]
}

/** Newest first. */
const PERMITS: readonly Permit[] = [
  {
    number: '14050812',
    status: 1,
    plate: '12ع345-11',
    carrier: 'yektabar',
    driver: 'kaveh',
    issuedOn: '1405/08/30',
    from: '1405/09/01',
    to: '1405/09/10',
    load: 'ترانسفورماتور ۴۰۰ کیلوولت',
    length: '18.50',
    width: '2.60',
    height: '4.5',
    tonnes: 48.5,
    axles: 6,
    route: ['تهران', 'قم', 'کاشان', 'یزد'],
  },
  {
    number: '14040077',
    status: 2,
    plate: '12ع345-11',
    carrier: 'yektabar',
    driver: 'kaveh',
    issuedOn: '1404/02/05',
    from: '1404/02/07',
    to: '1404/02/09',
    load: 'پره توربین بادی',
    length: '29.05',
    width: '3.10',
    height: '4.20',
    tonnes: 41,
    axles: 5,
    route: ['بندرعباس'],
  },
  {
    number: '14050640',
    status: 3,
    plate: '77ع902-13',
    carrier: 'nemunehbar',
    driver: 'bahram-expired-card',
    issuedOn: '1405/06/09',
    from: '1405/06/11',
    to: '1405/06/14',
    load: 'مخزن تحت فشار',
    length: '14',
    width: '4.00',
    height: '4.9',
    tonnes: 62.25,
    axles: 8,
    route: ['یزد', 'کرمان'],
  },
]

export const createRmtoOversize: CreateSimulator = (world): Simulator => {
  const check = readRequests('rmto-oversize')
  return {
    id: 'rmto-oversize',
    name: 'Permits for abnormal loads',
    protocol: 'REST XML',
    path: '/terafiki/api',
    environment: { RMTO_OVERSIZE_USER: USER, RMTO_OVERSIZE_PASSWORD: PASSWORD },
    isBusiness: () => true,
    answer(request) {
      const sent = readBasic(request.headers)
      if (sent?.user !== USER || !isSecret(sent.password, PASSWORD))
        return page(401, 'Unauthorized')
      const asked = check(request)
      if (isObjection(asked)) return page(asked.problem === 'path' ? 404 : 400, 'Bad Request')
      return toPermits(asked, world)
    },
    failure: () => page(500, 'java.lang.NullPointerException'),
    drift: (text) => text.replaceAll('Arz', 'Pahna'),
  }
}

function toPermits({ operation, values, body }: Asked, world: World): WireReply {
  const found = PERMITS.filter((permit) =>
    operation === 'GetPermit'
      ? permit.number === values['shomareh']
      : permit.plate === body['Pelak'],
  )
  const permits = found.map((permit) => toElement(permit, world))
  const root = element('Mojavezha', permits, { xmlns: 'urn:rmto:terafiki' })
  return {
    status: 200,
    contentType: 'text/html; charset={charset}',
    body: `<?xml version="1.0" encoding="utf-8"?>\n${root}`,
  }
}

function toElement(permit: Permit, { companies, population }: World): string {
  const driver = population.byKey(permit.driver)?.nationalId ?? ''
  const carrier = companies.byKey(permit.carrier)?.legalNationalId ?? ''
  const children = [
    leaf('Pelak', mixedDigits(spelledPlate(permit.plate))),
    leaf('ShenasehSherkat', mixedDigits(carrier)),
    leaf('CodeMelliRanandeh', mixedDigits(driver)),
    leaf('TarikhSodur', mixedDigits(permit.issuedOn)),
    leaf('AzTarikh', mixedDigits(permit.from)),
    leaf('TaTarikh', permit.to),
    leaf('Bar', arabicLetters(permit.load)),
    leaf('Tool', mixedDigits(persianFraction(permit.length)), { vahed: 'm' }),
    leaf('Arz', persianDigits(persianFraction(permit.width)), { vahed: 'm' }),
    leaf('Ertefa', permit.height, { vahed: 'm' }),
    leaf('Vazn', slashFraction(permit.tonnes), { vahed: 't' }),
    leaf('Tedad', persianDigits(String(permit.axles))),
    element(
      'Masir',
      permit.route.map((stop) => leaf('Gozar', arabicLetters(stop))),
    ),
  ]
  return element('Mojavez', children, {
    shomareh: persianDigits(permit.number),
    vaziat: permit.status,
  })
}

/** `2.60` as `۲٫۶۰` once the fraction is Persian. */
function persianDigits(text: string): string {
  return text.replaceAll(/[0-9]/gu, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? digit)
}

function page(status: number, text: string): WireReply {
  const headers = status === 401 ? { 'www-authenticate': 'Basic realm="terafiki"' } : {}
  return {
    status,
    contentType: 'text/html; charset={charset}',
    headers,
    body: htmlPage(String(status), text),
  }
}
