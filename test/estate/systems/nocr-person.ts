// The civil registry's person inquiry, getEstelam3. In: a national id as a number. Out: names as bytes, dates as numbers.
// Quirks: Q3 compact dates, Q10 base64 names, Q11 lost zeros, Q12 list of one, Q16 −1 and null names as "not found",
// Q26 misspelt names, Q27 credentials in the body, Q30 unknown day or month 00.

import { compactDate } from '../legacy-text.ts'
import { isNationalId, type Persona } from '../personas.ts'
import {
  htmlPage,
  readBasic,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'
import { INT, LONG, optional, required, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { child, childText, tag, tree, type XmlElement } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://ws.estelam.nocr.ir/'
const ACCOUNT = { user: 'panjareh_ws', password: 'd3mo&Estelam<3>' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'S' }
const BROKEN: SoapFault = {
  by: 'server',
  reason: 'ir.nocr.estelam.EstelamException: err.database.timeout',
  detail: `<ns2:EstelamException xmlns:ns2="${NAMESPACE}">${tag('code', 5001)}${tag('message', 'err.database.timeout')}</ns2:EstelamException>`,
}

export function createNocrPerson(world: World): Simulator {
  const service: SoapService = {
    ...MANNER,
    authenticate,
    operations: [
      {
        action: '',
        element: 'getEstelam3',
        namespace: NAMESPACE,
        content: {
          namespace: '',
          fields: [
            required('arg0', {
              namespace: '',
              fields: [
                required('userName', TEXT),
                required('passWord', TEXT),
                required('nin', LONG),
                optional('birthDate', INT),
              ],
            }),
          ],
        },
        answer: (input) => writeReply(answerItem(child(input, 'arg0'), world)),
      },
    ],
  }
  return {
    id: 'nocr-person',
    name: 'Civil registry: person inquiry',
    protocol: 'SOAP 1.1',
    path: '/EstelamWS/EstelamService',
    environment: { NOCR_PERSON_USER: ACCOUNT.user, NOCR_PERSON_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap(service, request),
    failure: () => writeFault(MANNER, BROKEN),
    drift: (text) => text.replaceAll(/(<\/?)name\b/gu, '$1firstName'),
  }
}

function authenticate(request: WireRequest): WireReply | undefined {
  const sent = readBasic(request.headers)
  if (sent?.user === ACCOUNT.user && sent.password === ACCOUNT.password) return undefined
  return {
    status: 401,
    contentType: 'text/html; charset={charset}',
    headers: { 'www-authenticate': 'Basic realm="weblogic"' },
    body: htmlPage('401', 'دسترسی غیر مجاز'),
  }
}

function answerItem(query: XmlElement | undefined, { population }: World): string[] {
  if (
    childText(query, 'userName') !== ACCOUNT.user ||
    childText(query, 'passWord') !== ACCOUNT.password
  ) {
    return [tag('exceptionMessage', 'err.authentication.failed')]
  }
  const nationalId = childText(query, 'nin').replace(/^\+/u, '').padStart(10, '0')
  if (!isNationalId(nationalId)) return [tag('message', '-1'), tag('nin', -1)]
  const persona = population.byNationalId(nationalId)
  const birthDate = childText(query, 'birthDate')
  const matches = birthDate === '' || Number(birthDate) === compactDate(persona?.birthDate ?? '')
  return persona !== undefined && matches ? describe(persona) : notFound(nationalId)
}

/** A record of nothing: the number comes back, the names are null (Q16). */
function notFound(nationalId: string): string[] {
  return [
    tag('family', null),
    tag('fatherName', null),
    tag('message', 'err.record.not.found'),
    tag('name', null),
    tag('nin', Number(nationalId)),
  ]
}

function describe(persona: Persona): string[] {
  const name = persona.writtenAs ?? persona
  const deceased = persona.deceasedOn !== null
  return [
    tag('DateHasPostfix', persona.birthDateApproximate),
    tag('birthDate', compactDate(persona.birthDate)),
    tag('bookNo', 100 + (compactDate(persona.birthDate) % 97)),
    tag('bookRow', 1 + (compactDate(persona.birthDate) % 31)),
    tag('deathDate', deceased ? compactDate(persona.deceasedOn) : undefined),
    tag('deathStatus', deceased ? 1 : 0),
    tag('family', bytes(name.lastName)),
    tag('familyHasPerfix', name.lastName.trim().includes(' ')),
    tag('fatherName', bytes(name.fatherName)),
    tag('gender', persona.gender === 'male' ? 1 : 0),
    ...notices(persona).map((text) => tag('message', text)),
    tag('name', bytes(name.firstName)),
    tag('nin', Number(persona.nationalId)),
    tag('officeCode', Number(persona.nationalId.slice(0, 3))),
    tag('postCode', Number(persona.postCode)),
    tag('shenasnameNo', Number(persona.identityNumber)),
    ...parents(persona),
  ]
}

/** Known for the young only: older books name a father by his first name. */
function parents({ fatherNationalId, motherNationalId }: Persona): string[] {
  const father = fatherNationalId === undefined ? [] : [tag('fatherNin', Number(fatherNationalId))]
  const mother = motherNationalId === undefined ? [] : [tag('motherNin', Number(motherNationalId))]
  return [...father, ...mother]
}

function notices(persona: Persona): string[] {
  const approximate = persona.birthDateApproximate ? ['msg.birthdate.approximate'] : []
  return persona.deceasedOn === null ? approximate : [...approximate, 'msg.person.deceased']
}

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function writeReply(item: readonly string[]): string {
  return `<ns2:getEstelam3Response xmlns:ns2="${NAMESPACE}">${tree('return', ...item)}</ns2:getEstelam3Response>`
}
