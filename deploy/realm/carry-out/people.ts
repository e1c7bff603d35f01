// Users that the files name, and what service accounts may do. A user is made with the password of the files and never
// given it again.
import { fieldsOf, textsOf } from '../objects/fields.ts'
import type { Item } from '../objects/kinds.ts'
import { writeRoles } from './roles.ts'
import { changesOf, type Hand, type Hands, idOf, type Work } from './work.ts'

/** By Keycloak's own import: only it takes ids, second factors and roles along. */
const user: Hand = {
  create: async ({ server }, { item }) => {
    const { admin, realm } = server
    const rep = { ifResourceExists: 'FAIL' as const, users: [item.body] }
    await server.call(`user ${item.key}`, () => admin.realms.partialImport({ realm, rep }))
  },
  update: async (work, { item, found }) => {
    const { server } = work
    const id = found?.id ?? ''
    const { roles: _roles, groups: _groups, attributes, ...members } = item.value
    const all = { ...fieldsOf(found?.body['attributes']), ...fieldsOf(attributes) }
    const body = { username: item.key, ...fieldsOf(found?.value), ...members, attributes: all }
    const { roles: _theirs, groups: _also, ...whole }: Record<string, unknown> = body
    await server.call(`user ${item.key}`, () => server.admin.users.update({ id }, whole))
    await writeMemberships(work, item, { id, found })
  },
}

const serviceAccount: Hand = {
  create: (work, { item }) =>
    writeMemberships(work, item, { id: idOf(work, `service-account:${item.key}`) }),
  update: (work, { item, found }) => writeMemberships(work, item, { id: found?.id ?? '', found }),
}

async function writeMemberships(
  work: Work,
  item: Item,
  { id, found }: { readonly id: string; readonly found?: Item | undefined },
): Promise<void> {
  const what = `${item.kind === 'user' ? 'user' : 'service account'} ${item.key}`
  const there = textsOf(found?.value['roles'])
  await writeRoles(work, { of: 'users', id, what }, { wanted: textsOf(item.value['roles']), there })
  const { server } = work
  const groups = changesOf(textsOf(item.value['groups']), textsOf(found?.value['groups']))
  for (const path of groups.add) {
    const groupId = idOf(work, `group:${path}`)
    await server.call(what, () => server.admin.users.addToGroup({ id, groupId }))
  }
  for (const path of groups.drop) {
    const groupId = idOf(work, `group:${path}`)
    await server.call(what, () => server.admin.users.delFromGroup({ id, groupId }))
  }
}

export const PEOPLE: Hands = { user, 'service-account': serviceAccount }
