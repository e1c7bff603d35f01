// The traffic police's licences, negative points and plates, behind mutual TLS and a list of addresses.
// In: a national id. Out: a licence or plates. Quirks: Q2 unpadded dates, Q7 Arabic ي ك, Q18 closed from 01:00 to 05:00
// in Tehran: first a page with status 200, in the last hour no connection.

import { CLIENT_NAME } from '../certificates.ts'
import { arabicLetters, unpaddedDate } from '../legacy-text.ts'
import { isNationalId, type Persona } from '../personas.ts'
import {
  htmlPage,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'
import { required } from '../soap/soap-content.ts'
import type { EnvelopeManner, SoapFault } from '../soap/soap-fault.ts'
import { answerSoap, refuse, type SoapOperation, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://rahvar.police.ir/ws/licence'
const ADDRESSES: ReadonlySet<string> = new Set(['127.0.0.1', '::1'])
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soapenv' }
/** Points from which a licence is suspended. */
const SUSPENDED_FROM = 30
const CONTENT = {
  namespace: NAMESPACE,
  fields: [required('nationalCode', /^\d{10}$/u)],
}

export function createRahvarLicence(world: World): Simulator {
  const service: SoapService = {
    ...MANNER,
    authenticate,
    operations: [
      operation('getLicence', world, (persona) => describeLicence(persona, world)),
      operation('getPlates', world, describePlates),
    ],
  }
  return {
    id: 'rahvar-licence',
    name: 'Traffic police: licence, negative points, plates',
    protocol: 'SOAP 1.1',
    path: '/licence/LicenceService',
    mutualTls: true,
    maintenance: {
      from: '01:00',
      to: '05:00',
      refusedFrom: '04:00',
      zone: 'Asia/Tehran',
      page: htmlPage('سامانه راهور', 'ساعت کاری سرویس به پایان رسیده است'),
    },
    environment: {
      RAHVAR_LICENCE_CERTIFICATE: world.certificates.client.certificate,
      RAHVAR_LICENCE_KEY: world.certificates.client.key,
      RAHVAR_LICENCE_AUTHORITY: world.certificates.authority,
    },
    answer: (request) => answerSoap(service, request),
    failure: () => ({
      status: 503,
      contentType: 'text/html; charset={charset}',
      body: htmlPage('503 Service Temporarily Unavailable', 'سرویس موقتا در دسترس نیست'),
    }),
    drift: (text) => text.replaceAll(/(<\/?)(expireDate|plateNumber)\b/gu, '$1$2Jalali'),
  }
}

/** The list of addresses comes after the handshake: TLS knows the certificate, the gateway of the police both. */
function authenticate({ clientName, remoteAddress }: WireRequest): WireReply | undefined {
  const known = clientName === CLIENT_NAME && ADDRESSES.has(remoteAddress)
  return known ? undefined : refuse(403, 'Forbidden: client is not registered.')
}

function operation(
  name: string,
  { population }: World,
  describe: (persona: Persona, request: WireRequest) => readonly string[],
): SoapOperation {
  return {
    action: `${NAMESPACE}/${name}`,
    element: `${name}Request`,
    namespace: NAMESPACE,
    content: CONTENT,
    answer: (input, request) => {
      const nationalId = childText(input, 'nationalCode')
      if (!isNationalId(nationalId)) return INVALID
      const persona = population.byNationalId(nationalId)
      const content = persona === undefined ? [] : describe(persona, request)
      return `<ns1:${name}Response xmlns:ns1="${NAMESPACE}" xmlns="${NAMESPACE}">${content.join('')}</ns1:${name}Response>`
    },
  }
}

const INVALID: SoapFault = {
  by: 'caller',
  reason: 'كد ملي نامعتبر است',
  detail: `<licenceFault xmlns="${NAMESPACE}">${tag('errorCode', 'INVALID_NATIONAL_CODE')}</licenceFault>`,
}

function describeLicence(persona: Persona, { now }: World): readonly string[] {
  const licence = persona.drivingLicence
  if (licence === null) return []
  const name = persona.writtenAs ?? persona
  const expired = licence.expiresOn < tehranDate(now())
  return [
    tree(
      'licence',
      tag('licenceNumber', licence.number),
      tag('firstName', arabicLetters(name.firstName)),
      tag('lastName', arabicLetters(name.lastName)),
      tag('licenceType', arabicLetters(licence.class)),
      tag('issueDate', unpaddedDate(licence.issuedOn)),
      tag('expireDate', unpaddedDate(licence.expiresOn)),
      // Points of an expired licence are no longer kept.
      tag('negativePoint', expired ? null : licence.negativePoints),
      tag('suspended', licence.negativePoints >= SUSPENDED_FROM),
    ),
  ]
}

function describePlates({ vehicles }: Persona, { switches }: WireRequest): readonly string[] {
  const shown = switches.oneElement ? vehicles.slice(0, 1) : vehicles
  return shown.map((vehicle) =>
    tree(
      'plate',
      tag('plateNumber', arabicLetters(vehicle.plate)),
      tag('vehicleSystem', arabicLetters(vehicle.model)),
      tag('installDate', unpaddedDate(vehicle.plateIssuedOn)),
    ),
  )
}

/** `1405/09/01`, comparable as text. */
function tehranDate(epochMs: number): string {
  const date = Temporal.Instant.fromEpochMilliseconds(epochMs)
    .toZonedDateTimeISO('Asia/Tehran')
    .withCalendar('persian')
  return [date.year, date.month, date.day].map((part) => String(part).padStart(2, '0')).join('/')
}
