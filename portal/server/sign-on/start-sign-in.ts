// GET …/sso/login: the way to the sign-on, with all that is needed to know the answer as ours when it comes.
import { createHash, randomBytes } from 'node:crypto'

import type { Request, Response } from 'express'

import { clearCookie } from '../http/cookies.ts'
import { parseReturnTo } from '../http/return-to.ts'
import { PortalError } from '../portal-error.ts'
import type { MetadataSource } from './metadata.ts'
import type { SignInCookie } from './sign-in-cookie.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

export interface StartSignIn {
  readonly clientId: string
  /** Fixed: never from a request. */
  readonly redirectUri: string
  readonly base: string
  readonly metadata: MetadataSource
  readonly endpoint: TokenEndpoint
  readonly cookie: SignInCookie
}

const ACR = /^[\w:./-]{1,64}(?: [\w:./-]{1,64}){0,3}$/
const SECONDS = /^\d{1,6}$/

export async function startSignIn(
  { clientId, redirectUri, base, metadata, endpoint, cookie }: StartSignIn,
  request: Request,
  response: Response,
): Promise<void> {
  // An image or a frame of another page cannot want to sign anybody in.
  const mode = request.headers['sec-fetch-mode']
  if (mode !== undefined && mode !== 'navigate') throw new PortalError('CROSS_SITE', 'mode')
  const acr = parameter(request, 'acr', ACR)
  const maxAge = parameter(request, 'max_age', SECONDS)
  const [state, nonce, verifier] = [randomText(), randomText(), randomText()]
  const { authorization, pushed } = await metadata.read()
  const form = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ui_locales: 'fa en',
    ...(acr === undefined ? {} : { acr_values: acr }),
    ...(maxAge === undefined ? {} : { max_age: maxAge }),
  }
  const sent =
    pushed === undefined
      ? form
      : { client_id: clientId, request_uri: await endpoint.push(pushed, form) }
  const underWay = {
    state,
    nonce,
    verifier,
    returnTo: parseReturnTo(request.query['return_to'], base),
    acr: acr === undefined ? [] : acr.split(' '),
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
  }
  const target = new URL(authorization)
  for (const [name, value] of Object.entries(sent)) target.searchParams.set(name, value)
  for (const name of cookie.surplus(request.headers)) {
    response.append('Set-Cookie', clearCookie(name))
  }
  response.append('Set-Cookie', await cookie.write(underWay))
  response.redirect(303, target.href)
}

function parameter(request: Request, name: string, form: RegExp): string | undefined {
  const value = request.query[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !form.test(value)) throw new PortalError('BAD_REQUEST', name)
  return value
}

/** 256 bits: also the length that RFC 7636 §4.1 asks for. */
function randomText(): string {
  return randomBytes(32).toString('base64url')
}
