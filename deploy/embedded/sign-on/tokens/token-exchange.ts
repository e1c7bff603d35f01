// In: an access token that a client was called with. Out: one of its own for the same person, for less (RFC 8693), by the
// rules of Keycloak's standard token exchange: the caller must be an audience of the token, `audience` only filters, and
// scopes only shrink. Never: a refresh token, another person, or a longer life.
import type { JWTPayload } from 'jose'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import { EXCHANGE_GRANT } from '../provider/clients.ts'
import type { loadProvider } from '../provider/load-provider.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import type { LiveClient } from '../realm/realm-types.ts'
import {
  accessTokenAlgorithm,
  accessTokenHeaderType,
  accessTokenLifespan,
  accessTokenPayload,
} from './access-token.ts'
import { checkHolder } from './check-holder.ts'
import { audiencesFor, isKnownScope, type Subject } from './claims.ts'
import { textOf, type Tokens } from './tokens.ts'

type Errors = Awaited<ReturnType<typeof loadProvider>>['errors']

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'audience',
  'scope',
  'actor_token',
  'subject_issuer',
  'requested_subject',
  'requested_issuer',
  'resource',
]

export interface ExchangeParts {
  readonly provider: Provider
  readonly realm: LiveRealm
  readonly tokens: Tokens
  readonly issuer: string
  readonly errors: Errors
}

export function offerTokenExchange(parts: ExchangeParts): void {
  parts.provider.registerGrantType(
    EXCHANGE_GRANT,
    (ctx) => exchange(parts, ctx),
    PARAMETERS,
    // RFC 8693 §2.1: more than one audience may be named.
    ['audience'],
  )
}

async function exchange(parts: ExchangeParts, ctx: KoaContextWithOIDC): Promise<void> {
  const { realm, tokens, issuer, errors } = parts
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  if (client === undefined) throw new errors.InvalidClient('client not found')
  const asked = readRequest(ctx, errors)
  const { payload, session, user } = await readSubject(parts, asked.subjectToken)
  const held = new Set([payload.aud ?? []].flat())
  if (payload['azp'] !== client.clientId && !held.has(client.clientId)) {
    throw new errors.AccessDenied('Client is not within the token audience')
  }
  const confirmation = await checkHolder(parts, ctx, payload)
  const subject: Subject = {
    realm,
    client,
    user,
    scope: narrowScope(parts, client, asked.scope, textOf(payload['scope'])),
    heldScope: textOf(payload['scope']),
    ...assuranceOf(payload),
  }
  const nowSeconds = Math.floor(realm.now() / 1000)
  const usual = accessTokenLifespan(client, realm.settings.accessTokenLifespan)
  const written = accessTokenPayload({
    ...subject,
    issuer,
    issuedAt: nowSeconds,
    lifespan: Math.max(1, Math.min(usual, (payload.exp ?? nowSeconds) - nowSeconds)),
    sid: session.id,
    confirmation,
    onlyAudiences: narrowAudience(parts, subject, held, asked.audiences),
  })
  if (!session.clients.has(client.id)) session.clients.set(client.id, realm.now())
  const algorithm = accessTokenAlgorithm(client, realm.settings.defaultSignatureAlgorithm)
  ctx.body = {
    access_token: await tokens.sign(written, algorithm, accessTokenHeaderType(client)),
    expires_in: Number(written['exp']) - nowSeconds,
    token_type: written['typ'],
    issued_token_type: ACCESS_TOKEN,
    scope: written['scope'],
    session_state: session.id,
    'not-before-policy': realm.settings.notBefore,
  }
}

/** A token of a person whose session lives; a machine's own token is nothing to pass on. */
async function readSubject({ realm, tokens, errors }: ExchangeParts, token: string) {
  const payload = await tokens.verify(token)
  const session = realm.sessions.get(textOf(payload?.['sid']))
  const user = session && realm.users.get(session.userId)
  if (payload === undefined || session === undefined || user === undefined) {
    throw new errors.InvalidRequest('Invalid token')
  }
  return { payload, session, user }
}

/** The person did not sign in again: it is as sure as it was. */
function assuranceOf({ acr, auth_time: authTime }: JWTPayload) {
  return {
    acr: textOf(acr) || undefined,
    authTime: typeof authTime === 'number' ? authTime : undefined,
  }
}

/** What the caller may reach and the subject token reaches, too; of that, what was asked for. */
function narrowAudience(
  { errors }: ExchangeParts,
  subject: Subject,
  held: ReadonlySet<string>,
  asked: readonly string[],
): readonly string[] {
  const reach = audiencesFor(subject).filter((name) => held.has(name))
  const missing = asked.find((name) => !reach.includes(name))
  if (missing !== undefined) {
    throw new errors.InvalidRequest(`Requested audience not available: ${missing}`)
  }
  return asked.length === 0 ? reach : asked
}

interface ExchangeRequest {
  readonly subjectToken: string
  readonly audiences: readonly string[]
  /** Undefined: as much as the subject token has. */
  readonly scope: string | undefined
}

function readRequest(ctx: KoaContextWithOIDC, errors: Errors): ExchangeRequest {
  const parameters = ctx.oidc.params ?? {}
  const given = (name: string): boolean => parameters[name] !== undefined
  const refused = ['actor_token', 'subject_issuer', 'requested_subject', 'requested_issuer']
  for (const name of refused) {
    if (given(name)) throw new errors.InvalidRequest(`Parameter '${name}' is not supported`)
  }
  if (!given('subject_token')) throw new errors.InvalidRequest('subject_token is missing')
  if (parameters['subject_token_type'] !== ACCESS_TOKEN) {
    throw new errors.InvalidRequest('Only access tokens are exchanged')
  }
  if (given('requested_token_type') && parameters['requested_token_type'] !== ACCESS_TOKEN) {
    throw new errors.InvalidRequest('requested_token_type unsupported')
  }
  return {
    subjectToken: textOf(parameters['subject_token']),
    audiences: [parameters['audience'] ?? []].flat().map(textOf),
    scope: given('scope') ? textOf(parameters['scope']) : undefined,
  }
}

/** What the subject token does not have, the new one does not get. */
function narrowScope(
  { realm, errors }: ExchangeParts,
  client: LiveClient,
  asked: string | undefined,
  held: string,
): string {
  const had = new Set(held.split(' '))
  const scopes = (asked ?? held).split(' ').filter((scope) => scope !== '')
  const unknown = scopes.find((scope) => !isKnownScope(realm, client, scope))
  if (asked !== undefined && unknown !== undefined) {
    throw new errors.InvalidScope('no such scope', unknown)
  }
  const beyond = scopes.find((scope) => !had.has(scope))
  if (beyond !== undefined) {
    throw new errors.InvalidScope('not present in the initial access token', beyond)
  }
  return scopes.join(' ')
}
