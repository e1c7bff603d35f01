// What the schema of `auth` cannot say: choices of which one is due, schemes that exclude each other, and those that a
// protocol does not have. In: settings. Out: findings by pointer, each with the mend.

import type { Finding } from '../finding.ts'
import type { SystemSettings } from '../settings.ts'
import type { AuthScheme, AuthSettings, HeaderSettings, SendSettings } from './auth-settings.ts'

const FILE = 'system.json'
/** RFC 9110 §5.6.2. */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Headers of the connection and the body: ours to write. */
const OURS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
])
const SOAP_ONLY: ReadonlySet<string> = new Set([
  'username-token',
  'x509-signature',
  'ws-addressing',
  'soap-header',
  'soap-login',
])

type Report = (pointer: string, message: string) => void
type AccessSettings = Pick<SystemSettings, 'auth' | 'headers' | 'protocol' | 'attachments'>

export function checkAuth(settings: AccessSettings): readonly Finding[] {
  const findings: Finding[] = []
  const { auth, headers = [], protocol, attachments } = settings
  const report: Report = (pointer, message) => findings.push({ file: FILE, pointer, message })
  for (const [index, scheme] of auth.entries()) {
    const at: Report = (pointer, message) => report(`/auth/${index}${pointer}`, message)
    if (protocol !== 'soap' && SOAP_ONLY.has(scheme.scheme)) {
      at('/scheme', `"${scheme.scheme}" is of SOAP; this system speaks ${protocol}`)
    }
    checkScheme(scheme, settings, at)
  }
  checkTogether(auth, report)
  for (const [index, header] of headers.entries()) {
    checkHeader(header, protocol, (pointer, message) =>
      report(`/headers/${index}${pointer}`, message),
    )
  }
  if (attachments !== undefined && protocol !== 'soap') {
    report('/attachments', `"${attachments}" is of SOAP; this system speaks ${protocol}`)
  }
  if (attachments !== undefined && auth.some(({ scheme }) => scheme === 'x509-signature')) {
    report(
      '/attachments',
      'cannot be signed: leave it out, and binary values are signed in their place',
    )
  }
  return findings
}

function checkScheme(scheme: AuthSettings, settings: AccessSettings, report: Report): void {
  if (scheme.scheme === 'api-key') checkApiKey(scheme, report)
  if (scheme.scheme === 'login') checkLogin(scheme, settings, report)
  if (scheme.scheme === 'soap-login') checkSend(scheme.send, settings, report)
  if (scheme.scheme === 'x509-signature') checkSigned(scheme, settings, report)
}

function checkApiKey({ header, query }: AuthScheme<'api-key'>, report: Report): void {
  oneOf({ header, query }, report)
  if (header !== undefined) checkFieldName(header, '/header', report)
}

function checkLogin(scheme: AuthScheme<'login'>, settings: AccessSettings, report: Report): void {
  const { json, form, query, cookie, token, send, method } = scheme
  oneOf({ json, form, query }, report)
  if (method === 'GET' && query === undefined) {
    report('/method', 'GET has no body: give the credentials as "query", or leave the method out')
  }
  if (cookie !== undefined) {
    if (token !== undefined || send !== undefined) {
      report('/cookie', 'a cookie is sent back as it is: leave out "token" and "send"')
    }
  } else if (send === undefined || token === undefined) {
    report('', 'needs "token" and "send", or "cookie"')
  } else checkSend(send, settings, report)
}

function checkSend(send: SendSettings, { protocol }: AccessSettings, report: Report): void {
  const { header, query, input, 'soap-header': soapHeader, prefix } = send
  oneOf({ header, query, input, 'soap-header': soapHeader }, (pointer, message) =>
    report(`/send${pointer}`, message),
  )
  if (header !== undefined) checkFieldName(header, '/send/header', report)
  if (prefix !== undefined && (header === undefined || !/^[\x20-\x7e]*$/.test(prefix))) {
    report('/send/prefix', 'is of a header, and in ASCII')
  }
  if (soapHeader !== undefined && protocol !== 'soap') {
    report('/send/soap-header', `is of SOAP; this system speaks ${protocol}`)
  }
}

/** What is to be signed has to be there. */
function checkSigned(
  { sign, trust, signer, answer }: AuthScheme<'x509-signature'>,
  { auth }: AccessSettings,
  report: Report,
): void {
  if (trust === undefined && (signer ?? answer) !== undefined) {
    report('', 'signer and answer are of answers that are verified: name "trust", too')
  }
  const needs = { UsernameToken: 'username-token', Addressing: 'ws-addressing' } as const
  for (const part of ['UsernameToken', 'Addressing'] as const) {
    if (sign.includes(part) && !auth.some(({ scheme }) => scheme === needs[part])) {
      report('/sign', `"${part}" is signed only where "${needs[part]}" is a scheme, too`)
    }
  }
}

const SESSIONS = new Set(['login', 'soap-login', 'oauth2'])

function checkTogether(auth: readonly AuthSettings[], report: Report): void {
  const taken = new Map<string, number>()
  for (const [index, scheme] of auth.entries()) {
    for (const place of placesOf(scheme)) {
      const other = taken.get(place)
      taken.set(place, index)
      if (other === undefined) continue
      report(`/auth/${index}`, `takes ${place}, which auth.${other} has taken already`)
    }
  }
}

/** Where a scheme stands alone. */
function placesOf(scheme: AuthSettings): string[] {
  const places = headersOf(scheme).map((name) => `the header "${name.toLowerCase()}"`)
  if (SESSIONS.has(scheme.scheme)) places.push('the only login of a system')
  if (['username-token', 'x509-signature', 'ws-addressing', 'mtls'].includes(scheme.scheme)) {
    places.push(`the only "${scheme.scheme}"`)
  }
  return places
}

const AUTHORIZATION = new Set(['basic', 'bearer', 'digest', 'oauth2'])

function headersOf(scheme: AuthSettings): string[] {
  if (AUTHORIZATION.has(scheme.scheme)) return ['authorization']
  if (scheme.scheme === 'api-key') return scheme.header === undefined ? [] : [scheme.header]
  if (scheme.scheme !== 'login' && scheme.scheme !== 'soap-login') return []
  return scheme.send?.header === undefined ? [] : [scheme.send.header]
}

function checkHeader(
  { name, element, children, attributes, from, text, variable }: HeaderSettings,
  protocol: string,
  report: Report,
): void {
  oneOf({ name, element }, report)
  oneOf({ from, text, variable, children }, report)
  if (name !== undefined) checkFieldName(name, '/name', report)
  if (name !== undefined && text !== undefined && !/^[\x20-\x7e]*$/.test(text)) {
    report('/text', 'an HTTP header is ASCII')
  }
  if (element !== undefined && protocol !== 'soap') {
    report('/element', `is of SOAP; this system speaks ${protocol}`)
  }
  if (name !== undefined && (children ?? attributes) !== undefined) {
    report('/name', 'an HTTP header has neither children nor attributes')
  }
}

function checkFieldName(name: string, pointer: string, report: Report): void {
  if (!FIELD_NAME.test(name)) report(pointer, `"${name}" is no name of an HTTP header`)
  if (OURS.has(name.toLowerCase())) report(pointer, `"${name}" is written by the transport`)
}

function oneOf(members: Readonly<Record<string, unknown>>, report: Report): void {
  const given = Object.entries(members).filter(([, value]) => value !== undefined)
  if (given.length === 1) return
  const names = Object.keys(members).map((name) => `"${name}"`)
  const message = given.length === 0 ? 'needs one of' : 'takes only one of'
  report('', `${message} ${names.join(', ')}`)
}
