// keycloak-connect for what it does well (grants, roles, protect()), with the parts replaced that were shown to be unsafe:
// tokens are verified by verify-token.ts, nothing is refreshed or redirected on its own, and no middleware() of it runs,
// so there is no callback at any address, no bearer token from a browser, no k_logout and no k_push_not_before.
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { JWTPayload } from 'jose'
import KeycloakConnect, { type Grant, type Token } from 'keycloak-connect'

import { PortalError } from '../portal-error.ts'
import type { VerifyToken } from './verify-token.ts'

export interface Adapter {
  /** Only for who holds the role: `realm:staff`. Needs `attachGrant` before it. */
  protect(role: string): RequestHandler
  /** @throws {PortalError} TOKEN_INVALID when any of the answer's tokens is not right. */
  createGrant(answer: Readonly<Record<string, unknown>>): Promise<VerifiedGrant>
  /** Of a token that was verified when it came, and was in our keeping since. */
  grantOf(accessToken: string): Promise<Grant>
}

export interface VerifiedGrant {
  readonly access: JWTPayload
  /** Absent after a refresh that brought none. */
  readonly id: JWTPayload | undefined
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
}

interface AdapterOptions {
  readonly issuer: string
  readonly clientId: string
  readonly verify: VerifyToken
}

const TOKEN_KINDS: Readonly<Record<string, 'access' | 'id'>> = { Bearer: 'access', ID: 'id' }

export function hardenedAdapter({ issuer, clientId, verify }: AdapterOptions): Adapter {
  const [server = issuer, realm = ''] = issuer.split('/realms/')
  const config = {
    realm,
    'auth-server-url': server,
    resource: clientId,
    'ssl-required': 'external',
    'confidential-port': 0,
  }
  // A store that is never asked: grants are attached by us, from a session that was opened by us.
  const keycloak = new KeycloakConnect({ store: {} }, config)
  const { grantManager: reader } = new KeycloakConnect({ store: {} }, config)
  Object.assign(reader, { validateGrant: (grant: Grant) => Promise.resolve(grant) })
  const verified = new WeakMap<Token, JWTPayload>()
  Object.assign(keycloak.grantManager, {
    validateToken: async (token: Token | undefined, type: string): Promise<Token> => {
      const kind = TOKEN_KINDS[type]
      if (token === undefined || kind === undefined) throw new PortalError('TOKEN_INVALID', 'none')
      const content = await verify(textOfToken(token), kind)
      // One reading of the claims: what was verified is what hasRole() looks at.
      Object.assign(token, { content })
      verified.set(token, content)
      return token
    },
    // Its own takes every refresh token for a JWT and has no single flight: see renewals.ts.
    ensureFreshness: (grant: Grant) => Promise.resolve(grant),
    // Its own would wrap a refusal into a plain error and lose the reason.
    validateGrant: (grant: Grant) => validateGrant(keycloak.grantManager, grant),
  })
  Object.assign(keycloak, { redirectToLogin: () => false, accessDenied })
  return {
    protect: (role) => keycloak.protect(role),
    grantOf: (token) => reader.createGrant(JSON.stringify({ access_token: token })),
    createGrant: async (answer) => {
      const grant = await keycloak.grantManager.createGrant(JSON.stringify(tokensOf(answer)))
      const { access_token: access, id_token: id, refresh_token: refresh } = grant
      const claims = access && verified.get(access)
      if (access === undefined || claims === undefined)
        throw new PortalError('TOKEN_INVALID', 'none')
      return {
        access: claims,
        id: id && verified.get(id),
        accessToken: textOfToken(access),
        refreshToken: refresh && textOfToken(refresh),
        idToken: id && textOfToken(id),
      }
    },
  }
}

/** What protect() of the adapter reads. */
export function attachGrant(request: Request, grant: Grant | undefined): void {
  Object.assign(request, { kauth: grant === undefined ? {} : { grant } })
}

async function validateGrant(manager: KeycloakConnect.GrantManager, grant: Grant): Promise<Grant> {
  const { access_token: access, id_token: id } = grant
  if (access === undefined) throw new PortalError('TOKEN_INVALID', 'none')
  await Promise.all([
    manager.validateToken(access, 'Bearer'),
    ...(id === undefined ? [] : [manager.validateToken(id, 'ID')]),
  ])
  return grant
}

function accessDenied(request: Request, _response: Response, next: NextFunction): void {
  const kauth: unknown = Reflect.get(request, 'kauth')
  const isSignedIn = typeof kauth === 'object' && kauth !== null && 'grant' in kauth
  next(new PortalError(isSignedIn ? 'FORBIDDEN' : 'SESSION_ENDED', 'role'))
}

/** Only the fields that are tokens; anything else of the answer stays outside. */
function tokensOf(answer: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const names = ['access_token', 'refresh_token', 'id_token']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = answer[name]
      return typeof value === 'string' && value !== '' ? [[name, value]] : []
    }),
  )
}

function textOfToken(token: Token): string {
  const text: unknown = Reflect.get(token, 'token')
  return typeof text === 'string' ? text : ''
}
