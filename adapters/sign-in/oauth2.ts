// OAuth 2 client credentials (RFC 6749 §4.4). In: a transport and the scheme `oauth2`. Out: the access token that a
// session holds for all calls. Never: the client's secret in `path`, an answer's text in an error.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, ExchangeReply, Secret, Transport } from '../adapter.ts'
import { decodeText } from '../transport/content.ts'
import { statusFault } from '../transport/status.ts'
import type { AuthScheme } from './auth-settings.ts'
import { basic } from './basic.ts'
import { isToken } from './header-value.ts'
import type { Grant } from './session.ts'

export interface OAuth2Options {
  readonly system: string
  readonly secret: Secret
}

/** RFC 6749 §5.1 only recommends `expires_in`; without it a token is renewed this often. */
const LIFETIME_S = 300

/** Secrets are read now; a token is fetched at every call of what is returned. */
export function compileOAuth2(
  transport: Transport,
  scheme: AuthScheme<'oauth2'>,
  { system, secret }: OAuth2Options,
): (context: CallContext) => Promise<Grant> {
  const { scope, tokenPath: path } = scheme
  const [client, key] = [secret(scheme.client), secret(scheme.secret)]
  const inBody = scheme.credentials === 'body'
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope !== undefined && { scope }),
    ...(inBody && { client_id: client, client_secret: key }),
  })
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
    ...(!inBody && { authorization: basic(encode(client), encode(key)) }),
  }
  const request = { method: 'POST', path, headers, body: form.toString() } as const
  return async (context) => {
    const reply = await transport.exchange(request, context)
    const fault = statusFault(reply.status, system)
    if (fault) throw fault
    return parseToken(reply, system)
  }
}

function parseToken(reply: ExchangeReply, system: string): Grant {
  const fields = parseFields(decodeText(reply, 'utf-8') ?? '')
  const { access_token: value, expires_in: lifetime } = fields
  if (typeof value !== 'string' || !isToken(value)) {
    throw new SystemError('SYSTEM_REPLY_INVALID', system, { detail: { reason: 'no token' } })
  }
  const seconds = Number(lifetime ?? LIFETIME_S)
  const life = Number.isFinite(seconds) && seconds > 0 ? seconds : LIFETIME_S
  return { value, lifetimeMs: life * 1_000 }
}

function parseFields(text: string): { access_token?: unknown; expires_in?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}

function encode(value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1)
}
