// In: the realm, a client, a user, what is known of the session. Out: the claims that Keycloak would put into a token,
// by the same protocol mappers of the client and of its client scopes.
import { parseJson } from '../parse-json.ts'
import type { LiveRealm, LiveUser } from '../realm/live-realm.ts'
import type { LiveClient, ProtocolMapper } from '../realm/realm-types.ts'
import type { RoleNames } from '../realm/roles.ts'
import { expandRoles } from '../realm/roles.ts'
import { pairwiseSubject } from './pairwise-subject.ts'

export type Claims = Record<string, unknown>
export type Destination =
  | 'access.token.claim'
  | 'id.token.claim'
  | 'userinfo.token.claim'
  | 'introspection.token.claim'

/** What a token is about. */
export interface Subject {
  readonly realm: LiveRealm
  readonly client: LiveClient
  readonly user: LiveUser
  /** As the client asked for them, parted by spaces. */
  readonly scope: string
  readonly acr?: string | undefined
  /** Seconds since 1970. */
  readonly authTime?: number | undefined
  readonly amr?: readonly string[] | undefined
  /**
   * In a token exchange: `scope` of the token that was shown. A scope that wants to be seen and is not among these is left
   * out, and mappers of the client itself do not count, as in Keycloak.
   */
  readonly heldScope?: string | undefined
}

type Write = (mapper: ProtocolMapper, subject: Subject, roles: RoleNames) => unknown

