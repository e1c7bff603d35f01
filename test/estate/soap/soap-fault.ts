// SOAP faults of both versions. In: whose fault it is and why. Out: the reply on the wire.

import type { WireReply } from '../simulator.ts'
import { escapeXml, tag } from './soap-xml.ts'

export type SoapVersion = '1.1' | '1.2'

export const ENVELOPE: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

export const CONTENT_TYPE: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml',
  '1.2': 'application/soap+xml',
}

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
export const WSSE =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'

export interface SoapFault {
  readonly by: 'caller' | 'server' | 'version' | 'mustUnderstand'
  readonly reason: string
  /** Local name of a WS-Security fault code (WSS 1.1.1 §12). */
  readonly security?: 'FailedAuthentication' | 'InvalidSecurity' | 'MessageExpired'
  /** XML of the detail, already escaped. */
  readonly detail?: string
}

/** How a service writes its envelopes: toolkits differ in prefix only. */
export interface EnvelopeManner {
  readonly version: SoapVersion
  readonly prefix: string
}

const CODES = {
  '1.1': { caller: 'Client', server: 'Server' },
  '1.2': { caller: 'Sender', server: 'Receiver' },
} as const

export function isFault(value: string | SoapFault): value is SoapFault {
  return typeof value !== 'string'
}

/** An envelope around the XML of a body, with the prefix and content type of the service. */
export function writeEnvelope({ version, prefix }: EnvelopeManner, body: string): WireReply {
  return {
    status: 200,
    contentType: `${CONTENT_TYPE[version]}; charset={charset}`,
    body:
      `<?xml version="1.0" encoding="utf-8"?>` +
      `<${prefix}:Envelope xmlns:${prefix}="${ENVELOPE[version]}" xmlns:xsi="${XSI}">` +
      `<${prefix}:Body>${body}</${prefix}:Body></${prefix}:Envelope>`,
  }
}

/** Status 500; with SOAP 1.2 400 for a sender's fault (SOAP 1.1 §6.2, SOAP 1.2 part 2 table 20). */
export function writeFault(manner: EnvelopeManner, fault: SoapFault): WireReply {
  const body =
    manner.version === '1.1' ? fault11(manner.prefix, fault) : fault12(manner.prefix, fault)
  const status = manner.version === '1.2' && fault.by === 'caller' ? 400 : 500
  return { ...writeEnvelope(manner, body), status }
}

function fault11(prefix: string, fault: SoapFault): string {
  const code =
    fault.security === undefined ? `${prefix}:${codeName('1.1', fault)}` : `wsse:${fault.security}`
  return (
    `<${prefix}:Fault${securityNamespace(fault)}>${tag('faultcode', code)}` +
    `${tag('faultstring', fault.reason)}${detail('detail', fault)}</${prefix}:Fault>`
  )
}

function fault12(prefix: string, fault: SoapFault): string {
  const subcode =
    fault.security === undefined
      ? ''
      : `<${prefix}:Subcode>${tag(`${prefix}:Value`, `wsse:${fault.security}`)}</${prefix}:Subcode>`
  return (
    `<${prefix}:Fault${securityNamespace(fault)}>` +
    `<${prefix}:Code>${tag(`${prefix}:Value`, `${prefix}:${codeName('1.2', fault)}`)}${subcode}</${prefix}:Code>` +
    `<${prefix}:Reason><${prefix}:Text xml:lang="fa">${escapeXml(fault.reason)}</${prefix}:Text></${prefix}:Reason>` +
    `${detail(`${prefix}:Detail`, fault)}</${prefix}:Fault>`
  )
}

function securityNamespace({ security }: SoapFault): string {
  return security === undefined ? '' : ` xmlns:wsse="${WSSE}"`
}

function codeName(version: SoapVersion, { by }: SoapFault): string {
  if (by === 'version') return 'VersionMismatch'
  return by === 'mustUnderstand' ? 'MustUnderstand' : CODES[version][by]
}

function detail(name: string, fault: SoapFault): string {
  return fault.detail === undefined ? '' : `<${name}>${fault.detail}</${name}>`
}
