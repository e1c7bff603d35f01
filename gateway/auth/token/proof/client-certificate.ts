// The thumbprint of the certificate by which a client has shown who it is (RFC 8705 §3.1): of the TLS connection itself, or
// of the one that a proxy ended, if that proxy is known by its address and by a secret, and says so as RFC 9440 has it.

import { createHash, timingSafeEqual } from 'node:crypto'
import { TLSSocket } from 'node:tls'

export interface TrustedCertificates {
  /** Only those that an authority of the listening socket has signed; else also those that nobody has. */
  readonly signedOnly?: boolean | undefined
  readonly proxy?: TrustedProxy | undefined
}

interface TrustedProxy {
  /** As the socket shows it. */
  readonly address: string
  /** What the proxy sends with each request, and nobody else knows. */
  readonly secret: string
}

export interface Connection {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket?: unknown
}

const PROXY_SECRET = 'panjareh-proxy-secret'
const CERTIFICATE = 'client-cert'

const ofSockets = new WeakMap<object, { readonly thumbprint: string | undefined }>()

/** SHA-256, base64url; undefined where no certificate was shown, or by nobody who may say so. */
export function certificateOf(
  { headers, socket }: Connection,
  { proxy, signedOnly = false }: TrustedCertificates = {},
): string | undefined {
  if (socket instanceof TLSSocket) return ofSocket(socket, signedOnly)
  if (proxy === undefined || !isFrom(proxy, headers, socket)) return undefined
  return ofHeader(headers[CERTIFICATE])
}

/** The same for all requests of a connection. */
function ofSocket(socket: TLSSocket, signedOnly: boolean): string | undefined {
  const known = ofSockets.get(socket)
  if (known !== undefined) return known.thumbprint
  const raw = socket.getPeerX509Certificate()?.raw
  const thumbprint =
    raw === undefined || !isTrusted(socket, signedOnly) ? undefined : thumbprintOf(raw)
  ofSockets.set(socket, { thumbprint })
  return thumbprint
}

/** That a token names it is enough (§2.2): it need not be signed by anybody. But one that has ended or is false is none. */
const UNSIGNED: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function isTrusted(socket: TLSSocket, signedOnly: boolean): boolean {
  if (socket.authorized) return true
  const error: unknown = socket.authorizationError
  const isObject = typeof error === 'object' && error !== null
  return !signedOnly && UNSIGNED.has(isObject ? Reflect.get(error, 'code') : error)
}

function isFrom(
  { address, secret }: TrustedProxy,
  headers: Connection['headers'],
  socket: unknown,
): boolean {
  const remote: unknown =
    typeof socket === 'object' && socket !== null ? Reflect.get(socket, 'remoteAddress') : ''
  if (typeof remote !== 'string' || remote.replace(/^::ffff:/, '') !== address) return false
  const shown = headers[PROXY_SECRET]
  return typeof shown === 'string' && timingSafeEqual(digest(shown), digest(secret))
}

/** A byte sequence (RFC 8941 §3.3.5): base64 between colons. */
function ofHeader(header: string | readonly string[] | undefined): string | undefined {
  const base64 = typeof header === 'string' ? /^:(?<base64>[\w+/]+={0,2}):$/.exec(header) : null
  const text = base64?.groups?.['base64']
  return text === undefined ? undefined : thumbprintOf(Buffer.from(text, 'base64'))
}

function thumbprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
