// Calls over TLS, with a client's certificate or without one.
import { Agent, fetch } from 'undici'

import type { KeyPair } from '../../../support/authority.ts'
import type { SignOnEngine } from '../engine.ts'
import { type Parameters, type TokenAnswer, tokenAnswer } from './sign-in.ts'

export interface Call {
  readonly authority: KeyPair
  readonly shown?: KeyPair | undefined
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Answered {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly json: unknown
}

/** On a connection of its own: another one's certificate is not this one's. Undefined where the server ended it. */
export async function callOverTls(
  url: string,
  { authority, shown, method = 'GET', headers = {}, body }: Call,
): Promise<Answered | undefined> {
  const identity = shown === undefined ? {} : { cert: shown.certificate, key: shown.key }
  const dispatcher = new Agent({ connect: { ca: authority.certificate, ...identity } })
  try {
    const response = await fetch(url, {
      method,
      headers,
      dispatcher,
      ...(body === undefined ? {} : { body }),
    }).catch(ended)
    if (response === undefined) return undefined
    const { status, headers: told } = response
    return { status, headers: told, json: await response.json().catch(() => undefined) }
  } finally {
    await dispatcher.destroy()
  }
}

/** By an alert of TLS (RFC 8446 §6.2), or without one; whatever else fails is a fault of ours. */
function ended(error: unknown): undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  const code: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : ''
  if (/ALERT|ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(String(code))) return undefined
  throw error
}

/** An endpoint of OpenID Connect, by POST. */
export async function postOverTls(
  engine: SignOnEngine,
  path: string,
  form: Parameters,
  more: Partial<Call> = {},
): Promise<Answered> {
  const { address, authority } = tlsOf(engine)
  const given = Object.entries(form).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  const answer = await callOverTls(`${address}/protocol/openid-connect/${path}`, {
    authority,
    method: 'POST',
    body: new URLSearchParams(given).toString(),
    ...more,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...more.headers },
  })
  return answer ?? NOBODY
}

/** A connection that was ended gives no token either. */
const NOBODY: Answered = { status: 0, headers: new Headers(), json: {} }

export async function askTokenOverTls(
  engine: SignOnEngine,
  form: Parameters,
  shown?: KeyPair,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const { status, json } = await postOverTls(engine, 'token', form, { shown, headers })
  return tokenAnswer(status, json)
}

export function tlsOf(engine: SignOnEngine) {
  if (engine.tls === undefined) throw new TypeError(`${engine.name} was not asked for TLS`)
  return engine.tls
}
