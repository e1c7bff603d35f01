// Legal persons of the companies register: REST XML with a key in a header, ids as numbers without their leading zeros
// (Q11), padded Jalali dates (Q1), a board of one that looks like a single object (Q12).

import type { BoardMember, Company } from '../companies.ts'
import { type Asked, isObjection, readRequests } from '../contract-requests.ts'
import { isSecret } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, World } from '../simulator.ts'
import { element, leaf, xmlError, xmlProblem, xmlReply } from '../xml-replies.ts'

const KEY = 'legal-demo-key'
const NAMESPACE = { xmlns: 'urn:ssaa:legal:v2' }

const KINDS: Readonly<Record<Company['kind'], number>> = {
  'private-joint-stock': 1,
  'public-joint-stock': 2,
  limited: 3,
  cooperative: 4,
}
const STATUSES: Readonly<Record<Company['status'], number>> = { active: 1, dissolved: 2 }

export const createSsaaLegal: CreateSimulator = (world): Simulator => {
  const check = readRequests('ssaa-legal')
  return {
    id: 'ssaa-legal',
    name: 'Legal persons',
    protocol: 'REST XML',
    path: '/legal/v2',
    environment: { SSAA_LEGAL_KEY: KEY },
    isBusiness: () => true,
    answer(request) {
      if (!isSecret(request.headers['x-api-key'], KEY)) return xmlError(401, 'key')
      const asked = check(request)
      if (isObjection(asked)) return xmlProblem(asked)
      return asked.operation === 'GetLegalPerson' ? toPerson(asked, world) : toBoards(asked, world)
    },
    failure: () => xmlError(503, 'سرويس در دسترس نيست'),
    drift: (text) => text.replaceAll('ShomarehSabt>', 'ShomareSabt>'),
  }
}

function toPerson({ values }: Asked, { companies, population }: World): WireReply {
  const company = companies.byLegalNationalId(values['shenaseh'] ?? '')
  if (company === undefined) return xmlError(404, 'شخص حقوقی یافت نشد')
  const members = company.board.map((member) => {
    const persona = population.byNationalId(member.nationalId)
    const name = `${persona?.firstName ?? ''} ${persona?.lastName ?? ''}`.trim()
    return element('Ozv', [
      leaf('CodeMelli', toNumber(member.nationalId)),
      leaf('Nam', name),
      ...toTerm(member),
      ...(member.signs === undefined ? [] : [leaf('HaghEmza', member.signs ? 1 : 0)]),
    ])
  })
  const root = element(
    'ShakhsHoghughi',
    [
      leaf('ShenasehMelli', toNumber(company.legalNationalId)),
      leaf('Nam', company.name),
      leaf('NamLatin', company.nameEn),
      leaf('Noe', KINDS[company.kind]),
      leaf('ShomarehSabt', company.registrationNumber),
      leaf('VahedSabti', company.registrationUnit),
      leaf('TarikhSabt', company.registeredOn),
      leaf('Vaziat', STATUSES[company.status]),
      leaf('TarikhVaziat', company.statusSince),
      leaf('CodePosti', company.postCode),
      leaf('Sarmayeh', company.capitalRial),
      ...members,
    ],
    NAMESPACE,
  )
  return xmlReply(200, root)
}

function toBoards({ values }: Asked, { companies }: World): WireReply {
  const nationalId = (values['codeMelli'] ?? '').padStart(10, '0')
  const seats = companies
    .ofPerson(nationalId)
    .flatMap((company) =>
      company.board
        .filter((member) => member.nationalId === nationalId)
        .map((member) => ({ company, member })),
    )
  const rows = seats.map(({ company, member }) =>
    element('Ozviat', [
      leaf('ShenasehMelli', toNumber(company.legalNationalId)),
      leaf('Nam', company.name),
      ...toTerm(member),
    ]),
  )
  return xmlReply(200, element('Ozviatha', [leaf('Tedad', rows.length), ...rows], NAMESPACE))
}

function toTerm({ position, from, to }: BoardMember): readonly string[] {
  return [leaf('Semat', position), leaf('AzTarikh', from), leaf('TaTarikh', to)]
}

/** 00010345766 is 10345766 here. */
function toNumber(id: string): string {
  return BigInt(id).toString()
}
