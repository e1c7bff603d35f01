// The only reader of the environment of a portal that runs alone. All that is wrong is told at once; unknown names are
// refused, because they are misspelt ones.
import { readFileSync } from 'node:fs'
import process from 'node:process'

import type { JWK } from 'jose'

import type { ClientOptions, PortalOptions } from './options.ts'
import { PortalError } from './portal-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Name → what it is for. `…_FILE` is the path of a file, so that no secret need stand in the environment. */
export const VARIABLES = {
  PORTAL_URL: 'Where browsers find the portal: an https origin, or http on loopback. Required.',
  PORTAL_HOST: 'Address to listen on. Default 127.0.0.1.',
  PORTAL_PORT: 'Port to listen on. Default 4002.',
  PORTAL_ISSUER: 'OpenID issuer. Required.',
  PORTAL_SIGN_ON: 'Its address for this server, where that is another. Default PORTAL_ISSUER.',
  PORTAL_GATEWAY: 'Base address of the gateway. Required.',
  PORTAL_AUDIENCE: 'Audience of access tokens. Default gateway.',
  PORTAL_VALKEY_URL:
    'Valkey or Redis that keeps the sessions of all copies, also while none of them runs. Absent: in memory, for one copy.',
  PORTAL_VALKEY_SECRET_FILE:
    'By which they are sealed there: 32 random bytes in hex (`openssl rand -hex 32`), the same for all copies.',
  PORTAL_COOKIE_SECRET_FILE:
    'At least 32 characters; the same for all copies. Default: made of the one before, or else at start.',
  PORTAL_CLIENT: 'Client of the citizens’ pages. Default portal.',
  PORTAL_SECRET_FILE: 'Its secret; or …',
  PORTAL_KEY_FILE: 'its private key as a JWK with alg and kid (private_key_jwt).',
  PORTAL_DPOP: '`on` binds the tokens of each session to a key of its own. Default off.',
  CONSOLE_CLIENT: 'Client of the staff’s pages. Absent: no console.',
  CONSOLE_SECRET_FILE: 'Its secret; or …',
  CONSOLE_KEY_FILE: 'its private key.',
  CONSOLE_DPOP: 'As PORTAL_DPOP.',
} as const

type Name = keyof typeof VARIABLES

/** @throws {PortalError} SETTINGS_INVALID; its reason lists every variable that is missing, unknown or unreadable. */
export function readConfig(environment: Environment = process.env): Omit<PortalOptions, 'log'> {
  const findings: string[] = unknownNames(environment).map((name) => `${name} is unknown`)
  const read = (name: Name): string | undefined => environment[name] || undefined
  const need = (name: Name): string => {
    const value = read(name)
    if (value === undefined) findings.push(`${name} is missing`)
    return value ?? ''
  }
  const file = (name: Name): string | undefined => {
    const path = read(name)
    try {
      return path === undefined ? undefined : readFileSync(path, 'utf8').trim()
    } catch {
      findings.push(`${name} cannot be read`)
      return undefined
    }
  }
  const clientOf = (clientId: string, prefix: 'PORTAL' | 'CONSOLE'): ClientOptions => {
    const key = file(`${prefix}_KEY_FILE`)
    return {
      clientId,
      secret: file(`${prefix}_SECRET_FILE`),
      privateKey: key === undefined ? undefined : keyOf(key, `${prefix}_KEY_FILE`, findings),
      dpop: read(`${prefix}_DPOP`) === 'on',
    }
  }
  const valkeyOf = (): PortalOptions['valkey'] => {
    const [address, secret] = [read('PORTAL_VALKEY_URL'), file('PORTAL_VALKEY_SECRET_FILE')]
    if (address === undefined && secret === undefined) return undefined
    // Each copy would have sessions of its own, and nobody would know why people are signed out.
    if (address === undefined) findings.push('PORTAL_VALKEY_URL is missing')
    const isSecret = /^[0-9a-f]{64}$/.test(secret ?? '')
    if (!isSecret) findings.push('PORTAL_VALKEY_SECRET_FILE is not 32 bytes in hex')
    return isSecret && address !== undefined
      ? { url: address, secret: Uint8Array.fromHex(secret ?? '') }
      : undefined
  }
  const consoleId = read('CONSOLE_CLIENT')
  const port = Number(read('PORTAL_PORT') ?? 4002)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) findings.push('PORTAL_PORT is no port')
  const options = {
    host: read('PORTAL_HOST'),
    port,
    url: need('PORTAL_URL'),
    issuer: need('PORTAL_ISSUER'),
    signOn: read('PORTAL_SIGN_ON'),
    gateway: need('PORTAL_GATEWAY'),
    audience: read('PORTAL_AUDIENCE'),
    valkey: valkeyOf(),
    cookieSecret: file('PORTAL_COOKIE_SECRET_FILE'),
    portal: clientOf(read('PORTAL_CLIENT') ?? 'portal', 'PORTAL'),
    console: consoleId === undefined ? undefined : clientOf(consoleId, 'CONSOLE'),
  }
  if (findings.length > 0) throw new PortalError('SETTINGS_INVALID', findings.join('; '))
  return options
}

function unknownNames(environment: Environment): readonly string[] {
  return Object.keys(environment).filter(
    (name) => /^(?:PORTAL|CONSOLE)_/.test(name) && !(name in VARIABLES),
  )
}

function keyOf(text: string, name: Name, findings: string[]): JWK | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (isKey(value)) return value
  } catch {
    // Said below, without quoting what may be a key.
  }
  findings.push(`${name} is no JWK`)
  return undefined
}

function isKey(value: unknown): value is JWK {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, 'kty') === 'string'
  )
}
