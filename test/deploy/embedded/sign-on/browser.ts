// A browser for tests: it keeps cookies and stops at every redirect, so that a test sees each step.
import { createHash, randomBytes } from 'node:crypto'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { DEMO_VARIABLES } from '../../../../deploy/embedded/sign-on/demo-variables.ts'
import { CookieJar } from '../../../../deploy/embedded/sign-on/obtain-token/cookie-jar.ts'

export const REDIRECT_URI = `${DEMO_VARIABLES.PORTAL_URL}/sso/callback`

export const CLI_URI = 'http://127.0.0.1:4003/callback'

export class Browser {
  readonly #jar = new CookieJar()

  async go(
    url: string | URL,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const target = new URL(url)
    const response = await fetch(target, {
      redirect: 'manual',
      headers: { ...this.#jar.headers(target), ...headers },
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

export interface SignedIn {
  readonly code: string
  readonly verifier: string
  readonly back: URL
}

export interface SignInChanges {
  readonly password?: string
  readonly flow?: Record<string, string | undefined>
}

/** Through the pages, whatever they ask: password, and the code that the demo's page shows. */
export async function signInAs(
  browser: Browser,
  issuer: string,
  username: string,
  { password = 'panjareh', flow: changes = {} }: SignInChanges = {},
): Promise<SignedIn> {
  const flow = startFlow(issuer, changes)
  const back = await follow(browser, issuer, flow.url, { username, password })
  return { code: back.searchParams.get('code') ?? '', verifier: flow.verifier, back }
}

/** Follows redirects and fills in forms until the browser would leave the sign-on. */
async function follow(
  browser: Browser,
  issuer: string,
  start: string,
  credentials: { username: string; password: string },
): Promise<URL> {
  const { origin } = new URL(issuer)
  let url = new URL(start)
  let response = await browser.go(url)
  for (let step = 0; step < 12; step += 1) {
    const location = response.headers.get('location')
    if (location !== null) {
      url = new URL(location, url)
      if (url.origin !== origin) return url
      response = await browser.go(url)
      continue
    }
    const page = await response.text()
    if (page.includes('class="problem"') || response.status !== 200) {
      throw new TypeError(`refused: ${response.status}`)
    }
    const code = /<code id="demo-code"[^>]*>(\d+)</.exec(page)?.[1]
    const form = page.includes('name="password"') ? credentials : { otp: code ?? '000000' }
    response = await browser.go(url, { ...form })
  }
  throw new TypeError('too many steps')
}

const Tokens = Type.Object({
  access_token: Type.Optional(Type.String()),
  id_token: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
})
export type Tokens = Required<Static<typeof Tokens>>
const NOTHING: Tokens = { access_token: '', id_token: '', refresh_token: '', error: '' }

const SECRETS: Readonly<Record<string, string>> = {
  portal: DEMO_VARIABLES.PORTAL_SECRET,
  console: DEMO_VARIABLES.CONSOLE_SECRET,
  'sign-on-admin': DEMO_VARIABLES.SIGN_ON_ADMIN_SECRET,
}

/** With the secret of the demo, when the form names a client that has one and brings none. */
export async function redeem(
  issuer: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Tokens }> {
  const secret = SECRETS[form['client_id'] ?? '']
  const authenticated =
    secret === undefined || form['client_assertion'] !== undefined
      ? form
      : { client_secret: secret, ...form }
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(authenticated),
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

/** Signed in as a person at the portal, with all tokens. */
export async function tokensOf(
  issuer: string,
  username: string,
  flow: Record<string, string | undefined> = {},
): Promise<Tokens & { readonly browser: Browser }> {
  const browser = new Browser()
  const { code, verifier } = await signInAs(browser, issuer, username, { flow })
  return { ...(await redeemCode(issuer, code, verifier)).body, browser }
}
