// In: a bearer token of this issuer, for whatever audience. Out: the person's claims, as Keycloak answers them
// (OpenID Connect Core §5.3). Never: a claim for a token that this key did not sign.
import type { IncomingMessage, ServerResponse } from 'node:http'

import { createLocalJWKSet, errors, jwtVerify } from 'jose'

import { personClaims } from './claims.ts'
import type { SignOnKeys } from './keys.ts'
import type { Realm } from './realm.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export function userinfo(realm: Realm, key: SignOnKeys['jwk'], issuer: string): Answer {
  const { kty, kid, n, e, alg, use } = key
  const keys = createLocalJWKSet({ keys: [{ kty, kid, n, e, alg, use }] })
  return async (request, response) => {
    allowOrigin(realm, request, response)
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    const claims = await readClaims(request.headers.authorization)
    if (claims === undefined) {
      response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"')
      send(response, 401, { error: 'invalid_token' })
      return
    }
    send(response, 200, claims)
  }

  async function readClaims(authorization: string | undefined) {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) return undefined
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] })
      const user = realm.users.find(
        (candidate) => candidate.id === payload.sub && candidate.enabled,
      )
      const client = realm.clients.find((candidate) => candidate.clientId === payload['azp'])
      if (user === undefined || payload['typ'] !== 'Bearer') return undefined
      return { sub: user.id, ...personClaims(client, user, 'userinfo.token.claim') }
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
}

function allowOrigin(realm: Realm, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers
  response.setHeader('Vary', 'Origin')
  if (origin === undefined || !realm.clients.some((client) => client.webOrigins.includes(origin))) {
    return
  }
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Headers', 'Authorization')
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
