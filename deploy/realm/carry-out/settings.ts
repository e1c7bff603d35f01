// The realm's own members, and what is there once in every realm: settings, user profile, flows bound, default scopes,
// required actions, components.
import { type Fields, fieldsOf, textOf, textsOf } from '../objects/fields.ts'
import { changesOf, type Hand, type Hands, idOf, type Work } from './work.ts'

async function writeRealm({ server, realm }: Work, body: Fields): Promise<void> {
  const { admin, realm: name } = server
  // Attributes that are not sent are deleted: all others, our own among them, are sent along.
  const attributes =
    body['attributes'] === undefined
      ? {}
      : { attributes: { ...fieldsOf(realm['attributes']), ...fieldsOf(body['attributes']) } }
  await server.call('realm', () => admin.realms.update({ realm: name }, { ...body, ...attributes }))
}

const realm: Hand = {
  create: (work, { item }) => writeRealm(work, item.value),
  update: (work, { item, found }) =>
    writeRealm(work, { ...item.value, ...mailOf(item.body, found?.body ?? {}) }),
}

/** It is taken only whole; the masked password of the server means: keep the one that is there. */
function mailOf({ smtpServer }: Fields, { smtpServer: there }: Fields): Fields {
  if (smtpServer === undefined) return {}
  return { smtpServer: { ...fieldsOf(there), ...fieldsOf(smtpServer) } }
}

const bindings: Hand = {
  create: (work, { item }) => writeRealm(work, item.body),
  update: (work, { item }) => writeRealm(work, item.body),
}

async function writeProfile({ server }: Work, body: Fields): Promise<void> {
  const { admin, realm: name } = server
  await server.call('user profile', () => admin.users.updateProfile({ ...body, realm: name }))
}

const profile: Hand = {
  create: (work, { item }) => writeProfile(work, item.body),
  update: (work, { item }) => writeProfile(work, item.body),
}

async function writeAction({ server }: Work, body: Fields): Promise<void> {
  const alias = textOf(body['alias'])
  await server.call(`required action ${alias}`, () =>
    server.admin.authenticationManagement.updateRequiredAction({ alias }, body),
  )
}

const requiredAction: Hand = {
  create: async (work, { item }) => {
    const { server } = work
    const [providerId, name] = [textOf(item.body['providerId']), textOf(item.body['name'])]
    await server.call(`required action ${item.key}`, () =>
      server.admin.authenticationManagement.registerRequiredAction({ providerId, name }),
    )
    await writeAction(work, item.body)
  },
  update: (work, { item }) => writeAction(work, item.body),
}

/** Only an import knows components within components. */
function componentBody({ subComponents: _none, ...body }: Fields, realmFields: Fields): Fields {
  return { ...body, parentId: textOf(realmFields['id']) }
}

const component: Hand = {
  create: async ({ server, realm: whole }, { item }) => {
    const { admin } = server
    const body = componentBody(item.body, whole)
    await server.call(`component ${item.key}`, () => admin.components.create(body))
  },
  update: async ({ server, realm: whole }, { item, found }) => {
    const id = found?.id ?? ''
    const config = { ...fieldsOf(found?.body['config']), ...fieldsOf(item.body['config']) }
    const body: Fields = { ...componentBody(item.body, whole), id, config }
    await server.call(`component ${item.key}`, () => server.admin.components.update({ id }, body))
  },
  remove: async ({ server }, { key, id }) => {
    await server.call(`component ${key}`, () => server.admin.components.del({ id: id ?? '' }))
  },
}

async function writeDefaults(work: Work, wanted: Fields, there: Fields): Promise<void> {
  const { server } = work
  const { clientScopes } = server.admin
  const places = [
    ['defaultDefaultClientScopes', 'addDefaultClientScope', 'delDefaultClientScope'],
    [
      'defaultOptionalClientScopes',
      'addDefaultOptionalClientScope',
      'delDefaultOptionalClientScope',
    ],
  ] as const
  for (const [member, add, drop] of places) {
    if (wanted[member] === undefined) continue
    const changes = changesOf(textsOf(wanted[member]), textsOf(there[member]))
    for (const name of changes.drop) {
      const id = idOf(work, `client-scope:${name}`)
      await server.call(`default scope ${name}`, () => clientScopes[drop]({ id }))
    }
    for (const name of changes.add) {
      const id = idOf(work, `client-scope:${name}`)
      await server.call(`default scope ${name}`, () => clientScopes[add]({ id }))
    }
  }
}

const defaultScopes: Hand = {
  create: (work, { item }) => writeDefaults(work, item.body, {}),
  update: (work, { item, found }) => writeDefaults(work, item.body, found?.body ?? {}),
}

export const SETTINGS: Hands = {
  realm,
  bindings,
  'user-profile': profile,
  'required-action': requiredAction,
  component,
  'default-scopes': defaultScopes,
}
