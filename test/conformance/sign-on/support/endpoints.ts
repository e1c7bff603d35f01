// Calls of suites to an engine's other endpoints: discovery, introspection, revocation, userinfo, administration.
import { createLocalJWKSet, decodeJwt, jwtVerify, type JWTVerifyResult } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { SignOnEngine } from '../engine.ts'
import { askToken } from './sign-in.ts'

const Anything = Type.Record(Type.String(), Type.Unknown())
export type Json = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Empty where the body is no JSON object. */
  readonly body: Json
}

export async function call(url: string | URL, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: objectOf(text) }
}

export function post(
  url: string | URL,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return call(url, { method: 'POST', body: new URLSearchParams(form), headers })
}

export function protocol(engine: SignOnEngine, path: string): string {
  return `${engine.issuer}/protocol/openid-connect/${path}`
}

export async function discovery(engine: SignOnEngine): Promise<Json> {
  return (await call(`${engine.issuer}/.well-known/openid-configuration`)).body
}

const Keys = Type.Object({
  keys: Type.Array(
    Type.Object({
      kid: Type.String(),
      kty: Type.String(),
      alg: Type.Optional(Type.String()),
      use: Type.Optional(Type.String()),
    }),
  ),
})

export async function keysOf(engine: SignOnEngine) {
  const { body } = await call(protocol(engine, 'certs'))
  return Value.Parse(Keys, body).keys
}

/** By the engine's own keys, as the gateway would. */
export async function verified(
  engine: SignOnEngine,
  token: string,
  audience?: string,
): Promise<JWTVerifyResult> {
  const keys = createLocalJWKSet({ keys: [...(await keysOf(engine))] })
  return jwtVerify(token, keys, {
    issuer: engine.issuer,
    ...(audience === undefined ? {} : { audience }),
  })
}

export function claimsOf(token: string): Json {
  return decodeJwt(token)
}

/** One call of the admin API, as the administration subgraph makes it. */
export async function administer(
  engine: SignOnEngine,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const { clientId, clientSecret } = engine.administration
  const { access } = await askToken(engine, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  return call(`${engine.adminUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const Found = Type.Array(Type.Object({ id: Type.String() }))

/** The id of a user or client by its name. */
export async function idOf(
  engine: SignOnEngine,
  kind: 'users' | 'clients',
  name: string,
): Promise<string> {
  const query = kind === 'users' ? `username=${name}&exact=true` : `clientId=${name}`
  const { text } = await administer(engine, 'GET', `/${kind}?${query}`)
  const [found] = Value.Parse(Found, JSON.parse(text))
  if (found === undefined) throw new TypeError(`${engine.name} has no ${name}`)
  return found.id
}

function objectOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(Anything, value) ? value : {}
  } catch {
    return {}
  }
}
