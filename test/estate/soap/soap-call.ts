// A plain SOAP client for the estate's own tests: bytes and headers as written, nothing of the product.

import { createHash, randomBytes } from 'node:crypto'

import iconv from 'iconv-lite'
import { Agent, request } from 'undici'

import { CONTENT_TYPE, ENVELOPE, type SoapVersion, WSSE } from './soap-fault.ts'
import { child, escapeXml, parseXml, type XmlElement } from './soap-xml.ts'
import { WSU } from './username-token.ts'

export interface SoapCall {
  readonly url: string
  readonly version: SoapVersion
  readonly action: string
  /** XML of the body's element. */
  readonly body: string
  /** XML of the header's blocks. */
  readonly header?: string
  /** Basic, `user:password`. */
  readonly basic?: string
  /** PEM texts for mutual TLS. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string }
  /** The caller's own address on loopback. */
  readonly from?: string
  /** Instead of the usual ones. */
  readonly headers?: Readonly<Record<string, string>>
  /** The whole message instead of an envelope around `body`. */
  readonly message?: string
}

export interface SoapAnswer {
  readonly status: number
  readonly contentType: string
  readonly bytes: Buffer
  /** Decoded by the charset of the content type. */
  readonly text: string
  /** The element inside the body: a wrapper or a Fault. */
  readonly content: XmlElement | undefined
}

export async function postSoap(call: SoapCall): Promise<SoapAnswer> {
  const dispatcher = new Agent({
    connect: call.tls ?? {},
    ...(call.from === undefined ? {} : { localAddress: call.from }),
  })
  try {
    const response = await request(call.url, {
      method: 'POST',
      dispatcher,
      headers: { ...usualHeaders(call), ...call.headers },
      body: call.message ?? toEnvelope(call),
    })
    const bytes = Buffer.from(await response.body.arrayBuffer())
    const contentType = String(response.headers['content-type'])
    const charset = /charset=([\w-]+)/u.exec(contentType)?.[1] ?? 'utf-8'
    const text = iconv.decode(bytes, charset)
    const envelope = parseXml(Buffer.from(text), 'charset=utf-8')
    const content = child(envelope, 'Body')?.children[0]
    return { status: response.statusCode, contentType, bytes, text, content }
  } finally {
    await dispatcher.destroy()
  }
}

export function toEnvelope({ version, header, body }: SoapCall): string {
  const head = header === undefined ? '' : `<e:Header>${header}</e:Header>`
  return `<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="${ENVELOPE[version]}">${head}<e:Body>${body}</e:Body></e:Envelope>`
}

/** Code and reason of a fault of either version; undefined if the content is no fault. */
export function readFault(
  content: XmlElement | undefined,
): { code: string; subcode: string; reason: string } | undefined {
  if (content?.name !== 'Fault') return undefined
  const code = child(content, 'Code')
  const reason = child(child(content, 'Reason'), 'Text') ?? child(content, 'faultstring')
  return {
    code: local(child(code, 'Value') ?? child(content, 'faultcode')),
    subcode: local(child(child(code, 'Subcode'), 'Value')),
    reason: reason?.text ?? '',
  }
}

export interface TokenParts {
  readonly user: string
  readonly password: string
  readonly nonce?: Buffer
  /** ISO 8601 */
  readonly created?: string
  /** Time after which the message is too old, ISO 8601: a Timestamp stands beside the token. */
  readonly expires?: string
}

/** wsse:Security with a UsernameToken of type PasswordDigest. */
export function usernameToken({
  user,
  password,
  nonce = randomBytes(16),
  created = new Date().toISOString(),
  expires,
}: TokenParts): string {
  const digest = createHash('sha1').update(nonce).update(`${created}${password}`).digest('base64')
  const profile =
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0'
  const encoding =
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'
  const timestamp =
    expires === undefined
      ? ''
      : `<wsu:Timestamp><wsu:Created>${created}</wsu:Created><wsu:Expires>${expires}</wsu:Expires></wsu:Timestamp>`
  return (
    `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}">${timestamp}<wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(user)}</wsse:Username>` +
    `<wsse:Password Type="${profile}#PasswordDigest">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${encoding}">${nonce.toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  )
}

function usualHeaders({ version, action, basic }: SoapCall): Record<string, string> {
  const type = `${CONTENT_TYPE[version]}; charset=utf-8`
  return {
    'content-type': version === '1.2' ? `${type}; action="${action}"` : type,
    ...(version === '1.1' ? { soapaction: `"${action}"` } : {}),
    ...(basic === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
  }
}

function local(element: XmlElement | undefined): string {
  return element?.text.trim().split(':').at(-1) ?? ''
}
