// What is read of the admin API's representations, and nothing else: a secret that stands beside it is never picked up.

import { type Static, Type } from 'typebox'

const Text = Type.String()
const Texts = Type.Array(Text)
const OneText = Type.Optional(Text)
/** Milliseconds or seconds since 1970, as each member says. */
const Time = Type.Optional(Type.Integer())
const Flag = Type.Optional(Type.Boolean())

export const ClientForm = Type.Object({
  id: Text,
  clientId: Text,
  name: OneText,
  enabled: Type.Boolean(),
  publicClient: Flag,
  clientAuthenticatorType: OneText,
  standardFlowEnabled: Flag,
  serviceAccountsEnabled: Flag,
  redirectUris: Type.Optional(Texts),
  attributes: Type.Optional(Type.Record(Text, Type.Unknown())),
  defaultClientScopes: Type.Optional(Texts),
  optionalClientScopes: Type.Optional(Texts),
  /** Seconds. */
  notBefore: Time,
})
export type ClientForm = Static<typeof ClientForm>

export const UserForm = Type.Object({
  id: Text,
  username: Text,
  firstName: OneText,
  lastName: OneText,
  enabled: Flag,
  totp: Flag,
  /** Milliseconds. */
  createdTimestamp: Time,
  requiredActions: Type.Optional(Texts),
  serviceAccountClientId: OneText,
  attributes: Type.Optional(Type.Record(Text, Type.Unknown())),
})
export type UserForm = Static<typeof UserForm>

export const RoleForm = Type.Object({
  id: Text,
  name: Text,
  composite: Flag,
  clientRole: Flag,
  description: OneText,
})
export type RoleForm = Static<typeof RoleForm>

export const SessionForm = Type.Object({
  id: Text,
  username: OneText,
  userId: OneText,
  ipAddress: OneText,
  /** Milliseconds. */
  start: Time,
  lastAccess: Time,
  /** Internal id → client id. */
  clients: Type.Optional(Type.Record(Text, Text)),
})
export type SessionForm = Static<typeof SessionForm>

export const EventForm = Type.Object({
  /** Milliseconds. */
  time: Type.Integer(),
  type: Text,
  clientId: OneText,
  userId: OneText,
  sessionId: OneText,
  ipAddress: OneText,
  error: OneText,
})
export type EventForm = Static<typeof EventForm>

export const AdminEventForm = Type.Object({
  time: Type.Integer(),
  operationType: Text,
  resourceType: OneText,
  resourcePath: OneText,
  error: OneText,
  representation: OneText,
  authDetails: Type.Optional(
    Type.Object({ clientId: OneText, userId: OneText, ipAddress: OneText, realmId: OneText }),
  ),
})
export type AdminEventForm = Static<typeof AdminEventForm>

export const LockForm = Type.Object({
  numFailures: Type.Optional(Type.Integer()),
  disabled: Flag,
  /** Milliseconds. */
  lastFailure: Time,
})

export const CredentialForm = Type.Object({ id: Text, type: Text })

export const ProviderForm = Type.Object({
  alias: Text,
  displayName: OneText,
  providerId: Text,
  enabled: Flag,
  trustEmail: Flag,
})
export type ProviderForm = Static<typeof ProviderForm>

export const KeysForm = Type.Object({
  active: Type.Optional(Type.Record(Text, Text)),
  keys: Type.Array(
    Type.Object({
      kid: OneText,
      providerId: OneText,
      providerPriority: Type.Optional(Type.Integer()),
      status: OneText,
      type: OneText,
      algorithm: OneText,
      use: OneText,
      certificate: OneText,
      /** Milliseconds. */
      validTo: Time,
    }),
  ),
})
export type KeyForm = Static<typeof KeysForm>['keys'][number]

export const ComponentForm = Type.Object({
  id: Text,
  name: Text,
  providerId: Text,
  providerType: Text,
  parentId: OneText,
  config: Type.Record(Text, Texts),
})

export const RealmForm = Type.Object({
  id: Text,
  realm: Text,
  displayName: OneText,
  enabled: Flag,
  bruteForceProtected: Flag,
  failureFactor: Type.Optional(Type.Integer()),
  eventsEnabled: Flag,
  adminEventsEnabled: Flag,
  /** Seconds. */
  accessTokenLifespan: Time,
  ssoSessionIdleTimeout: Time,
  ssoSessionMaxLifespan: Time,
  notBefore: Time,
})

/** The value of an attribute: Keycloak has one text in clients, a list in users. */
export function attributeOf(
  attributes: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  const value = attributes?.[name]
  const one: unknown = Array.isArray(value) ? value[0] : value
  return typeof one === 'string' ? one : undefined
}
