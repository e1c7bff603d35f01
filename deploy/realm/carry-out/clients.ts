// Clients and scopes, their mappers, and which roles they may put into tokens.
import { type Fields, fieldsOf, textsOf } from '../objects/fields.ts'
import type { Item } from '../objects/kinds.ts'
import { withMark } from '../objects/marks.ts'
import { changesOf, type Hand, type Hands, idOf, roleNamed, splitKey, type Work } from './work.ts'

/** Mappers are objects of their own here. */
function whole(item: Item, found: Item | undefined): Fields {
  const { protocolMappers: _apart, id: _theirs, ...body } = item.body
  const attributes = { ...fieldsOf(found?.body['attributes']), ...fieldsOf(body['attributes']) }
  return withMark({ ...body, attributes }, item.kind)
}

async function writeScopes(work: Work, item: Item, found: Item): Promise<void> {
  const { server } = work
  const { clients } = server.admin
  const id = found.id ?? ''
  const places = [
    ['defaultClientScopes', 'addDefaultClientScope', 'delDefaultClientScope'],
    ['optionalClientScopes', 'addOptionalClientScope', 'delOptionalClientScope'],
  ] as const
  const changes = places.map(([member, add, drop]) => ({
    add,
    drop,
    names:
      item.body[member] === undefined
        ? { add: [], drop: [] }
        : changesOf(textsOf(item.body[member]), textsOf(found.body[member])),
  }))
  // A scope that moves from one list to the other has to leave the first.
  for (const { drop, names } of changes) {
    for (const name of names.drop) {
      const clientScopeId = idOf(work, `client-scope:${name}`)
      await server.call(`scope ${name} of ${item.key}`, () => clients[drop]({ id, clientScopeId }))
    }
  }
  for (const { add, names } of changes) {
    for (const name of names.add) {
      const clientScopeId = idOf(work, `client-scope:${name}`)
      await server.call(`scope ${name} of ${item.key}`, () => clients[add]({ id, clientScopeId }))
    }
  }
}

const client: Hand = {
  create: async (work, { item }) => {
    const { server, ids } = work
    const { clients } = server.admin
    const made = await server.call(`client ${item.key}`, () =>
      clients.create(whole(item, undefined)),
    )
    ids.set(`client:${item.key}`, made.id)
    // A server gives a new client scopes of its own beside those that it is told.
    const body: Fields = {
      ...(await server.call(`client ${item.key}`, () => clients.findOne({ id: made.id }))),
    }
    await writeScopes(work, item, { ...item, id: made.id, body })
    if (item.body['serviceAccountsEnabled'] !== true) return
    const account = await server.call(`service account of ${item.key}`, () =>
      clients.getServiceAccountUser({ id: made.id }),
    )
    ids.set(`service-account:${item.key}`, account.id ?? '')
  },
  update: async (work, { item, found }) => {
    const { server } = work
    const id = found?.id ?? ''
    await server.call(`client ${item.key}`, () =>
      server.admin.clients.update({ id }, whole(item, found)),
    )
    if (found !== undefined) await writeScopes(work, item, found)
  },
  remove: async ({ server }, { key, id }) => {
    await server.call(`client ${key}`, () => server.admin.clients.del({ id: id ?? '' }))
  },
}

const clientScope: Hand = {
  create: async ({ server, ids }, { item }) => {
    const made = await server.call(`client scope ${item.key}`, () =>
      server.admin.clientScopes.create(whole(item, undefined)),
    )
    ids.set(`client-scope:${item.key}`, made.id)
  },
  update: async ({ server }, { item, found }) => {
    const id = found?.id ?? ''
    await server.call(`client scope ${item.key}`, () =>
      server.admin.clientScopes.update({ id }, whole(item, found)),
    )
  },
  remove: async ({ server }, { key, id }) => {
    await server.call(`client scope ${key}`, () => server.admin.clientScopes.del({ id: id ?? '' }))
  },
}

/** A client and a scope have the same doors for their parts. */
function ownerOf(work: Work, { parent }: Item) {
  const id = parent === undefined ? '' : idOf(work, parent)
  const isScope = parent?.startsWith('client-scope:') === true
  const { admin } = work.server
  return { id, doors: isScope ? admin.clientScopes : admin.clients }
}

const mapper: Hand = {
  create: async (work, { item }) => {
    const { id, doors } = ownerOf(work, item)
    await work.server.call(`mapper ${item.key}`, () => doors.addProtocolMapper({ id }, item.body))
  },
  update: async (work, { item, found }) => {
    const { id, doors } = ownerOf(work, item)
    const mapperId = found?.id ?? ''
    const config = { ...fieldsOf(found?.body['config']), ...fieldsOf(item.body['config']) }
    const body = { ...item.body, id: mapperId, config }
    await work.server.call(`mapper ${item.key}`, () =>
      doors.updateProtocolMapper({ id, mapperId }, body),
    )
  },
  remove: async (work, found) => {
    const { id, doors } = ownerOf(work, found)
    const mapperId = found.id ?? ''
    await work.server.call(`mapper ${found.key}`, () => doors.delProtocolMapper({ id, mapperId }))
  },
}

async function writeMapping(work: Work, item: Item, there: readonly string[]): Promise<void> {
  const { add, drop } = changesOf(textsOf(item.value['roles']), there)
  for (const name of add) await mapRole(work, item, { name, verb: 'add' })
  for (const name of drop) await mapRole(work, item, { name, verb: 'del' })
}

async function mapRole(
  work: Work,
  item: Item,
  { name, verb }: { readonly name: string; readonly verb: 'add' | 'del' },
): Promise<void> {
  const { id, doors } = ownerOf(work, item)
  const [ofClient] = splitKey(name)
  const roles = [await roleNamed(work, name)]
  await work.server.call(`roles of ${item.key}`, () =>
    ofClient === undefined
      ? doors[`${verb}RealmScopeMappings`]({ id }, roles)
      : doors[`${verb}ClientScopeMappings`](
          { id, client: idOf(work, `client:${ofClient}`) },
          roles,
        ),
  )
}

const scopeMapping: Hand = {
  create: (work, { item }) => writeMapping(work, item, []),
  update: (work, { item, found }) => writeMapping(work, item, textsOf(found?.value['roles'])),
}

export const CLIENTS: Hands = {
  client,
  'client-scope': clientScope,
  mapper,
  'scope-mapping': scopeMapping,
}
