// A browser for tests: it keeps cookies and stops at every redirect, so that a test sees each step.
import { createHash, randomBytes } from 'node:crypto'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { CookieJar } from '../../../../deploy/embedded/sign-on/cookie-jar.ts'

const REDIRECT_URI = 'http://127.0.0.1:4000/graphql'

export class Browser {
  readonly #jar = new CookieJar()

  async go(url: string | URL, form?: Record<string, string>): Promise<Response> {
    const target = new URL(url)
    const response = await fetch(target, {
      redirect: 'manual',
      headers: this.#jar.headers(target),
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    this.#jar.keep(target, response.headers)
    return response
  }
}

export interface Flow {
  readonly url: string
  readonly verifier: string
}

export function startFlow(issuer: string, changes: Record<string, string | undefined> = {}): Flow {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    client_id: 'portal',
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    state: 'st',
    nonce: 'no',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value)
  return { url: `${issuer}/protocol/openid-connect/auth?${query.toString()}`, verifier }
}

export function locationOf(response: Response, base: string): URL {
  const location = response.headers.get('location')
  if (location === null) throw new TypeError(`no redirect, status ${response.status}`)
  return new URL(location, base)
}

/** From the start of a flow to the sign-in page; answers the page's address. */
export async function openSignIn(browser: Browser, issuer: string, flow: Flow): Promise<URL> {
  return locationOf(await browser.go(flow.url), issuer)
}

export async function signInAs(
  browser: Browser,
  issuer: string,
  username: string,
  password = 'panjareh',
): Promise<{ code: string; verifier: string; back: URL }> {
  const flow = startFlow(issuer)
  const page = await openSignIn(browser, issuer, flow)
  await browser.go(page)
  const resumed = locationOf(await browser.go(page, { username, password }), issuer)
  const back = locationOf(await browser.go(resumed), issuer)
  return { code: back.searchParams.get('code') ?? '', verifier: flow.verifier, back }
}

const Tokens = Type.Object({
  access_token: Type.Optional(Type.String()),
  id_token: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
})
export type Tokens = Required<Static<typeof Tokens>>
const NOTHING: Tokens = { access_token: '', id_token: '', refresh_token: '', error: '' }

export async function redeem(
  issuer: string,
  form: Record<string, string>,
): Promise<{ status: number; body: Tokens }> {
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  return {
    status: response.status,
    body: { ...NOTHING, ...Value.Parse(Tokens, await response.json()) },
  }
}

export function redeemCode(issuer: string, code: string, verifier: string) {
  return redeem(issuer, {
    grant_type: 'authorization_code',
    client_id: 'portal',
    redirect_uri: REDIRECT_URI,
    code,
    code_verifier: verifier,
  })
}
