// In: an access token of this issuer, for whatever audience. Out: the person's claims, as Keycloak answers them
// (OpenID Connect Core §5.3). Never: a claim for a token that does not hold, or whose key the sender does not have.
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { JWTPayload } from 'jose'

import { thumbprintShown } from '../provider/client-certificates.ts'
import { originsOf } from '../provider/clients.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import { claimsFor, type Subject, subjectFor } from './claims.ts'
import { type Confirmation, confirmationOf } from './confirmation.ts'
import { ProofsOfPossession } from './proof-of-possession.ts'
import { textOf, type Tokens } from './tokens.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export function userinfo(realm: LiveRealm, tokens: Tokens, url: string): Answer {
  const proofs = new ProofsOfPossession(realm.now)
  return async (request, response) => {
    const { method = 'GET' } = request
    allowOrigin(realm, request, response)
    if (method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    if (method !== 'GET' && method !== 'POST') {
      response.writeHead(405, { Allow: 'GET, POST' }).end()
      return
    }
    const payload = await tokens.verify(tokenOf(request))
    const bound = confirmationOf(payload)
    const claims =
      payload !== undefined && (await isHolder(request, bound))
        ? claimsOf(realm, payload)
        : undefined
    if (claims === undefined) refuse(response, bound.jkt === undefined ? 'Bearer' : 'DPoP')
    else if (claims === 'no-openid') refuseScope(response)
    else send(response, 200, claims)
  }

  async function isHolder(request: IncomingMessage, bound: Confirmation): Promise<boolean> {
    const { method = 'GET', headers } = request
    const scheme = headers.authorization?.split(' ')[0]?.toLowerCase()
    if (bound.x5t !== undefined && bound.x5t !== thumbprintShown(request)) return false
    if (bound.jkt === undefined) return scheme === 'bearer'
    const proof = textOf(headers['dpop'])
    const proven = { method, url, token: tokenOf(request), proof }
    return scheme === 'dpop' && proofs.holds(proven, bound.jkt)
  }
}

function tokenOf({ headers }: IncomingMessage): string {
  return headers.authorization?.split(' ')[1] ?? ''
}

function claimsOf(realm: LiveRealm, payload: JWTPayload): object | 'no-openid' | undefined {
  const session = realm.sessions.get(textOf(payload['sid']))
  const user = session && realm.users.get(session.userId)
  const client = realm.clients.byName(textOf(payload['azp']))
  if (user === undefined || client === undefined) return undefined
  const scope = textOf(payload['scope'])
  if (!scope.split(' ').includes('openid')) return 'no-openid'
  const subject: Subject = { realm, client, user, scope }
  return { sub: subjectFor(subject), ...claimsFor(subject, 'userinfo.token.claim') }
}

function allowOrigin(realm: LiveRealm, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers
  response.setHeader('Vary', 'Origin')
  const known = realm.clients.list().some((client) => originsOf(client).includes(origin ?? ''))
  if (origin === undefined || !known) return
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, DPoP')
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
}

function refuse(response: ServerResponse, scheme: string): void {
  response.setHeader('WWW-Authenticate', `${scheme} error="invalid_token"`)
  send(response, 401, { error: 'invalid_token', error_description: 'Token verification failed' })
}

function refuseScope(response: ServerResponse): void {
  response.setHeader('WWW-Authenticate', 'Bearer error="insufficient_scope", scope="openid"')
  send(response, 403, { error: 'insufficient_scope', error_description: 'Missing openid scope' })
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
