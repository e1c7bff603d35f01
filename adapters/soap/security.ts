// WS-Security UsernameToken Profile 1.1.1 §3: who we are, as a header of the envelope. In: user and password from the
// settings' variables. Out: header text, new for every call. Never: the same nonce twice.

import { createHash, randomBytes } from 'node:crypto'

import { escapeAttribute, escapeText } from '../xml/escape.ts'
import { ENVELOPE, type SoapVersion } from './namespaces.ts'

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'
const WSSE = `${OASIS}-wssecurity-secext-1.0.xsd`
const WSU = `${OASIS}-wssecurity-utility-1.0.xsd`
const PASSWORD_TEXT = `${OASIS}-username-token-profile-1.0#PasswordText`
const PASSWORD_DIGEST = `${OASIS}-username-token-profile-1.0#PasswordDigest`
const BASE64 = `${OASIS}-soap-message-security-1.0#Base64Binary`

export interface UsernameToken {
  readonly user: string
  readonly password: string
  readonly type: 'text' | 'digest'
}

/** What makes one header differ from the next. */
export interface Freshness {
  readonly nonce: Uint8Array
  /** ISO 8601 in UTC. */
  readonly created: string
}

export function freshly(): Freshness {
  return { nonce: randomBytes(16), created: new Date().toISOString() }
}

/** The wsse:Security header. Text goes with nonce and time too, so that a receiver can refuse a replay. */
export function toSecurityHeader(
  token: UsernameToken,
  version: SoapVersion,
  { nonce, created }: Freshness,
): string {
  const digest = token.type === 'digest'
  const secret = digest ? passwordDigest(nonce, created, token.password) : token.password
  const type = digest ? PASSWORD_DIGEST : PASSWORD_TEXT
  const nonceText = Buffer.from(nonce).toString('base64')
  return (
    `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" xmlns:e="${escapeAttribute(ENVELOPE[version])}" e:mustUnderstand="1">` +
    `<wsse:UsernameToken><wsse:Username>${escapeText(token.user)}</wsse:Username>` +
    `<wsse:Password Type="${type}">${escapeText(secret)}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${nonceText}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  )
}

/** Base64 ( SHA-1 ( nonce + created + password ) ), profile §3.1. */
export function passwordDigest(nonce: Uint8Array, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password).digest('base64')
}
