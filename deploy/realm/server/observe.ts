// In: a server. Out: its realm in the shape of the files, one export with what an export leaves out: the users that the
// files name, and the secrets that the server tells. Never: other people's data.
import { type Fields, fieldsOf, listOf, textOf } from '../objects/fields.ts'
import { usersOf } from '../objects/flatten-people.ts'
import { flatten } from '../objects/flatten.ts'
import { type Item, type ItemName, nameOf } from '../objects/kinds.ts'
import { secretsIn, type Secrets } from '../objects/secret-places.ts'
import type { Server } from './server.ts'

/** So Keycloak writes a secret that it does not tell. */
const UNTOLD = /^\*+$/
/** Requests at a time: administration is nobody's bottleneck, the people's sign-in is. */
const AT_ONCE = 4

export interface Observed {
  readonly realm: Fields
  readonly items: readonly Item[]
  /** By object, its secrets; a value is undefined where the server has one and does not tell it. */
  readonly secrets: ReadonlyMap<ItemName, ReadonlyMap<string, string | undefined>>
}

/** Undefined when there is no such realm. */
export async function observe(
  server: Server,
  desired: readonly Item[],
): Promise<Observed | undefined> {
  const { realm } = server
  const { admin } = server
  const found = await server.call('read the realm', () => admin.realms.findOne({ realm }))
  // A library that calls a realm that is not there `null` does not say so in its types.
  if (!found) return undefined
  const exported = await server.call('read the realm', () =>
    admin.realms.export({ realm, exportClients: true, exportGroupsAndRoles: true }),
  )
  const whole: Fields = { ...exported }
  const items = [...flatten(whole), ...(await readUsers(server, desired))]
  return { realm: whole, items, secrets: await readSecrets(server, items, desired) }
}

async function readUsers(server: Server, desired: readonly Item[]): Promise<readonly Item[]> {
  const names = desired.filter(({ kind }) => kind === 'user').map(({ key }) => key)
  const users = await atOnce(names, (username) => readUser(server, username))
  return usersOf(
    users.filter((user) => user !== undefined),
    server.realm,
  )
}

async function readUser(server: Server, username: string): Promise<Fields | undefined> {
  const { admin } = server
  const what = 'read a user'
  const [user] = await server.call(what, () => admin.users.find({ username, exact: true }))
  const id = user?.id
  if (id === undefined) return undefined
  const [roles, groups] = await Promise.all([
    server.call(what, () => admin.users.listRoleMappings({ id })),
    server.call(what, () => admin.users.listGroups({ id })),
  ])
  const ofClients = Object.entries(fieldsOf(fieldsOf(roles)['clientMappings']))
  return {
    ...user,
    realmRoles: listOf(roles.realmMappings).map(({ name }) => name),
    clientRoles: Object.fromEntries(
      ofClients.map(([client, each]) => [
        client,
        listOf(fieldsOf(each)['mappings']).map(({ name }) => name),
      ]),
    ),
    groups: groups.map(({ path }) => path),
  }
}

/** Only of objects for which the files have a secret: what is not compared is not read. */
async function readSecrets(
  server: Server,
  items: readonly Item[],
  desired: readonly Item[],
): Promise<Observed['secrets']> {
  const wanted = new Set(desired.filter((item) => secretsOf(item).size > 0).map(nameOf))
  const read = await atOnce(
    items.filter((item) => wanted.has(nameOf(item))),
    async (item) => {
      const told = new Map(
        [...secretsOf(item)].map(([at, value]) => [at, UNTOLD.test(value) ? undefined : value]),
      )
      const secret = item.kind === 'client' ? await readClientSecret(server, item) : undefined
      if (secret !== undefined) told.set('/secret', secret)
      return [nameOf(item), told] as const
    },
  )
  return new Map(read)
}

async function readClientSecret(server: Server, { id }: Item): Promise<string | undefined> {
  if (id === undefined) return undefined
  const { admin } = server
  const answer = await server.call('read a client’s secret', () =>
    admin.clients.getClientSecret({ id }),
  )
  const value = textOf(fieldsOf(answer)['value'])
  return value === '' || UNTOLD.test(value) ? undefined : value
}

/** People's passwords are not ours to compare. */
export function secretsOf({ kind, body }: Item): Secrets {
  return kind === 'user' || kind === 'service-account' ? new Map() : secretsIn(body)
}

async function atOnce<In, Out>(
  list: readonly In[],
  work: (each: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = []
  for (let from = 0; from < list.length; from += AT_ONCE) {
    results.push(...(await Promise.all(list.slice(from, from + AT_ONCE).map(work))))
  }
  return results
}
