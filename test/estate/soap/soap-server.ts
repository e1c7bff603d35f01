// A SOAP service of the estate, strict about the wire. In: one HTTP request. Out: one HTTP reply.
// It checks method, content type, action, envelope, headers and the request's elements before the system answers.

import iconv from 'iconv-lite'

import { holds } from '../legacy-charset.ts'
import type { WireReply, WireRequest } from '../simulator.ts'
import { checkContent, type Content } from './soap-content.ts'
import {
  CONTENT_TYPE,
  ENVELOPE,
  type EnvelopeManner,
  isFault,
  type SoapFault,
  writeEnvelope,
  writeFault,
} from './soap-fault.ts'
import { child, parseXml, type XmlElement } from './soap-xml.ts'

export interface SoapOperation {
  /** SOAPAction as the binding says it; empty means that any is taken. */
  readonly action: string
  /** Name of the request's wrapper element. */
  readonly element: string
  readonly namespace: string
  readonly content: Content
  /** XML of the reply's wrapper element, or a fault. */
  answer(input: XmlElement, request: WireRequest): string | SoapFault
}

export interface SoapService extends EnvelopeManner {
  readonly operations: readonly SoapOperation[]
  /** Undefined lets the request pass; comes before anything is read of the body. */
  authenticate?(request: WireRequest): WireReply | undefined
  /** Looks at the SOAP header; undefined lets the request pass. */
  authenticateHeader?(header: XmlElement | undefined, request: WireRequest): SoapFault | undefined
  /** Namespaces of header blocks that this service understands. */
  readonly understands?: readonly string[]
}

interface Envelope {
  readonly header: XmlElement | undefined
  readonly input: XmlElement
}

export function answerSoap(service: SoapService, request: WireRequest): WireReply {
  const refused = refuseHttp(service, request) ?? service.authenticate?.(request)
  if (refused !== undefined) return refused
  const outcome = answerBody(service, request)
  const reply = isFault(outcome) ? writeFault(service, outcome) : writeEnvelope(service, outcome)
  return { ...reply, body: toEncodable(reply.body, request.switches.encoding) }
}

/** Several services at one address, as .asmx has them: the version is told by the content type. */
export function answerEither(services: readonly SoapService[], request: WireRequest): WireReply {
  const type = mediaType(request)
  const service = services.find(({ version }) => CONTENT_TYPE[version] === type) ?? services[0]
  return service === undefined ? refuse(404, 'Not Found') : answerSoap(service, request)
}

/** A clear refusal as text, for what is not SOAP at all. */
export function refuse(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): WireReply {
  return { status, contentType: 'text/plain; charset={charset}', headers, body: text }
}

/** What the reply's charset cannot hold becomes a character reference, as every XML serialiser does it. */
function toEncodable(body: string | Uint8Array, charset: string): string | Uint8Array {
  if (typeof body !== 'string' || !iconv.encodingExists(charset)) return body
  return body.replaceAll(/[^\0-\x7f]/gu, (character) =>
    holds(charset, character) ? character : `&#${character.codePointAt(0)};`,
  )
}

function refuseHttp(service: SoapService, request: WireRequest): WireReply | undefined {
  if (request.method !== 'POST') return refuse(405, 'Method Not Allowed', { allow: 'POST' })
  const expected = CONTENT_TYPE[service.version]
  if (mediaType(request) === expected) return undefined
  return refuse(415, `Cannot process the message because the content type was not '${expected}'.`)
}

function answerBody(service: SoapService, request: WireRequest): string | SoapFault {
  const envelope = readEnvelope(service, request)
  if ('by' in envelope) return envelope
  const { header, input } = envelope
  const operation = service.operations.find(
    ({ element, namespace }) => element === input.name && namespace === input.namespace,
  )
  if (operation === undefined) return caller(`{${input.namespace}}${input.name}: no such operation`)
  const finding =
    refuseAction(service, operation, request) ??
    service.authenticateHeader?.(header, request) ??
    checkInput(input, operation)
  return finding ?? operation.answer(input, request)
}

function readEnvelope(service: SoapService, request: WireRequest): Envelope | SoapFault {
  const root = parseXml(request.body, request.headers['content-type'] ?? '')
  if (root?.name !== 'Envelope') return caller('The message is not a well-formed SOAP envelope.')
  if (root.namespace !== ENVELOPE[service.version]) {
    return { by: 'version', reason: 'The envelope is of another SOAP version.' }
  }
  const header = child(root, 'Header')
  const unknown = header?.children.find(
    ({ attributes, namespace }) =>
      /^(1|true)$/u.test(attributes['mustUnderstand'] ?? '') &&
      service.understands?.includes(namespace) !== true,
  )
  if (unknown !== undefined)
    return { by: 'mustUnderstand', reason: `${unknown.name}: not understood` }
  const body = child(root, 'Body')
  const [input, ...more] = body?.children ?? []
  if (input === undefined || more.length > 0) return caller('The body must hold one element.')
  return { header, input }
}

/** SOAP 1.1 §6.1.1: the header must be there; SOAP 1.2 has it as a parameter of the content type. */
function refuseAction(
  service: SoapService,
  operation: SoapOperation,
  request: WireRequest,
): SoapFault | undefined {
  const sent = service.version === '1.1' ? header11(request) : parameter12(request)
  if (sent !== undefined && (operation.action === '' || sent === operation.action)) return undefined
  return caller(`Server did not recognize the action '${sent ?? ''}'.`)
}

function header11({ headers }: WireRequest): string | undefined {
  const sent = headers['soapaction']
  return typeof sent === 'string' ? /^"(.*)"$/u.exec(sent)?.[1] : undefined
}

function parameter12({ headers }: WireRequest): string | undefined {
  return /;\s*action="([^"]*)"/iu.exec(headers['content-type'] ?? '')?.[1]
}

function checkInput(input: XmlElement, operation: SoapOperation): SoapFault | undefined {
  const [finding] = checkContent(input, operation.content, input.name)
  return finding === undefined ? undefined : caller(finding)
}

function caller(reason: string): SoapFault {
  return { by: 'caller', reason }
}

function mediaType({ headers }: WireRequest): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}
