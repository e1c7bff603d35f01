// Roles of the realm and of clients, what they contain, and groups.
import { type Fields, fieldsOf, textOf, textsOf } from '../objects/fields.ts'
import type { Item, ItemName } from '../objects/kinds.ts'
import { withMark } from '../objects/marks.ts'
import { changesOf, type Hand, type Hands, idOf, roleNamed, splitKey, type Work } from './work.ts'

/** Attributes that are not sent are deleted: what others added stays. */
function roleBody(item: Item, found: Item | undefined): Fields {
  const { composites: _later, composite: _told, ...body } = item.body
  const attributes = { ...fieldsOf(found?.body['attributes']), ...fieldsOf(body['attributes']) }
  return withMark({ ...body, attributes }, item.kind)
}

async function updateRole({ server }: Work, item: Item, found: Item | undefined): Promise<void> {
  const id = found?.id ?? ''
  const body = { ...roleBody(item, found), id }
  await server.call(`role ${item.key}`, () => server.admin.roles.updateById({ id }, body))
}

async function removeRole({ server }: Work, { key, id }: Item): Promise<void> {
  await server.call(`role ${key}`, () => server.admin.roles.delById({ id: id ?? '' }))
}

const role: Hand = {
  create: async ({ server, ids }, { item }) => {
    const { roles } = server.admin
    await server.call(`role ${item.key}`, () => roles.create(roleBody(item, undefined)))
    const made = await server.call(`role ${item.key}`, () =>
      roles.findOneByName({ name: item.key }),
    )
    ids.set(`role:${item.key}`, made?.id ?? '')
  },
  update: (work, { item, found }) => updateRole(work, item, found),
  remove: removeRole,
}

const clientRole: Hand = {
  create: async (work, { item }) => {
    const { server, ids } = work
    const [client = ''] = splitKey(item.key)
    const id = idOf(work, `client:${client}`)
    await server.call(`role ${item.key}`, () =>
      server.admin.clients.createRole({ ...roleBody(item, undefined), id }),
    )
    ids.set(`client-role:${item.key}`, (await roleNamed(work, item.key)).id)
  },
  update: (work, { item, found }) => updateRole(work, item, found),
  remove: removeRole,
}

async function writeComposites(work: Work, item: Item, there: readonly string[]): Promise<void> {
  const { server } = work
  const roleId = idOf(work, item.parent ?? `role:${item.key}`)
  const { add, drop } = changesOf(textsOf(item.value['roles']), there)
  const what = `roles in ${item.key}`
  const [more, less] = await Promise.all([named(work, add), named(work, drop)])
  const { roles } = server.admin
  if (more.length > 0) await server.call(what, () => roles.createComposite({ roleId }, more))
  if (less.length > 0) {
    await server.call(what, () => roles.delCompositeRoles({ id: roleId }, less))
  }
}

const composites: Hand = {
  create: (work, { item }) => writeComposites(work, item, []),
  update: (work, { item, found }) => writeComposites(work, item, textsOf(found?.value['roles'])),
}

function named(work: Work, names: readonly string[]) {
  return Promise.all(names.map((name) => roleNamed(work, name)))
}

/** Roles of a group, a user or a service account. */
export async function writeRoles(
  work: Work,
  whose: { readonly of: 'groups' | 'users'; readonly id: string; readonly what: string },
  lists: { readonly wanted: readonly string[]; readonly there: readonly string[] },
): Promise<void> {
  const { add, drop } = changesOf(lists.wanted, lists.there)
  for (const name of add) await mapRole(work, whose, { name, verb: 'add' })
  for (const name of drop) await mapRole(work, whose, { name, verb: 'del' })
}

async function mapRole(
  work: Work,
  { of, id, what }: { readonly of: 'groups' | 'users'; readonly id: string; readonly what: string },
  { name, verb }: { readonly name: string; readonly verb: 'add' | 'del' },
): Promise<void> {
  const { server } = work
  const [client] = splitKey(name)
  const roles = [await roleNamed(work, name)]
  const people = server.admin[of]
  if (client === undefined) {
    await server.call(what, () => people[`${verb}RealmRoleMappings`]({ id, roles }))
    return
  }
  const clientUniqueId = idOf(work, `client:${client}`)
  await server.call(what, () => people[`${verb}ClientRoleMappings`]({ id, clientUniqueId, roles }))
}

async function updateGroup(work: Work, item: Item, found: Item | undefined): Promise<void> {
  const { server } = work
  const id = idOf(work, `group:${item.key}`)
  const name = textOf(item.body['name'])
  const attributes = {
    ...fieldsOf(found?.body['attributes']),
    ...fieldsOf(item.body['attributes']),
  }
  const description = textOf(item.body['description'])
  const body = withMark({ name, description, attributes }, 'group')
  await server.call(`group ${item.key}`, () => server.admin.groups.update({ id }, body))
  const lists = {
    wanted: textsOf(item.value['roles']),
    there: textsOf(found?.value['roles']),
  }
  await writeRoles(work, { of: 'groups', id, what: `group ${item.key}` }, lists)
}

const group: Hand = {
  create: async (work, { item }) => {
    const { server, ids } = work
    const { groups } = server.admin
    const name = textOf(item.body['name'])
    const above: ItemName | undefined = item.parent
    const made = await server.call(`group ${item.key}`, () =>
      above === undefined
        ? groups.create({ name })
        : groups.createChildGroup({ id: idOf(work, above) }, { name }),
    )
    ids.set(`group:${item.key}`, made.id)
    await updateGroup(work, item, undefined)
  },
  update: (work, { item, found }) => updateGroup(work, item, found),
  remove: async ({ server }, { key, id }) => {
    await server.call(`group ${key}`, () => server.admin.groups.del({ id: id ?? '' }))
  },
}

export const ROLES: Hands = {
  role,
  'client-role': clientRole,
  'role-composites': composites,
  group,
}
