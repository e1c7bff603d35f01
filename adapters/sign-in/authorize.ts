// Credentials that travel as HTTP headers, cookies or in the query. In: a transport and the system's `auth`. Out: a
// transport that signs in by itself. Never: a credential in an error or log; schemes of the body (credentials.ts), of the
// envelope (soap/security/) and of TLS (http.ts).

import type { CallContext, ExchangeReply, ExchangeRequest, Secret, Transport } from '../adapter.ts'
import type { AuthSettings, HeaderSettings } from './auth-settings.ts'
import { basic } from './basic.ts'
import { withDigest } from './digest.ts'
import { headerValue } from './header-value.ts'
import { toValue } from './request-value.ts'
import { compileSignedOut, type ReadSignedOut } from './signed-out-reply.ts'
import { SignedOut } from './signed-out.ts'

export interface AuthorizeOptions {
  readonly system: string
  readonly secret: Secret
  /** Base address: HTTP Digest signs the target of a request. */
  readonly address: string
  readonly headers?: readonly HeaderSettings[] | undefined
}

/**
 * Schemes `basic`, `bearer`, `api-key`, `query` and `digest`, HTTP headers of `headers`, and what a session gives for
 * `login`, `soap-login` and `oauth2` (CallContext.session). Several may hold at once (quirk Q34). Secrets are read now.
 */
export function authorize(
  transport: Transport,
  auth: readonly AuthSettings[],
  options: AuthorizeOptions,
): Transport {
  const fixed = compileFixed(auth, options)
  const session = compileSessionUse(auth, options.system)
  const digest = auth.find(({ scheme }) => scheme === 'digest')
  const inner =
    digest?.scheme === 'digest'
      ? withDigest(transport, {
          system: options.system,
          address: options.address,
          user: options.secret(digest.user),
          password: options.secret(digest.password),
        })
      : transport
  if (fixed === undefined && session === undefined) return inner
  return new AuthorizedTransport(inner, fixed ?? NOTHING, session)
}

/** What stands in every request. */
interface Fixed {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: string
  readonly fresh: readonly (readonly [string, (context: CallContext) => string])[]
}

const NOTHING: Fixed = { headers: {}, query: '', fresh: [] }

interface SessionSend {
  readonly system: string
  put(headers: Record<string, string>, value: string): string
  readonly signedOutBy: ReadSignedOut
}

class AuthorizedTransport implements Transport {
  readonly #inner: Transport
  readonly #fixed: Fixed
  readonly #session: SessionSend | undefined

  constructor(inner: Transport, fixed: Fixed, session: SessionSend | undefined) {
    this.#inner = inner
    this.#fixed = fixed
    this.#session = session
  }

  async exchange(request: ExchangeRequest, context: CallContext): Promise<ExchangeReply> {
    const { session: value } = context
    const headers = this.#headers(request.headers, context)
    const session = value === undefined ? undefined : this.#session
    const own = session === undefined || value === undefined ? '' : session.put(headers, value)
    const query = joinQuery(request.query, this.#fixed.query, own)
    const reply = await this.#inner.exchange(
      query === '' ? { ...request, headers } : { ...request, headers, query },
      context,
    )
    const by = session?.signedOutBy(reply)
    if (session !== undefined && by !== undefined) {
      throw new SignedOut(session.system, by, reply.status)
    }
    return reply
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  /** Credentials win over the exchange's own headers: a caller's value never replaces one. */
  #headers(own: Readonly<Record<string, string>>, context: CallContext): Record<string, string> {
    const headers: Record<string, string> = {}
    for (const name in own) headers[name.toLowerCase()] = own[name] ?? ''
    for (const [name, make] of this.#fixed.fresh) {
      const value = make(context)
      if (value !== '') headers[name] = value
    }
    return Object.assign(headers, this.#fixed.headers)
  }
}

function joinQuery(...parts: readonly (string | undefined)[]): string {
  let query = ''
  for (const part of parts) {
    if (part !== undefined && part !== '') query = query === '' ? part : `${query}&${part}`
  }
  return query
}

function compileFixed(
  auth: readonly AuthSettings[],
  { secret, headers: wanted = [] }: AuthorizeOptions,
): Fixed | undefined {
  const fresh = wanted.flatMap(({ name, ...value }): Fixed['fresh'] =>
    name === undefined ? [] : [[name.toLowerCase(), toValue(value, secret)]],
  )
  const headers = Object.fromEntries(auth.flatMap((scheme) => headerOf(scheme, secret)))
  const query = auth.flatMap((scheme) => queryOf(scheme, secret)).join('&')
  const empty = fresh.length === 0 && query === '' && Object.keys(headers).length === 0
  return empty ? undefined : { headers, query, fresh }
}

function headerOf(scheme: AuthSettings, secret: Secret): [string, string][] {
  if (scheme.scheme === 'basic') {
    return [['authorization', basic(secret(scheme.user), secret(scheme.password))]]
  }
  if (scheme.scheme === 'bearer') {
    return [['authorization', headerValue(`Bearer ${secret(scheme.token)}`, scheme.token)]]
  }
  if (scheme.scheme !== 'api-key' || scheme.header === undefined) return []
  return [[scheme.header.toLowerCase(), headerValue(secret(scheme.key), scheme.key)]]
}

function queryOf(scheme: AuthSettings, secret: Secret): string[] {
  if (scheme.scheme === 'query') {
    return Object.entries(scheme.values).map(([name, variable]) => pair(name, secret(variable)))
  }
  if (scheme.scheme !== 'api-key' || scheme.query === undefined) return []
  return [pair(scheme.query, secret(scheme.key))]
}

function compileSessionUse(auth: readonly AuthSettings[], system: string): SessionSend | undefined {
  for (const scheme of auth) {
    if (scheme.scheme === 'oauth2') return send(system, BEARER, [])
    if (scheme.scheme === 'soap-login') return send(system, scheme.send, scheme.signedOut)
    if (scheme.scheme !== 'login') continue
    const where = scheme.cookie === undefined ? (scheme.send ?? {}) : COOKIE
    return send(system, where, scheme.signedOut)
  }
  return undefined
}

const BEARER = { header: 'authorization', prefix: 'Bearer ' } as const
const COOKIE = { header: 'cookie', prefix: '' } as const

function send(
  system: string,
  where: { header?: string; prefix?: string; query?: string },
  texts: readonly string[] = [],
): SessionSend {
  const { header, prefix = '', query } = where
  const signedOutBy = compileSignedOut(texts)
  if (query !== undefined) return { system, signedOutBy, put: (_, value) => pair(query, value) }
  if (header === undefined) return { system, signedOutBy, put: () => '' }
  const name = header.toLowerCase()
  return {
    system,
    signedOutBy,
    put: (headers, value) => {
      headers[name] = prefix + value
      return ''
    },
  }
}

function pair(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
}
