// Users, service accounts and groups: of each only what the files decide. Passwords and second factors are the person's
// own from the first day and are never compared.
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './fields.ts'
import type { Item } from './kinds.ts'
import { withoutMarks } from './marks.ts'

const COMPARED = ['enabled', 'firstName', 'lastName', 'email', 'emailVerified', 'attributes']

export function usersOf(users: readonly Fields[], realm: string): readonly Item[] {
  return users
    .filter((user) => textOf(user['serviceAccountClientId']) === '')
    .map((user) => userOf('user', textOf(user['username']), user, realm))
}

/** A service account is made and goes with its client; what it may do is told here. */
export function serviceAccountsOf(realm: Fields): readonly Item[] {
  return listOf(realm['users']).flatMap((user) => {
    const client = textOf(user['serviceAccountClientId'])
    if (client === '') return []
    const { kind, key, body, id, value } = userOf(
      'service-account',
      client,
      user,
      textOf(realm['realm']),
    )
    const { roles, groups } = value
    return [{ kind, key, body, id, value: { roles, groups }, parent: `client:${client}` as const }]
  })
}

function userOf(kind: 'user' | 'service-account', key: string, body: Fields, realm: string): Item {
  const ofClients = Object.entries(fieldsOf(body['clientRoles']))
  const roles = [
    ...textsOf(body['realmRoles']),
    ...ofClients.flatMap(([client, names]) => textsOf(names).map((name) => `${client} / ${name}`)),
  ]
  const spoken = COMPARED.filter((name) => body[name] !== undefined)
  return {
    kind,
    key,
    value: {
      ...Object.fromEntries(spoken.map((name) => [name, body[name]])),
      // Who is made by REST has the default role, who is imported has not: no difference that the files make.
      roles: roles.filter((role) => role !== `default-roles-${realm}`),
      groups: textsOf(body['groups']),
    },
    body,
    id: textOf(body['id']),
  }
}

/** By path: `/agencies/rmto`. */
export function groupsOf(groups: readonly Fields[], above?: Item): readonly Item[] {
  return groups.flatMap((body) => {
    const key = `${above?.key ?? ''}/${textOf(body['name'])}`
    const ofClients = Object.entries(fieldsOf(body['clientRoles']))
    const roles = [
      ...textsOf(body['realmRoles']),
      ...ofClients.flatMap(([client, names]) =>
        textsOf(names).map((name) => `${client} / ${name}`),
      ),
    ]
    const { description, attributes } = withoutMarks(body)
    const parent = above === undefined ? {} : { parent: `group:${above.key}` as const }
    const group: Item = {
      kind: 'group',
      key,
      value: { description, attributes, roles },
      body,
      id: textOf(body['id']),
      ...parent,
    }
    return [group, ...groupsOf(listOf(body['subGroups']), group)]
  })
}
