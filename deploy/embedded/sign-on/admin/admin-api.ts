// Keycloak's admin REST API over the embedded realm: its paths, representations and status codes, as far as the embedded
// engine has what they are about. In: a request with a bearer token of this realm. Out: JSON. What is not offered is 501.
// Never: a password or its hash; anything for a token whose user does not hold the role of realm-management.

import type { IncomingMessage, ServerResponse } from 'node:http'

import type { JWTPayload } from 'jose'

import type { LiveRealm } from '../realm/live-realm.ts'
import { SignOnError } from '../sign-on-error.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'
import { CLIENT_ROUTES } from './clients.ts'
import { EVENT_ROUTES } from './events.ts'
import { KEY_ROUTES } from './keys.ts'
import { readJson } from './read-json.ts'
import { REALM_ROUTES } from './realm.ts'
import { ROLE_ROUTES } from './roles.ts'
import { type Asking, Refusal, type Reply, type Route } from './route.ts'
import { SESSION_ROUTES } from './sessions.ts'
import { USER_ROUTES } from './users.ts'

export interface AdminApiOptions {
  readonly realm: LiveRealm
  /** Undefined for a token that is not ours, has expired, or whose session ended. */
  readonly verify: (token: string) => Promise<JWTPayload | undefined>
  readonly keys: SigningKeys
}

const ROUTES: readonly Route[] = [
  ...REALM_ROUTES,
  ...KEY_ROUTES,
  ...CLIENT_ROUTES,
  ...USER_ROUTES,
  ...ROLE_ROUTES,
  ...SESSION_ROUTES,
  ...EVENT_ROUTES,
]

/** For requests whose path begins with `/admin/realms/<realm>`. */
export function adminApi(
  options: AdminApiOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      send(response, await answer(options, request), placeOf(options, request))
    } catch (error) {
      send(response, replyTo(error), '')
    }
  }
}

function placeOf({ realm }: AdminApiOptions, { headers }: IncomingMessage): string {
  return `http://${headers.host ?? ''}/admin/realms/${realm.name}`
}

async function answer(options: AdminApiOptions, request: IncomingMessage): Promise<Reply> {
  const { realm, keys } = options
  const { by, roles } = await askingOf(options, request)
  const url = new URL(request.url ?? '/', 'http://sign-on')
  const base = `/admin/realms/${realm.name}`
  if (!`${url.pathname}/`.startsWith(`${base}/`)) throw new Refusal(404, 'Realm not found.')
  // Keycloak's own clients write a slash at the end of a list's address.
  const path = url.pathname.slice(base.length).replace(/\/$/, '') || '/'
  const matched = match(request.method ?? 'GET', path)
  if (matched === undefined) throw new Refusal(501, 'The embedded sign-on does not offer this')
  const { route, parameters } = matched
  if (!route.roles.some((role) => roles.has(role))) throw new Refusal(403, 'HTTP 403 Forbidden')
  const body = request.method === 'GET' ? undefined : await readJson(request)
  return route.answer({ realm, keys, parameters, query: url.searchParams, body, by, roles })
}

/**
 * The roles that count are those of the token that the user has now, too: a token for less, which another client was given
 * or has exchanged, opens no more than it says.
 */
async function askingOf(
  { realm, verify }: AdminApiOptions,
  request: IncomingMessage,
): Promise<{ by: Asking; roles: ReadonlySet<string> }> {
  const claims = await verify(bearerOf(request))
  // One that is bound to a key may, sent as a bearer, be anybody's (RFC 9449 §7.1).
  if (claims === undefined || claims['cnf'] !== undefined) throw unauthorized()
  const user = realm.users.get(claims.sub ?? '')
  const client = realm.clients.byName(textIn(claims, 'azp') ?? textIn(claims, 'client_id') ?? '')
  if (user?.enabled !== true || client?.enabled !== true) throw unauthorized()
  const said = new Set(rolesIn(claims))
  const held = realm.rolesOf(user).client['realm-management']
  const roles = new Set(held?.filter((role) => said.has(role)))
  const ipAddress = request.socket.remoteAddress ?? ''
  return { by: { userId: user.id, clientId: client.id, ipAddress }, roles }
}

function bearerOf({ headers }: IncomingMessage): string {
  const token = /^Bearer +(?<token>\S+)$/i.exec(headers.authorization ?? '')?.groups?.['token']
  if (token === undefined) throw unauthorized()
  return token
}

function unauthorized(): Refusal {
  return new Refusal(401, 'HTTP 401 Unauthorized')
}

function rolesIn(claims: JWTPayload): readonly unknown[] {
  const access: unknown = claims['resource_access']
  const own: unknown = Reflect.get(Object(access), 'realm-management')
  const roles: unknown = Reflect.get(Object(own), 'roles')
  return Array.isArray(roles) ? roles : []
}

function textIn(claims: JWTPayload, name: string): string | undefined {
  const value = claims[name]
  return typeof value === 'string' ? value : undefined
}

interface Matched {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

function match(method: string, path: string): Matched | undefined {
  const parts = path.split('/')
  for (const route of ROUTES) {
    const parameters = route.method === method ? fit(route.path.split('/'), parts) : undefined
    if (parameters !== undefined) return { route, parameters }
  }
  return undefined
}

function fit(
  names: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (names.length !== parts.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? ''
    if (name.startsWith(':') && part !== '') parameters[name.slice(1)] = decoded(part)
    else if (name !== part) return undefined
  }
  return parameters
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal(400, 'the path is not percent-encoded')
  }
}

const STATUS: Readonly<Record<string, number>> = { CONFLICT: 409, NOT_FOUND: 404, INVALID: 400 }

/** Keycloak writes `errorMessage` for what a person at its console reads, and so do we. */
function replyTo(error: unknown): Reply {
  if (error instanceof Refusal) return { status: error.status, body: { error: error.message } }
  const status = error instanceof SignOnError ? STATUS[error.code] : undefined
  if (status === undefined || !(error instanceof SignOnError)) throw error
  return { status, body: { errorMessage: error.message } }
}

function send(response: ServerResponse, { status, body, made }: Reply, place: string): void {
  if (made !== undefined) response.setHeader('Location', `${place}${made}`)
  response.setHeader('Cache-Control', 'no-cache')
  if (body === undefined) {
    response.writeHead(status).end()
    return
  }
  response.writeHead(status, { 'Content-Type': 'application/json;charset=UTF-8' })
  response.end(JSON.stringify(body))
}
