// In: an issuer, a person and a password, or a client and its secret. Out: an access token, got the way a browser or a
// service gets one: authorization code with PKCE (RFC 7636), or client credentials. Never: a back door.
import { createHash, randomBytes } from 'node:crypto'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { SignOnError } from '../sign-on-error.ts'
import { CookieJar } from './cookie-jar.ts'
import { nearNames } from './near-names.ts'

export interface PersonRequest {
  readonly issuer: string
  readonly person: string
  readonly password: string
  /** A public client with its exact redirect URI. */
  readonly clientId: string
  readonly redirectUri: string
  /** Level of assurance to ask for: `substantial`. */
  readonly acr?: string | undefined
  /** One-time codes to try in turn when the sign-on asks for one; each is good once. */
  readonly codes?: () => readonly string[]
}

export interface ServiceRequest {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
}

const Discovery = Type.Object({
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
})
const TokenAnswer = Type.Object({ access_token: Type.String() })
const ErrorAnswer = Type.Object({ error: Type.String() })

/** @throws {SignOnError} NOT_RUNNING, UNKNOWN_PERSON (with near names) or REFUSED. */
export async function obtainPersonToken(request: PersonRequest): Promise<string> {
  const { issuer, clientId, redirectUri } = request
  const endpoints = await discover(issuer)
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const start = new URL(endpoints.authorization_endpoint)
  start.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(request.acr === undefined ? {} : { acr_values: request.acr }),
  }).toString()
  const back = await signInAt(start, request)
  if (back.get('state') !== state) throw new SignOnError('REFUSED', 'sign-on: the state differs')
  const refused = back.get('error')
  if (refused !== null) throw new SignOnError('REFUSED', `sign-on: refused with ${refused}`)
  return redeem(endpoints.token_endpoint, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: back.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
}

/** @throws {SignOnError} NOT_RUNNING or REFUSED. */
export async function obtainServiceToken(request: ServiceRequest): Promise<string> {
  const { token_endpoint: endpoint } = await discover(request.issuer)
  return redeem(endpoint, {
    grant_type: 'client_credentials',
    client_id: request.clientId,
    client_secret: request.secret,
  })
}

async function discover(issuer: string) {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`).catch(
    (cause: unknown) => {
      throw new SignOnError('NOT_RUNNING', `no sign-on answers at ${issuer}; start it first`, cause)
    },
  )
  const found: unknown = answer.ok ? await answer.json() : undefined
  if (Value.Check(Discovery, found)) return found
  throw new SignOnError('NOT_RUNNING', `${issuer} is not the address of a sign-on`)
}

async function signInAt(start: URL, request: PersonRequest): Promise<URLSearchParams> {
  const jar = new CookieJar()
  const asked = await follow(start, { method: 'GET' }, jar, request.redirectUri)
  if (asked instanceof URLSearchParams) return asked
  const page = await asked.response.text()
  const action = actionOf(page)
  if (!asked.response.ok || action === undefined) refuse(page)
  const { person, password } = request
  const names = [...page.matchAll(/name="username" value="([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  )
  if (names.length > 0 && !names.includes(person)) throw unknownPerson(person, names)
  const body = new URLSearchParams({ username: person, password })
  const target = new URL(action, asked.url)
  const done = await follow(target, { method: 'POST', body }, jar, request.redirectUri)
  return done instanceof URLSearchParams ? done : secondFactor(done, request, jar)
}

/** The page after the password: for a code, or the same again with what was wrong. */
async function secondFactor(
  page: Page,
  { person, codes, redirectUri }: PersonRequest,
  jar: CookieJar,
): Promise<URLSearchParams> {
  const text = await page.response.text()
  const action = actionOf(text)
  if (page.response.status === 429) {
    throw new SignOnError('REFUSED', `sign-on: too many wrong attempts for "${person}"; wait`)
  }
  if (action === undefined || !text.includes('name="otp"')) {
    throw new SignOnError('REFUSED', `sign-on: no person "${person}" with this password`)
  }
  const target = new URL(action, page.url)
  for (const otp of codes?.() ?? []) {
    const body = new URLSearchParams({ otp })
    const done = await follow(target, { method: 'POST', body }, jar, redirectUri)
    if (done instanceof URLSearchParams) return done
  }
  throw new SignOnError(
    'REFUSED',
    `sign-on: no one-time code of "${person}" is left; the next one comes within 30 s`,
  )
}

function actionOf(page: string): string | undefined {
  return /<form[^>]* action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
}

interface Page {
  readonly response: Response
  readonly url: URL
}

/** Follows redirects as a browser does, until a page or the way back to the client. */
async function follow(
  start: URL,
  init: RequestInit,
  jar: CookieJar,
  redirectUri: string,
): Promise<Page | URLSearchParams> {
  let url = start
  let next = init
  for (let hop = 0; hop < 10; hop += 1) {
    const response = await fetch(url, { ...next, redirect: 'manual', headers: jar.headers(url) })
    jar.keep(url, response.headers)
    const location = response.headers.get('location')
    if (location === null) return { response, url }
    const target = new URL(location, url)
    if (`${target.origin}${target.pathname}` === redirectUri) return target.searchParams
    url = target
    next = { method: 'GET' }
  }
  throw new SignOnError('REFUSED', 'sign-on: too many redirects')
}

async function redeem(endpoint: string, form: Record<string, string>): Promise<string> {
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) })
  const body: unknown = await answer.json()
  if (Value.Check(TokenAnswer, body)) return body.access_token
  const reason = Value.Check(ErrorAnswer, body) ? body.error : `status ${answer.status}`
  throw new SignOnError('REFUSED', `sign-on: refused with ${reason}`)
}

function refuse(page: string): never {
  const reason = /<code dir="ltr">([\w]+)<\/code>/.exec(page)?.[1] ?? 'no sign-in page'
  throw new SignOnError('REFUSED', `sign-on: refused with ${reason}`)
}

function unknownPerson(person: string, names: readonly string[]): SignOnError {
  const near = nearNames(person, names)
  const hint =
    near.length > 0 ? `near: ${near.join(', ')}` : `for instance: ${names.slice(0, 5).join(', ')}`
  return new SignOnError('UNKNOWN_PERSON', `no person "${person}"; ${hint}`)
}
