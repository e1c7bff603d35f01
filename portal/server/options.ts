// What the portal's server is told, and the checks on it. Plain data: where it comes from is config.ts's or the caller's.
import { hkdfSync } from 'node:crypto'

import type { JWK } from 'jose'

import { PortalError } from './portal-error.ts'

/** Shaped as pino's: facts first, then the sentence. */
export interface PortalLog {
  info(facts: Readonly<Record<string, unknown>>, text: string): void
  warn(facts: Readonly<Record<string, unknown>>, text: string): void
  error(facts: Readonly<Record<string, unknown>>, text: string): void
}

export interface ClientOptions {
  readonly clientId: string
  /** Exactly one of the two: a shared secret, or a private key for private_key_jwt (RFC 7523) with `alg` and `kid`. */
  readonly secret?: string | undefined
  readonly privateKey?: JWK | undefined
  /** Bind the tokens of each session to a key of its own (RFC 9449). Default false. */
  readonly dpop?: boolean | undefined
}

export interface PortalOptions {
  readonly host?: string | undefined
  /** 0 takes a free one. */
  readonly port: number
  /** Where browsers find the portal: an origin, https, or http on a loopback address. Default: host and port. */
  readonly url?: string | undefined
  /** OpenID issuer, as it stands in the tokens. */
  readonly issuer: string
  /**
   * The issuer's address for this server, where it is not the browsers': `http://keycloak:8080/realms/gov`. Secrets and
   * tokens go there as the address says, so that http is for a network that nobody else is in. Default: `issuer`.
   */
  readonly signOn?: string | undefined
  /** Base address of the gateway: `http://127.0.0.1:4000`. */
  readonly gateway: string
  /** Audience of the access tokens. Default `gateway`. */
  readonly audience?: string | undefined
  readonly portal: ClientOptions
  /** Absent: no console. */
  readonly console?: ClientOptions | undefined
  /** Valkey or Redis with the sessions of all copies; `secret`: 32 bytes by which they are sealed. Absent: in memory. */
  readonly valkey?: { readonly url: string; readonly secret: Uint8Array } | undefined
  /** Signs and encrypts cookies; at least 32 characters. Absent: made of the secret of `valkey`, or else at start. */
  readonly cookieSecret?: string | undefined
  readonly limits?: Partial<PortalLimits> | undefined
  readonly log: PortalLog
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

export interface PortalLimits {
  /** Without a sign of the person at the page. */
  readonly idleMs: number
  /** From sign-in on, whatever the person does. */
  readonly sessionMs: number
  /** Per client, in memory; the one longest unused gives way. */
  readonly sessions: number
  /** For a sign-in to come back. */
  readonly signInMs: number
  /** One call to the sign-on. */
  readonly signOnTimeoutMs: number
  /** Until the gateway begins to answer. */
  readonly gatewayTimeoutMs: number
  /** One question to the store of sessions. */
  readonly storeTimeoutMs: number
  /** Of a GraphQL request. */
  readonly bodyBytes: number
  /** Requests of one session under way. */
  readonly requestsPerSession: number
  /** Requests of all who are not signed in, under way. */
  readonly requestsOfNobody: number
  /** Between two fetches of the sign-on's keys. */
  readonly keysCooldownMs: number
}

export const DEFAULT_LIMITS: PortalLimits = {
  idleMs: 15 * 60_000,
  sessionMs: 10 * 3_600_000,
  sessions: 50_000,
  signInMs: 10 * 60_000,
  signOnTimeoutMs: 5_000,
  gatewayTimeoutMs: 60_000,
  storeTimeoutMs: 1_000,
  bodyBytes: 256 * 1024,
  requestsPerSession: 32,
  requestsOfNobody: 128,
  keysCooldownMs: 1_000,
}

/** The options with nothing left open. */
export interface Settings {
  readonly origin: string
  readonly issuer: string
  /** The issuer's address from here, without a slash at the end. */
  readonly signOn: string
  readonly gateway: URL
  readonly audience: string
  readonly cookieSecret: string
  readonly valkey: PortalOptions['valkey']
  readonly limits: PortalLimits
  readonly log: PortalLog
  readonly now: () => number
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** An address whose traffic nobody on the way can read: browsers take `__Host-` cookies from no other. */
export function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
}

/** @throws {PortalError} SETTINGS_INVALID: the first thing that cannot work. */
export function settle(options: PortalOptions, url: string, madeSecret: string): Settings {
  const origin = originOf(url)
  if (!isProtected(addressOf(options.issuer, 'issuer'))) throw invalid('issuer-must-be-https')
  const signOn = addressOf(options.signOn ?? options.issuer, 'sign-on')
  const gateway = addressOf(options.gateway, 'gateway')
  const { valkey } = options
  const cookieSecret = options.cookieSecret ?? cookieSecretOf(valkey, madeSecret)
  if (cookieSecret.length < 32) throw invalid('cookie-secret-too-short')
  for (const client of [options.portal, options.console]) {
    if (client !== undefined) checkClient(client)
  }
  if (options.console?.clientId === options.portal.clientId) throw invalid('clients-must-differ')
  checkValkey(options)
  return {
    origin,
    issuer: options.issuer,
    signOn: signOn.href.replace(/\/$/, ''),
    gateway,
    audience: options.audience ?? 'gateway',
    cookieSecret,
    valkey,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log: options.log,
    now: options.now ?? Date.now,
  }
}

function checkValkey({ valkey }: PortalOptions): void {
  if (valkey === undefined) return
  const { protocol } = addressOf(valkey.url, 'valkey')
  if (!/^(?:valkey|redis)s?:$/.test(protocol)) throw invalid('valkey-is-no-address')
  if (valkey.secret.length !== 32) throw invalid('valkey-secret-is-not-32-bytes')
}

function checkClient({ clientId, secret, privateKey }: ClientOptions): void {
  if (clientId === '') throw invalid('client-id-missing')
  // A public client's code can be redeemed by whoever steals it together with the verifier; ours always proves itself.
  if ((secret === undefined) === (privateKey === undefined)) throw invalid('client-secret-or-key')
  if (secret === '') throw invalid('client-secret-empty')
  if (privateKey !== undefined && (privateKey.alg === undefined || privateKey.kid === undefined)) {
    throw invalid('client-key-without-alg-or-kid')
  }
}

/** The same at every copy, and after a restart: otherwise no cookie would find its session. */
function cookieSecretOf(valkey: PortalOptions['valkey'], made: string): string {
  if (valkey === undefined) return made
  const { secret } = valkey
  return Buffer.from(hkdfSync('sha256', secret, '', 'panjareh portal cookies', 32)).toString('hex')
}

function originOf(text: string): string {
  const url = addressOf(text, 'url')
  if (!isProtected(url)) throw invalid('url-must-be-https')
  if (url.pathname !== '/' || url.search !== '') throw invalid('url-must-be-an-origin')
  return url.origin
}

function addressOf(text: string, name: string): URL {
  if (!URL.canParse(text)) throw invalid(`${name}-is-no-address`)
  return new URL(text)
}

function invalid(reason: string): PortalError {
  return new PortalError('SETTINGS_INVALID', reason)
}
