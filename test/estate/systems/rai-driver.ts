// The railways' licences of train drivers, an old Axis service in rpc/literal. In: a national id as a number. Out: a licence.
// Quirks: Q1 padded Jalali dates, Q7 Arabic ي ك, Q11 ids as numbers without their zeros, in and out.

import { arabicLetters } from '../legacy-text.ts'
import { isNationalId } from '../personas.ts'
import professions from '../professions.json' with { type: 'json' }
import { readBasic, type Simulator, type WireRequest, type World } from '../simulator.ts'
import { LONG, required } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, refuse, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://ws.rai.ir/axis/services/RaiDriver'
const BEANS = 'http://beans.driver.rai.ir'
const ACCOUNT = { user: 'panjareh', password: 'R4hAhan:86' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soapenv' }

type RailDriver = (typeof professions.railDrivers)[number]

export function createRaiDriver(world: World): Simulator {
  const service: SoapService = {
    ...MANNER,
    authenticate,
    operations: [
      {
        action: 'getDriverLicence',
        element: 'getDriverLicence',
        namespace: NAMESPACE,
        content: { namespace: '', fields: [required('nationalCode', LONG)] },
        answer: (input) => answer(childText(input, 'nationalCode'), world),
      },
    ],
  }
  return {
    id: 'rai-driver',
    name: 'Railways: train driver licences',
    protocol: 'SOAP 1.1',
    path: '/axis/services/RaiDriver',
    environment: { RAI_DRIVER_USER: ACCOUNT.user, RAI_DRIVER_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap(service, request),
    failure: () => writeFault(MANNER, axisFault('java.lang.OutOfMemoryError')),
    drift: (text) => text.replaceAll(/(<\/?b:)daraje\b/gu, '$1radif'),
  }
}

function authenticate({ headers }: WireRequest) {
  const sent = readBasic(headers)
  if (sent?.user === ACCOUNT.user && sent.password === ACCOUNT.password) return undefined
  return refuse(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="axis"' })
}

function axisFault(reason: string): SoapFault {
  return {
    by: 'server',
    reason: `${reason}: راه آهن`,
    detail: '<ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">ws-rai-2</ns1:hostname>',
  }
}

function answer(number: string, world: World): string {
  const nationalId = number.padStart(10, '0')
  if (!isNationalId(nationalId)) return writeReply(3, 'كد ملي نامعتبر است', null)
  const driver = professions.railDrivers.find((each) => each.nationalId === nationalId)
  if (driver === undefined) return writeReply(1, 'راهبري با اين كد ملي يافت نشد', null)
  return writeReply(0, null, writeLicence(driver, world))
}

function writeReply(code: number, text: string | null, licence: string | null): string {
  const reply =
    tag('b:kodePasokh', code) + tag('b:sharh', text) + (licence ?? tag('b:govahinameh', null))
  return (
    `<ns1:getDriverLicenceResponse xmlns:ns1="${NAMESPACE}">` +
    `<getDriverLicenceReturn xmlns:b="${BEANS}">${reply}</getDriverLicenceReturn></ns1:getDriverLicenceResponse>`
  )
}

function writeLicence(driver: RailDriver, { companies }: World): string {
  const employer = companies.byKey(driver.employer)
  return tree(
    'b:govahinameh',
    tag('b:codeMelli', Number(driver.nationalId)),
    tag('b:shomareGovahi', arabicLetters(driver.number)),
    tag('b:daraje', arabicLetters(driver.grade)),
    tag('b:tarikhSodur', driver.issuedOn),
    tag('b:tarikhEtebar', driver.expiresOn),
    tag('b:etebarMoayeneh', driver.medicalExpiresOn),
    tag('b:karfarma', arabicLetters(employer?.name ?? '')),
    tag('b:shenaseMelliKarfarma', Number(employer?.legalNationalId)),
    tag('b:vaziat', driver.active ? 1 : 0),
    tree(
      'b:lokomotivHa',
      ...driver.locomotives.map((name) => tag('b:lokomotiv', arabicLetters(name))),
    ),
  )
}
