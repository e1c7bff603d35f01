// The parts of Keycloak's RealmRepresentation that we look into. Whatever else a file says passes through unread.
import { type Static, Type } from 'typebox'

const Role = Type.Object({ name: Type.String({ minLength: 1 }) })

const Client = Type.Object({
  clientId: Type.String({ minLength: 1 }),
  attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
})

const User = Type.Object({
  id: Type.Optional(Type.String({ minLength: 1 })),
  username: Type.String({ minLength: 1 }),
  realmRoles: Type.Optional(Type.Array(Type.String())),
  serviceAccountClientId: Type.Optional(Type.String()),
})

export const RealmRepresentation = Type.Object({
  realm: Type.String({ minLength: 1, maxLength: 255 }),
  attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
  roles: Type.Object({ realm: Type.Array(Role) }),
  clients: Type.Array(Client),
  users: Type.Optional(Type.Array(User)),
})

/** What `kc.sh --import-realm` takes; members that we do not look into are there all the same. */
export type RealmRepresentation = Static<typeof RealmRepresentation>
export type RealmUser = Static<typeof User>
