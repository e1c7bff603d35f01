// WS-Security UsernameToken Profile 1.1.1 §3: who we are, as a token of the Security header. In: user and password from the
// settings' variables. Out: the token's text, new for every call. Never: the same nonce twice.

import { createHash, randomBytes } from 'node:crypto'

import { escapeText } from '../../xml/escape.ts'
import { BASE64, PASSWORD_DIGEST, PASSWORD_TEXT } from './names.ts'

export interface UsernameToken {
  readonly user: string
  readonly password: string
  readonly type: 'text' | 'digest'
}

/** What makes one token differ from the next. */
export interface Freshness {
  readonly nonce: Uint8Array
  /** ISO 8601 in UTC. */
  readonly created: string
}

export function freshly(): Freshness {
  return { nonce: randomBytes(16), created: new Date().toISOString() }
}

/** `id` where a signature names it. The prefixes wsse and wsu are the header's. Text goes with nonce and time too, so that a receiver can refuse a replay. */
export function toUsernameToken(
  token: UsernameToken,
  { nonce, created }: Freshness,
  id?: string,
): string {
  const digest = token.type === 'digest'
  const secret = digest ? passwordDigest(nonce, created, token.password) : token.password
  const type = digest ? PASSWORD_DIGEST : PASSWORD_TEXT
  const nonceText = Buffer.from(nonce).toString('base64')
  return (
    `<wsse:UsernameToken${id === undefined ? '' : ` wsu:Id="${id}"`}><wsse:Username>${escapeText(token.user)}</wsse:Username>` +
    `<wsse:Password Type="${type}">${escapeText(secret)}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${nonceText}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken>`
  )
}

/** Base64 ( SHA-1 ( nonce + created + password ) ), profile §3.1. */
export function passwordDigest(nonce: Uint8Array, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password).digest('base64')
}
