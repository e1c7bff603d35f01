// In: an authorization request and the browser's session. Out: whether somebody has to be asked for something, and what.
// Never: a session that ended, or an assurance that has run out.
import type { interactionPolicy as PolicyModule, KoaContextWithOIDC } from 'oidc-provider'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { parseJson } from '../parse-json.ts'
import type { loadProvider } from '../provider/load-provider.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import { isKnownScope, subjectFor } from '../tokens/claims.ts'
import { currentLevel, requiredLevel } from './assurance.ts'
import { NO_SCOPE } from './join-session.ts'

type Oidc = Awaited<ReturnType<typeof loadProvider>>

const AcrClaim = Type.Object({
  essential: Type.Optional(Type.Boolean()),
  value: Type.Optional(Type.String()),
  values: Type.Optional(Type.Array(Type.String())),
})
const AskedClaims = Type.Object({
  id_token: Type.Optional(Type.Object({ acr: Type.Optional(Type.Union([AcrClaim, Type.Null()])) })),
})

export function signInPolicy(realm: LiveRealm, { interactionPolicy, errors }: Oidc) {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  const login = policy.get('login')
  for (const replaced of ['essential_acrs', 'essential_acr', 'id_token_hint']) {
    login?.checks.remove(replaced)
  }
  const { Check } = interactionPolicy
  const add = (reason: string, text: string, check: PolicyModule.Check['check']): void =>
    login?.checks.add(new Check(reason, text, 'login_required', check))
  // First of all, so that an answer does not depend on whether somebody is signed in.
  login?.checks.add(
    new Check('known_scopes', 'no such scope', 'invalid_scope', (ctx) => {
      refuseUnknownScopes(realm, ctx, errors)
      return false
    }),
    0,
  )
  add('hinted_person', 'somebody else is signed in', (ctx) => !isHintedPerson(realm, ctx))
  add('assurance', 'more assurance is asked for', (ctx) => {
    const required = levelAsked(realm, ctx)
    if (required === undefined) {
      const text = 'none of the requested acr values is known'
      throw new errors.CustomOIDCProviderError('unmet_authentication_requirements', text)
    }
    const session = realm.sessions.get(ctx.oidc.session?.uid)
    return session === undefined || currentLevel(realm.settings, session, realm.now()) < required
  })
  return policy
}

/** The level that this request asks of this client; undefined when it cannot be met at all. */
function levelAsked(realm: LiveRealm, ctx: KoaContextWithOIDC): number | undefined {
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  return client === undefined ? undefined : levelOfParameters(realm, client, ctx.oidc.params ?? {})
}

export function levelOfParameters(
  realm: LiveRealm,
  client: Parameters<typeof requiredLevel>[1],
  parameters: Readonly<Record<string, unknown>>,
): number | undefined {
  const { acr_values: acrValues, claims } = parameters
  return requiredLevel(realm, client, {
    acrValues: typeof acrValues === 'string' ? acrValues : undefined,
    claim: acrClaimOf(claims),
  })
}

function acrClaimOf(claims: unknown) {
  const asked = parseJson(claims)
  return Value.Check(AskedClaims, asked) ? (asked.id_token?.acr ?? undefined) : undefined
}

function refuseUnknownScopes(
  realm: LiveRealm,
  ctx: KoaContextWithOIDC,
  errors: Oidc['errors'],
): void {
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  const scopes = [...ctx.oidc.requestParamScopes].filter(
    (scope) => scope !== '' && scope !== NO_SCOPE,
  )
  const unknown = client && scopes.find((scope) => !isKnownScope(realm, client, scope))
  if (unknown !== undefined) throw new errors.InvalidScope('no such scope', unknown)
}

/** `id_token_hint` names the person who must be signed in (OpenID Connect Core §3.1.2.1). */
function isHintedPerson(realm: LiveRealm, ctx: KoaContextWithOIDC): boolean {
  const { IdTokenHint: hint, Client } = ctx.oidc.entities
  if (hint === undefined) return true
  const client = realm.clients.byName(Client?.clientId ?? '')
  const user = realm.users.get(ctx.oidc.session?.accountId ?? '')
  if (client === undefined || user === undefined) return false
  const payload: unknown = Reflect.get(hint, 'payload')
  const sub: unknown =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'sub') : undefined
  return sub === subjectFor({ realm, client, user, scope: 'openid' })
}
