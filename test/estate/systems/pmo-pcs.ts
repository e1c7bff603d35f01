// Port calls of the ports organisation, an Axis 1 service in rpc/encoded with multiRef. In: an IMO number. Out: an array of
// references. Quirks: Q6 Tehran's clock without a zone, Q7 Arabic ي ك, Q17 slow (here 500–1200 ms, more by switch),
// Q19 a fault as text/html and a page as text/xml, Q27 account in the body.

import { arabicLetters } from '../legacy-text.ts'
import sea from '../sea.json' with { type: 'json' }
import { htmlPage, type Simulator, type WireReply } from '../simulator.ts'
import { INT, required, TEXT } from '../soap/soap-content.ts'
import type { EnvelopeManner, SoapFault } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { childText, escapeXml, type XmlElement } from '../soap/soap-xml.ts'

const NAMESPACE = 'urn:pcs.pmo.ir'
const BEANS = 'http://beans.pcs.pmo.ir'
const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'
const ACCOUNT = { user: 'panjareh', password: 'B4ndar_PCS' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soapenv' }
const ACCESS_DENIED = 'Access denied'

type PortCall = (typeof sea.portCalls)[number]

/** Types that Axis takes for the parts when a caller names them. */
const PART_TYPES: Readonly<Record<string, readonly string[]>> = {
  user: ['string'],
  password: ['string'],
  imo: ['int'],
}

export function createPmoPcs(): Simulator {
  const service: SoapService = {
    ...MANNER,
    operations: [
      {
        action: '',
        element: 'getPortCalls',
        namespace: NAMESPACE,
        content: {
          namespace: '',
          fields: [required('user', TEXT), required('password', TEXT), required('imo', INT)],
        },
        answer,
      },
    ],
  }
  return {
    id: 'pmo-pcs',
    name: 'Ports: port calls',
    protocol: 'SOAP 1.1',
    path: '/pcs/services/PortCalls',
    latency: [500, 1_200],
    environment: { PMO_PCS_USER: ACCOUNT.user, PMO_PCS_PASSWORD: ACCOUNT.password },
    answer: (request) => asWebPage(answerSoap(service, request)),
    failure: breakdown,
    drift: (text) => text.replaceAll(/(<\/?)ata\b/gu, '$1actualArrival'),
  }
}

/** The proxy before Axis does not know its 500s and calls them pages (Q19). */
function asWebPage(reply: WireReply): WireReply {
  const isDenial = typeof reply.body === 'string' && reply.body.includes(ACCESS_DENIED)
  return isDenial ? { ...reply, contentType: 'text/html; charset={charset}' } : reply
}

/** …and a page of its own goes out as what the client asked for (Q19). */
function breakdown(): WireReply {
  const body = htmlPage('HTTP Status 500', 'org.apache.jasper.JasperException')
  return { status: 500, contentType: 'text/xml; charset={charset}', body }
}

function answer(input: XmlElement): string | SoapFault {
  const wrong = input.children.find(({ name, attributes }) => {
    const type = attributes['type']?.split(':').at(-1)
    return type !== undefined && PART_TYPES[name]?.includes(type) !== true
  })
  if (wrong !== undefined) return { by: 'caller', reason: `Bad type of the part ${wrong.name}` }
  const { user, password } = ACCOUNT
  if (childText(input, 'user') !== user || childText(input, 'password') !== password) {
    return { by: 'caller', reason: ACCESS_DENIED }
  }
  const imo = childText(input, 'imo')
  return writeReply(sea.portCalls.filter((call) => call.imoNumber === imo))
}

/** The array and each of its items stand beside the reply and are referred to. */
function writeReply(calls: readonly PortCall[]): string {
  const items = calls.map((_, index) => `<item href="#id${index + 1}"/>`).join('')
  return (
    `<ns1:getPortCallsResponse xmlns:ns1="${NAMESPACE}" soapenv:encodingStyle="${ENCODING}">` +
    `<getPortCallsReturn href="#id0"/></ns1:getPortCallsResponse>` +
    multiRef(
      0,
      `xsi:type="soapenc:Array" soapenc:arrayType="ns2:PortCall[${calls.length}]"`,
      items,
    ) +
    calls
      .map((call, index) => multiRef(index + 1, 'xsi:type="ns2:PortCall"', writeCall(call)))
      .join('')
  )
}

function multiRef(id: number, type: string, content: string): string {
  const names = `xmlns:soapenc="${ENCODING}" xmlns:ns2="${BEANS}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"`
  return `<multiRef ${names} id="id${id}" soapenc:root="0" soapenv:encodingStyle="${ENCODING}" ${type}>${content}</multiRef>`
}

function writeCall(call: PortCall): string {
  return [
    typed('callNumber', 'soapenc:string', call.number),
    typed('port', 'soapenc:string', arabicLetters(call.port)),
    typed('portCode', 'soapenc:string', call.portCode),
    typed('berth', 'soapenc:string', call.berth),
    typed('eta', 'xsd:dateTime', call.eta),
    typed('ata', 'xsd:dateTime', call.arrivedAt),
    typed('atd', 'xsd:dateTime', call.departedAt),
    typed('purpose', 'soapenc:string', arabicLetters(call.purpose)),
    typed('cargoTonnes', 'soapenc:decimal', call.cargoTonnes),
    typed('agent', 'soapenc:string', arabicLetters(call.agent)),
  ].join('')
}

function typed(name: string, type: string, value: string | null): string {
  return value === null
    ? `<${name} xsi:type="${type}" xsi:nil="true"/>`
    : `<${name} xsi:type="${type}">${escapeXml(value)}</${name}>`
}
