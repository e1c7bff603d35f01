// The part of Keycloak's representations (its admin REST API, its realm export) that the embedded sign-on honours.
// What is not named here is kept and given back as it came: `Type.Object` lets other members pass.
import { type Static, Type } from 'typebox'

const Texts = Type.Array(Type.String())
const Attributes = Type.Record(Type.String(), Type.String())

export const ProtocolMapper = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String(),
  protocolMapper: Type.String(),
  config: { ...Attributes, default: {} },
})

export const ClientScope = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String({ minLength: 1 }),
  protocol: Type.String({ default: 'openid-connect' }),
  attributes: { ...Attributes, default: {} },
  protocolMappers: Type.Array(ProtocolMapper, { default: [] }),
})

export const RealmClient = Type.Object({
  id: Type.Optional(Type.String()),
  clientId: Type.String({ minLength: 1, maxLength: 255 }),
  name: Type.Optional(Type.String()),
  enabled: Type.Boolean({ default: true }),
  bearerOnly: Type.Boolean({ default: false }),
  publicClient: Type.Boolean({ default: false }),
  /** `client-secret`, `client-jwt` (private_key_jwt), `client-x509` (tls_client_auth); others are not honoured. */
  clientAuthenticatorType: Type.String({ default: 'client-secret' }),
  secret: Type.Optional(Type.String({ minLength: 8 })),
  standardFlowEnabled: Type.Boolean({ default: true }),
  serviceAccountsEnabled: Type.Boolean({ default: false }),
  fullScopeAllowed: Type.Boolean({ default: true }),
  notBefore: Type.Integer({ default: 0 }),
  // Wildcards are left to nobody: RFC 9700 §2.1 asks for exact redirect URIs.
  redirectUris: Type.Array(Type.String({ pattern: '^[^*]+$' }), { default: [] }),
  webOrigins: Type.Array(Type.String({ pattern: '^[^*]+$' }), { default: [] }),
  attributes: { ...Attributes, default: {} },
  protocolMappers: Type.Array(ProtocolMapper, { default: [] }),
  /** Absent: the realm's own. */
  defaultClientScopes: Type.Optional(Texts),
  optionalClientScopes: Type.Optional(Texts),
})

/**
 * `{type: password, value}` as written by hand, or as Keycloak exports it: `secretData` and `credentialData` are JSON
 * in a text. `otp` has the shared secret in `secretData.value`.
 */
export const Credential = Type.Object({
  id: Type.Optional(Type.String()),
  type: Type.String(),
  value: Type.Optional(Type.String({ minLength: 1 })),
  temporary: Type.Optional(Type.Boolean()),
  secretData: Type.Optional(Type.String()),
  credentialData: Type.Optional(Type.String()),
  userLabel: Type.Optional(Type.String()),
  createdDate: Type.Optional(Type.Integer()),
})

export const RealmUser = Type.Object({
  id: Type.String({ minLength: 1 }),
  username: Type.String({ minLength: 1, maxLength: 255 }),
  enabled: Type.Boolean({ default: true }),
  firstName: Type.Optional(Type.String()),
  lastName: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  emailVerified: Type.Optional(Type.Boolean()),
  /** Milliseconds since 1970. */
  createdTimestamp: Type.Optional(Type.Integer()),
  attributes: Type.Optional(Type.Record(Type.String(), Texts)),
  credentials: Type.Optional(Type.Array(Credential)),
  requiredActions: Type.Optional(Texts),
  realmRoles: Type.Array(Type.String(), { default: [] }),
  clientRoles: { ...Type.Record(Type.String(), Texts), default: {} },
  serviceAccountClientId: Type.Optional(Type.String()),
  /** Seconds since 1970; tokens issued before are void. */
  notBefore: Type.Optional(Type.Integer()),
})

export const Role = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.Optional(Type.String()),
  composite: Type.Optional(Type.Boolean()),
  composites: Type.Optional(
    Type.Object({
      realm: Type.Optional(Texts),
      /** By clientId. */
      client: Type.Optional(Type.Record(Type.String(), Texts)),
    }),
  ),
  attributes: Type.Optional(Type.Record(Type.String(), Texts)),
})

const Seconds = (seconds: number) => Type.Integer({ minimum: 0, default: seconds })

/** All of a realm but its clients, users, roles and scopes. */
export const RealmSettings = Type.Object({
  realm: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
  displayName: Type.String(),
  enabled: Type.Boolean({ default: true }),
  notBefore: Seconds(0),
  defaultSignatureAlgorithm: Type.String({ default: 'RS256' }),
  bruteForceProtected: Type.Boolean(),
  permanentLockout: Type.Boolean({ default: false }),
  /** Wrong passwords in a row before a user has to wait. */
  failureFactor: Type.Integer({ minimum: 1 }),
  waitIncrementSeconds: Type.Integer({ minimum: 1 }),
  maxFailureWaitSeconds: Type.Integer({ minimum: 1 }),
  maxDeltaTimeSeconds: Seconds(43_200),
  /** All lifetimes in seconds. */
  accessTokenLifespan: Type.Integer({ minimum: 1 }),
  accessCodeLifespan: Type.Integer({ minimum: 1 }),
  accessCodeLifespanLogin: Type.Integer({ minimum: 1 }),
  ssoSessionIdleTimeout: Type.Integer({ minimum: 1 }),
  ssoSessionMaxLifespan: Type.Integer({ minimum: 1 }),
  oauth2DeviceCodeLifespan: Seconds(600),
  oauth2DevicePollingInterval: Seconds(5),
  revokeRefreshToken: Type.Boolean({ default: false }),
  attributes: { ...Attributes, default: {} },
  defaultDefaultClientScopes: Type.Optional(Texts),
  defaultOptionalClientScopes: Type.Optional(Texts),
})

export const Realm = Type.Intersect([
  RealmSettings,
  Type.Object({
    roles: Type.Object({
      realm: Type.Array(Role, { default: [] }),
      /** By clientId. */
      client: { ...Type.Record(Type.String(), Type.Array(Role)), default: {} },
    }),
    clients: Type.Array(RealmClient),
    clientScopes: Type.Optional(Type.Array(ClientScope)),
    users: Type.Array(RealmUser),
  }),
])

const WithId = Type.Object({ id: Type.String({ minLength: 1 }) })
export const LiveClient = Type.Intersect([RealmClient, WithId])
export const LiveScope = Type.Intersect([ClientScope, WithId])
/** A role of the realm, or of the client whose id is `containerId`. */
export const LiveRole = Type.Intersect([
  Role,
  WithId,
  Type.Object({ clientRole: Type.Boolean(), containerId: Type.String() }),
])

export type LiveClient = Static<typeof LiveClient>
export type LiveScope = Static<typeof LiveScope>
export type LiveRole = Static<typeof LiveRole>
export type ProtocolMapper = Static<typeof ProtocolMapper>
export type ClientScope = Static<typeof ClientScope>
export type RealmClient = Static<typeof RealmClient>
export type Credential = Static<typeof Credential>
export type RealmUser = Static<typeof RealmUser>
export type Role = Static<typeof Role>
export type RealmSettings = Static<typeof RealmSettings>
export type Realm = Static<typeof Realm>
