// What of a configuration has to do with tokens, certificates and what persons are called, made into what works with it.

import { randomBytes } from 'node:crypto'
import type { TlsOptions } from 'node:tls'

import type { Log } from '../schema/log.ts'
import { buildPseudonyms, type Pseudonyms } from '../schema/pseudonym.ts'
import { openTokens, type Tokens, type TokensParts } from './auth/token/open-tokens.ts'
import { type Config, ConfigError } from './config.ts'
import { readTls } from './http/read-tls.ts'

const SECRET_BYTES = 32

export function tokensOf(config: Config, parts: TokensParts = {}): Tokens {
  const { proxy, tls, dpopNonce, pseudonymSecret } = config
  const certificates = { proxy, signedOnly: tls?.clientAuthorities !== undefined }
  const nonceSecret = dpopNonce ? (pseudonymSecret ?? randomBytes(SECRET_BYTES)) : undefined
  return openTokens({ ...config, certificates, nonceSecret }, parts)
}

/** What logs and audit rows may call a person. */
export function pseudonymsOf({ pseudonymSecret }: Config, log: Log): Pseudonyms {
  if (pseudonymSecret !== undefined) return buildPseudonyms(pseudonymSecret)
  log.info(
    {},
    'PANJAREH_PSEUDONYM_SECRET is not set: after the next start persons are called otherwise',
  )
  return buildPseudonyms(randomBytes(SECRET_BYTES))
}

/** Throws ConfigError for files that cannot be read. */
export async function tlsOf({ tls }: Config): Promise<TlsOptions | undefined> {
  if (tls === undefined) return undefined
  try {
    return await readTls(tls)
  } catch (error) {
    const file: unknown = error instanceof Error ? Reflect.get(error, 'path') : undefined
    throw new ConfigError([
      `PANJAREH_TLS_CERT and what belongs to it: ${String(file)} cannot be read`,
    ])
  }
}
