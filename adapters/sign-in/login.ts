// A login over HTTP. In: a transport and the scheme `login`. Out: the token of its JSON answer, or its session cookies.
// Never: a credential in `path`, an answer's text in an error.

import { SystemError } from '../../schema/errors.ts'
import type {
  CallContext,
  ExchangeReply,
  ExchangeRequest,
  Secret,
  Transport,
  Value,
} from '../adapter.ts'
import { decodeText, isHtml } from '../transport/content.ts'
import { statusFault } from '../transport/status.ts'
import { toMilliseconds } from '../units.ts'
import type { AuthScheme } from './auth-settings.ts'
import { cookiesOf } from './cookies.ts'
import { isToken } from './header-value.ts'
import { compileReadText, withValues } from './login-values.ts'
import type { Grant } from './session.ts'

export interface LoginOptions {
  readonly system: string
  readonly secret: Secret
}

type Login = AuthScheme<'login'>

/** Secrets are read now; the login itself is made at every call of what is returned. */
export function compileLogin(
  transport: Transport,
  scheme: Login,
  { system, secret }: LoginOptions,
): (context: CallContext) => Promise<Grant> {
  const request = toRequest(scheme, secret)
  const lifetimeMs = toMilliseconds(scheme.lifetime)
  const read = scheme.cookie === undefined ? tokenReader(scheme) : cookieReader(scheme.cookie)
  return async (context) => {
    const reply = await transport.exchange(request, context)
    const value = read(reply)
    if (value !== undefined) return { value, lifetimeMs }
    const reason = 'no token'
    throw (
      statusFault(reply.status, system) ??
      new SystemError('SYSTEM_REPLY_INVALID', system, { detail: { reason } })
    )
  }
}

function toRequest(scheme: Login, secret: Secret): ExchangeRequest {
  const { path, json, form, query } = scheme
  const values = withValues(json ?? form ?? query ?? {}, scheme.constants ?? {}, secret)
  const accept = scheme.cookie === undefined ? 'application/json' : '*/*'
  if (json !== undefined) {
    const headers = { accept, 'content-type': 'application/json' }
    return { method: scheme.method ?? 'POST', path, headers, body: JSON.stringify(values.tree) }
  }
  const pairs = new URLSearchParams(values.pairs).toString()
  if (form === undefined) {
    return { method: scheme.method ?? 'GET', path, headers: { accept }, query: pairs }
  }
  const headers = { accept, 'content-type': 'application/x-www-form-urlencoded' }
  return { method: scheme.method ?? 'POST', path, headers, body: pairs }
}

type ReadGrant = (reply: ExchangeReply) => string | undefined

function tokenReader({ token = '.', send }: Login): ReadGrant {
  const inHeader = send?.header !== undefined
  const read = compileReadText(token)
  return (reply) => {
    if (reply.status < 200 || reply.status >= 300 || isHtml(reply)) return undefined
    const text = decodeText(reply, 'utf-8')?.trim() ?? ''
    const value = read(parse(text) ?? (token === '.' ? text : null))
    return value === undefined || (inHeader && !isToken(value)) ? undefined : value
  }
}

function parse(text: string): Value | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A login by form answers with a redirect more often than not; the cookie is what counts. */
function cookieReader(name: string): ReadGrant {
  return (reply) => {
    if (reply.status < 200 || reply.status >= 400) return undefined
    const cookies = cookiesOf(reply)
    if (!cookies.has(name)) return undefined
    return [...cookies].map(([each, value]) => `${each}=${value}`).join('; ')
  }
}
