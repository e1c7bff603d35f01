// The service's side of WS-Security UsernameToken Profile 1.1.1 with PasswordDigest. In: the SOAP header. Out: a fault or nothing.

import { createHash, timingSafeEqual } from 'node:crypto'

import { type SoapFault, WSSE } from './soap-fault.ts'
import { child, childText, type XmlElement } from './soap-xml.ts'

export const WSU =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
const DIGEST =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest'

/** How old `Created` may be and how long a nonce is remembered (§3.1 recommends five minutes). */
const FRESH_MS = 300_000

export interface Account {
  readonly user: string
  readonly password: string
}

interface Token {
  readonly user: string
  readonly digest: string
  readonly type: string
  readonly nonce: string
  readonly created: string
}

export class UsernameTokens {
  readonly #account: Account
  readonly #now: () => number
  readonly #nonces = new Map<string, number>()

  readonly #wantsTimestamp: boolean

  constructor(account: Account, now: () => number, { timestamp = false } = {}) {
    this.#account = account
    this.#now = now
    this.#wantsTimestamp = timestamp
  }

  check(header: XmlElement | undefined): SoapFault | undefined {
    const security = header?.children.find(
      ({ name, namespace }) => name === 'Security' && namespace === WSSE,
    )
    if (security === undefined) return invalid('A wsse:Security header is required.')
    const token = readToken(child(security, 'UsernameToken'))
    if (token === undefined) {
      return invalid('A UsernameToken with PasswordDigest, Nonce and Created is required.')
    }
    const timestamp = child(security, 'Timestamp')
    if (this.#wantsTimestamp && (timestamp === undefined || !isComplete(timestamp))) {
      return invalid('A wsu:Timestamp with Created and Expires is required.')
    }
    return this.#checkFreshness(token, timestamp) ?? this.#checkDigest(token)
  }

  #checkFreshness(token: Token, timestamp: XmlElement | undefined): SoapFault | undefined {
    const now = this.#now()
    for (const [nonce, at] of this.#nonces) if (now - at > FRESH_MS) this.#nonces.delete(nonce)
    const expires = childText(timestamp, 'Expires')
    const expired = expires !== '' && Date.parse(expires) < now
    const age = Math.abs(now - Date.parse(token.created))
    if (expired || !(age <= FRESH_MS)) {
      return { by: 'caller', security: 'MessageExpired', reason: 'The message is too old.' }
    }
    return this.#nonces.has(token.nonce) ? invalid('The nonce was used before.') : undefined
  }

  /** Password_Digest = Base64(SHA-1(nonce + created + password)), nonce as decoded bytes (§3.1). */
  #checkDigest(token: Token): SoapFault | undefined {
    const expected = createHash('sha1')
      .update(Buffer.from(token.nonce, 'base64'))
      .update(token.created + this.#account.password)
      .digest()
    const sent = Buffer.from(token.digest, 'base64')
    const equal = sent.length === expected.length && timingSafeEqual(sent, expected)
    if (!equal || token.user !== this.#account.user) {
      return {
        by: 'caller',
        security: 'FailedAuthentication',
        reason: 'The security token could not be authenticated.',
      }
    }
    this.#nonces.set(token.nonce, this.#now())
    return undefined
  }
}

function readToken(element: XmlElement | undefined): Token | undefined {
  const password = child(element, 'Password')
  const created = child(element, 'Created')
  if (password === undefined || created?.namespace !== WSU) return undefined
  const token = {
    user: childText(element, 'Username'),
    digest: password.text.trim(),
    type: password.attributes['Type'] ?? '',
    nonce: childText(element, 'Nonce'),
    created: created.text.trim(),
  }
  return token.type === DIGEST && token.nonce !== '' ? token : undefined
}

function isComplete({ namespace, children }: XmlElement): boolean {
  const names = children.map((each) => (each.namespace === WSU ? each.name : ''))
  return namespace === WSU && names.join(' ') === 'Created Expires'
}

function invalid(reason: string): SoapFault {
  return { by: 'caller', security: 'InvalidSecurity', reason }
}
