// One sign-in from the authorization request to the tokens, on either engine, each step open to a test.
import { createHash, randomBytes } from 'node:crypto'

import { Secret, TOTP } from 'otpauth'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { Person, SignOnEngine } from '../engine.ts'
import { Browser, type Stop } from './browser.ts'

export type Parameters = Readonly<Record<string, string | undefined>>

export interface AuthorizationRequest {
  readonly url: URL
  readonly parameters: Readonly<Record<string, string>>
  readonly verifier: string
}

export const CALLBACK = 'http://127.0.0.1:4998/callback'

export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  return { parameters, verifier }
}

/** A good request of a client; `changes` replace parameters, undefined leaves one out. */
export function authorizationRequest(
  engine: SignOnEngine,
  clientId: string,
  changes: Parameters = {},
): AuthorizationRequest {
  const { parameters: challenge, verifier } = pkce()
  const all: Parameters = {
    client_id: clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid',
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    ...challenge,
    ...changes,
  }
  const parameters: Record<string, string> = {}
  for (const [name, value] of Object.entries(all)) if (value !== undefined) parameters[name] = value
  const url = new URL(`${engine.issuer}/protocol/openid-connect/auth`)
  url.search = new URLSearchParams(parameters).toString()
  return { url, parameters, verifier }
}

/** Fills whatever the sign-on asks a person for, until it leads away or shows something else. */
export async function answerPages(
  engine: Pick<SignOnEngine, 'issuer'>,
  browser: Browser,
  start: Stop,
  person: Person,
): Promise<{ readonly stop: Stop; readonly asked: readonly ('password' | 'otp')[] }> {
  const asked: ('password' | 'otp')[] = []
  let stop = start
  while (stop.page !== undefined && asked.length < 4) {
    const names = new Set(stop.page.forms.flatMap((form) => form.names))
    if (names.has('otp') && person.totpSecret !== undefined) {
      asked.push('otp')
      stop = await browser.submit(stop.page, { otp: await oneTimeCode(engine, person) })
    } else if (names.has('password')) {
      asked.push('password')
      // A second sign-in of a session asks for the password only.
      const name = names.has('username') ? { username: person.username } : {}
      stop = await browser.submit(stop.page, { ...name, password: person.password })
    } else break
  }
  return { stop, asked }
}

const PERIOD_MS = 30_000
/** A code must still be taken when it arrives: also that of a page that a busy engine takes seconds to send. */
const ARRIVES_WITHIN_MS = 5000
const usedSteps = new Map<string, number>()

/** A code that this person has not used yet: an engine takes each once, and the one before and after the present. */
async function oneTimeCode(engine: Pick<SignOnEngine, 'issuer'>, person: Person): Promise<string> {
  const key = `${engine.issuer} ${person.username}`
  const next = (usedSteps.get(key) ?? 0) + 1
  const step = Math.max(Math.floor((Date.now() + ARRIVES_WITHIN_MS) / PERIOD_MS) - 1, next)
  const waitMs = (step - 1) * PERIOD_MS - Date.now()
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
  usedSteps.set(key, step)
  return codeAt(person, step * PERIOD_MS)
}

export function codeAt({ totpSecret = '' }: Person, timestamp: number): string {
  return new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate({ timestamp })
}

const Answer = Type.Object({
  access_token: Type.Optional(Type.String()),
  id_token: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  expires_in: Type.Optional(Type.Number()),
  refresh_expires_in: Type.Optional(Type.Number()),
  token_type: Type.Optional(Type.String()),
  scope: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
  error_description: Type.Optional(Type.String()),
})
export interface TokenAnswer {
  readonly status: number
  readonly access: string
  readonly id: string
  readonly refresh: string
  readonly type: string
  readonly error: string
  readonly body: Readonly<Record<string, unknown>>
}

export async function askToken(
  engine: SignOnEngine,
  form: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const given = Object.entries(form).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  const response = await fetch(`${engine.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(given),
  })
  return tokenAnswer(response.status, await response.json())
}

export function tokenAnswer(status: number, json: unknown): TokenAnswer {
  const body = Value.Parse(Answer, json)
  return {
    status,
    access: body.access_token ?? '',
    id: body.id_token ?? '',
    refresh: body.refresh_token ?? '',
    type: body.token_type ?? '',
    error: body.error ?? '',
    body,
  }
}

export interface SignedIn extends TokenAnswer {
  readonly browser: Browser
  /** The address that the sign-on led back to. */
  readonly back: URL
  readonly request: AuthorizationRequest
  readonly asked: readonly ('password' | 'otp')[]
}

export interface SignInOptions {
  /** Parameters of the authorization request. */
  readonly changes?: Parameters
  /** A browser with a session; default a new one. */
  readonly browser?: Browser
  readonly headers?: Readonly<Record<string, string>>
}

/** The whole way for a client: page, password, second factor if asked, code, tokens. */
export async function signIn(
  engine: SignOnEngine,
  clientId: string,
  key: string,
  { changes = {}, browser = new Browser(engine.issuer), headers = {} }: SignInOptions = {},
): Promise<SignedIn> {
  const request = authorizationRequest(engine, clientId, changes)
  const start = await browser.open(request.url)
  const { stop, asked } = await answerPages(engine, browser, start, engine.person(key))
  if (stop.away === undefined) {
    throw new TypeError(`${key} was not led back by ${engine.name}: ${stop.page.text}`)
  }
  const tokens = await askToken(engine, codeForm(engine, request, stop.away), headers)
  return { ...tokens, browser, back: stop.away, request, asked }
}

export function codeForm(engine: SignOnEngine, request: AuthorizationRequest, back: URL) {
  const clientId = request.parameters['client_id'] ?? ''
  return {
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: engine.secretOf(clientId),
    redirect_uri: request.parameters['redirect_uri'],
    code: back.searchParams.get('code') ?? '',
    code_verifier: request.verifier,
  }
}