/** What a mapper says; its name is in `claim.name` unless it has one of its own in `OWN_NAMES`. */
const MAPPERS: Readonly<Record<string, Write>> = {
  'oidc-usermodel-attribute-mapper': ({ config }, { user }) => attributeOf(user, config),
  'oidc-usermodel-property-mapper': ({ config }, { user }) => attributeOf(user, config),
  'oidc-full-name-mapper': (_mapper, { user }) =>
    [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ') || undefined,
  'oidc-hardcoded-claim-mapper': ({ config }) => typed(config['claim.value'], config),
  'oidc-usermodel-realm-role-mapper': ({ config }, _subject, roles) =>
    prefixed(roles.realm, config['usermodel.realmRoleMapping.rolePrefix']),
  'oidc-acr-mapper': (_mapper, { acr }) => acr,
  'oidc-amr-mapper': (_mapper, { amr }) => amr,
  'oidc-sub-mapper': (_mapper, { user }) => user.id,
  'oidc-allowed-origins-mapper': (_mapper, { client }) =>
    client.webOrigins.length > 0 ? client.webOrigins : undefined,
  'oidc-usersessionmodel-note-mapper': ({ config }, { authTime, client }) => {
    if (config['user.session.note'] === 'AUTH_TIME') return authTime
    return config['user.session.note'] === 'client_id' ? client.clientId : undefined
  },
}

const OWN_NAMES: Readonly<Record<string, string>> = {
  'oidc-full-name-mapper': 'name',
  'oidc-acr-mapper': 'acr',
  'oidc-amr-mapper': 'amr',
  'oidc-sub-mapper': 'sub',
  'oidc-allowed-origins-mapper': 'allowed-origins',
}

/** The scopes that count: the client's default ones, and its optional ones that were asked for. */
function scopesOf(realm: LiveRealm, client: LiveClient, asked: string): string[] {
  const defaults = client.defaultClientScopes ?? realm.defaultScopes
  const optional = optionalScopesOf(realm, client)
  const wanted = asked.split(' ').filter((scope) => optional.includes(scope))
  return [...defaults, ...wanted].filter((name) => realm.scopes.byName(name) !== undefined)
}

function optionalScopesOf(realm: LiveRealm, client: LiveClient): readonly string[] {
  return client.optionalClientScopes ?? realm.optionalScopes
}

/** `scope` of the token: `openid` if asked for, and the scopes that want to be seen. */
export function shownScope(subject: Subject): string {
  const openid = subject.scope.split(' ').includes('openid') ? ['openid'] : []
  const shown = countingScopes(subject).filter((name) => isShown(subject.realm, name))
  return [...new Set([...openid, ...shown])].join(' ')
}

function countingScopes({ realm, client, scope, heldScope }: Subject): string[] {
  const scopes = scopesOf(realm, client, scope)
  if (heldScope === undefined) return scopes
  const held = new Set(heldScope.split(' '))
  return scopes.filter((name) => held.has(name) || !isShown(realm, name))
}

function isShown(realm: LiveRealm, scope: string): boolean {
  return realm.scopes.byName(scope)?.attributes['include.in.token.scope'] !== 'false'
}

/** Whether the client may name this scope. */
export function isKnownScope(realm: LiveRealm, client: LiveClient, scope: string): boolean {
  const mine = [...(client.defaultClientScopes ?? realm.defaultScopes), 'openid']
  return mine.includes(scope) || optionalScopesOf(realm, client).includes(scope)
}

export function claimsFor(subject: Subject, destination: Destination): Claims {
  const { realm, user } = subject
  const mappers = mappersOf(subject)
  const roles = rolesFor(subject, mappers, realm.rolesOf(user))
  const claims: Claims = {}
  for (const mapper of mappers) {
    const { protocolMapper, config } = mapper
    if (!isFor(config, destination)) continue
    const name = config['claim.name'] ?? OWN_NAMES[protocolMapper]
    const value = MAPPERS[protocolMapper]?.(mapper, subject, roles)
    if (name !== undefined && value !== undefined) put(claims, name, value)
    if (protocolMapper === 'oidc-usermodel-client-role-mapper')
      putClientRoles(claims, mapper, roles)
  }
  // A pairwise subject goes before the plain one, into every kind of token.
  if (claims['sub'] !== undefined) claims['sub'] = subjectFor(subject)
  return claims
}

/** Audiences of an access token: those of the mappers, and with `audience resolve` every client of a role. */
export function audiencesFor(subject: Subject): string[] {
  const { realm, user, client } = subject
  const mappers = mappersOf(subject)
  const roles = rolesFor(subject, mappers, realm.rolesOf(user))
  const named = mappers
    .filter((mapper) => mapper.protocolMapper === 'oidc-audience-mapper')
    .filter(({ config }) => isFor(config, 'access.token.claim'))
    .map(({ config }) => config['included.client.audience'] || config['included.custom.audience'])
  const resolves = mappers.some((m) => m.protocolMapper === 'oidc-audience-resolve-mapper')
  const resolved = resolves ? Object.keys(roles.client).filter((id) => id !== client.clientId) : []
  return [...new Set([...named.filter((audience) => audience !== undefined), ...resolved])]
}

/** `sub` as this client sees the user. */
export function subjectFor({ realm, client, user, scope }: Subject): string {
  const mapper = mappersOf({ realm, client, user, scope }).find(
    (one) => one.protocolMapper === 'oidc-sha256-pairwise-sub-mapper',
  )
  return mapper === undefined ? user.id : pairwiseSubject(mapper.config, client, user.id)
}

function mappersOf(subject: Subject): ProtocolMapper[] {
  const { realm, client, heldScope } = subject
  const ofScopes = countingScopes(subject).flatMap(
    (name) => realm.scopes.byName(name)?.protocolMappers ?? [],
  )
  if (heldScope !== undefined) return ofScopes
  // The client's own come last: they win, as in Keycloak, where a later mapper overwrites.
  return [...ofScopes, ...client.protocolMappers]
}

/** Keycloak leaves a claim out unless the mapper says otherwise; introspection follows the access token. */
function isFor(config: Readonly<Record<string, string>>, destination: Destination): boolean {
  const said = config[destination]
  if (said !== undefined) return said === 'true'
  return destination === 'introspection.token.claim' && config['access.token.claim'] === 'true'
}

function rolesFor(
  { realm, client }: Subject,
  mappers: readonly ProtocolMapper[],
  held: RoleNames,
): RoleNames {
  const inScope = client.fullScopeAllowed ? held : ownRoles(held, client)
  const hardcoded = mappers.filter((m) => m.protocolMapper === 'oidc-hardcoded-role-mapper')
  if (hardcoded.length === 0) return inScope
  const realmRoles = new Set(inScope.realm)
  const clientRoles: Record<string, string[]> = {}
  for (const [id, names] of Object.entries(inScope.client)) clientRoles[id] = [...names]
  for (const { config } of hardcoded) {
    const [first = '', second] = (config['role'] ?? '').split('.')
    if (second === undefined) realmRoles.add(first)
    else (clientRoles[first] ??= []).push(second)
  }
  return expandRoles(realm, { realm: [...realmRoles], client: clientRoles })
}

/** Without `fullScopeAllowed` a token carries only the client's own roles. */
function ownRoles(held: RoleNames, { clientId }: LiveClient): RoleNames {
  const own = held.client[clientId]
  return { realm: [], client: own === undefined ? {} : { [clientId]: own } }
}

function attributeOf(user: LiveUser, config: Readonly<Record<string, string>>): unknown {
  const name = config['user.attribute'] ?? ''
  const values = user.attributes?.[name] ?? propertyOf(user, name)
  if (values === undefined || values.length === 0) return undefined
  if (config['multivalued'] === 'true') return values.map((value) => typed(value, config))
  return typed(values[0], config)
}

function propertyOf(user: LiveUser, name: string): readonly string[] | undefined {
  if (name === 'emailVerified') return [String(user.emailVerified ?? false)]
  if (!['username', 'firstName', 'lastName', 'email', 'id'].includes(name)) return undefined
  const value: unknown = Reflect.get(user, name)
  return typeof value === 'string' ? [value] : undefined
}

function typed(value: string | undefined, config: Readonly<Record<string, string>>): unknown {
  const read = JSON_TYPES[config['jsonType.label'] ?? 'String']
  return value === undefined || read === undefined ? value : read(value)
}

const JSON_TYPES: Readonly<Record<string, (text: string) => unknown>> = {
  boolean: (text) => text === 'true',
  int: Number,
  long: Number,
  JSON: parseJson,
}

function prefixed(names: readonly string[], prefix = ''): string[] | undefined {
  return names.length === 0 ? undefined : names.map((name) => `${prefix}${name}`)
}

function putClientRoles(claims: Claims, { config }: ProtocolMapper, roles: RoleNames): void {
  const only = config['usermodel.clientRoleMapping.clientId']
  const name = config['claim.name'] ?? 'resource_access.${client_id}.roles'
  const prefix = config['usermodel.clientRoleMapping.rolePrefix']
  for (const [clientId, names] of Object.entries(roles.client)) {
    if (only !== undefined && only !== '' && only !== clientId) continue
    const value = prefixed(names, prefix)
    // A dot within the client's id is not a step of the path.
    const path = splitPath(name).map((part) => part.replace('${client_id}', () => clientId))
    if (value !== undefined) putAt(claims, path, value)
  }
}

function put(claims: Claims, name: string, value: unknown): void {
  putAt(claims, splitPath(name), value)
}

/** `a.b` is a path, `a\.b` a name with a dot. */
function splitPath(name: string): string[] {
  return name.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'))
}

function putAt(claims: Claims, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path
  if (first === '__proto__') return
  if (rest.length === 0) {
    claims[first] = value
    return
  }
  const inner = claims[first]
  const next = isClaims(inner) ? inner : {}
  claims[first] = next
  putAt(next, rest, value)
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
