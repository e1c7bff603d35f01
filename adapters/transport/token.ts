// OAuth 2 client credentials (RFC 6749 §4.4) around a transport. One token for all calls, fetched once however many
// wait for it, renewed before it expires, and once more when the system no longer takes it.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, ExchangeReply, ExchangeRequest, Transport } from '../adapter.ts'
import { decodeText, isHtml } from './content.ts'
import { withHeaders } from './headers.ts'
import { statusFault } from './status.ts'

export interface TokenOptions {
  readonly system: string
  /** Path of the token endpoint, joined to the address. */
  readonly path: string
  /** Value of the Authorization header of the token request. */
  readonly authorization: string
  readonly scope?: string | undefined
  /** Clock in epoch milliseconds. */
  readonly now: () => number
}

interface Token {
  readonly value: string
  /** Epoch milliseconds after which a new one is fetched, before the system would refuse this one. */
  readonly renewAt: number
}

/** Nobody's single call bounds the fetch, because all calls wait for it. */
const FETCH_MS = 10_000
/** RFC 6749 §5.1 only recommends `expires_in`; without it a token is renewed this often. */
const LIFETIME_S = 300
const SHARE_USED = 0.9

export function withToken(transport: Transport, options: TokenOptions): Transport {
  return new TokenTransport(transport, options)
}

class TokenTransport implements Transport {
  readonly #inner: Transport
  readonly #options: TokenOptions
  #token: Token | undefined
  #fetching: Promise<Token> | undefined

  constructor(inner: Transport, options: TokenOptions) {
    this.#inner = inner
    this.#options = options
  }

  async exchange(request: ExchangeRequest, context: CallContext): Promise<ExchangeReply> {
    const token = await this.#current(context)
    const reply = await this.#send(request, context, token)
    if (!isSignedOut(reply)) return reply
    if (this.#token === token) this.#token = undefined
    return this.#send(request, context, await this.#current(context))
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #send(request: ExchangeRequest, context: CallContext, token: Token): Promise<ExchangeReply> {
    const bearer = withHeaders(this.#inner, { authorization: `Bearer ${token.value}` })
    return bearer.exchange(request, context)
  }

  async #current(context: CallContext): Promise<Token> {
    if (this.#token && this.#options.now() < this.#token.renewAt) return this.#token
    this.#fetching ??= this.#fetch(context).finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #fetch(context: CallContext): Promise<Token> {
    const { authorization, path, scope, system, now } = this.#options
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) })
    const headers = {
      authorization,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const reply = await this.#inner.exchange(
      { method: 'POST', path, headers, body: form.toString() },
      { ...context, signal: AbortSignal.timeout(FETCH_MS) },
    )
    const fault = statusFault(reply.status, system)
    if (fault) throw asTokenFault(fault, system)
    this.#token = parseToken(reply, system, now())
    return this.#token
  }
}

/** 401, or the login page with status 200 that some systems send instead (quirk Q23). */
function isSignedOut(reply: ExchangeReply): boolean {
  return reply.status === 401 || (reply.status === 200 && isHtml(reply))
}

function asTokenFault(fault: SystemError, system: string): SystemError {
  return new SystemError(fault.code, system, { detail: { ...fault.detail, reason: 'no token' } })
}

function parseToken(reply: ExchangeReply, system: string, now: number): Token {
  const fields = parseFields(decodeText(reply, 'utf-8') ?? '')
  const { access_token: value, expires_in: lifetime } = fields
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new SystemError('SYSTEM_REPLY_INVALID', system, { detail: { reason: 'no token' } })
  }
  const seconds = Number(lifetime ?? LIFETIME_S)
  const life = Number.isFinite(seconds) ? seconds : LIFETIME_S
  return { value, renewAt: now + life * 1_000 * SHARE_USED }
}

function parseFields(text: string): { access_token?: unknown; expires_in?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}
