// Identity providers with their mappers, client profiles and client policies.
import { type Fields, fieldsOf, listOf, textOf } from '../objects/fields.ts'
import type { Item } from '../objects/kinds.ts'
import { type Hand, type Hands, type Work } from './work.ts'

const provider: Hand = {
  create: async ({ server }, { item }) => {
    await server.call(`identity provider ${item.key}`, () =>
      server.admin.identityProviders.create(item.body),
    )
  },
  update: async ({ server }, { item, found }) => {
    const alias = item.key
    // The masked secret of the server means: leave it as it is.
    const config = { ...fieldsOf(found?.body['config']), ...fieldsOf(item.body['config']) }
    const body = { ...found?.body, ...item.body, config }
    await server.call(`identity provider ${alias}`, () =>
      server.admin.identityProviders.update({ alias }, body),
    )
  },
  remove: async ({ server }, { key: alias }) => {
    await server.call(`identity provider ${alias}`, () =>
      server.admin.identityProviders.del({ alias }),
    )
  },
}

const providerMapper: Hand = {
  create: async ({ server }, { item }) => {
    const alias = textOf(item.body['identityProviderAlias'])
    await server.call(`mapper ${item.key}`, () =>
      server.admin.identityProviders.createMapper({ alias, identityProviderMapper: item.body }),
    )
  },
  update: async ({ server }, { item, found }) => {
    const alias = textOf(item.body['identityProviderAlias'])
    const id = found?.id ?? ''
    const body = { ...item.body, id }
    await server.call(`mapper ${item.key}`, () =>
      server.admin.identityProviders.updateMapper({ alias, id }, body),
    )
  },
  remove: async ({ server }, { key, body, id }) => {
    const alias = textOf(body['identityProviderAlias'])
    await server.call(`mapper ${key}`, () =>
      server.admin.identityProviders.delMapper({ alias, id: id ?? '' }),
    )
  },
}

/** The server takes these lists only whole: what is not ours goes along as it is. */
async function rewrite(
  { server }: Work,
  kind: 'profiles' | 'policies',
  change: (list: readonly Fields[]) => readonly Fields[],
): Promise<void> {
  const { clientPolicies } = server.admin
  const what = `client ${kind}`
  if (kind === 'profiles') {
    const { profiles } = await server.call(what, () => clientPolicies.listProfiles({}))
    const body = { profiles: [...change(listOf(profiles))] }
    await server.call(what, () => clientPolicies.createProfiles(body))
    return
  }
  const { policies } = await server.call(what, () => clientPolicies.listPolicies({}))
  const body = { policies: [...change(listOf(policies))] }
  await server.call(what, () => clientPolicies.updatePolicy(body))
}

function others(list: readonly Fields[], key: string): readonly Fields[] {
  return list.filter(({ name }) => name !== key)
}

function inList(kind: 'profiles' | 'policies'): Hand {
  const write = (work: Work, { key, body }: Item): Promise<void> =>
    rewrite(work, kind, (list) => [...others(list, key), body])
  return {
    create: (work, { item }) => write(work, item),
    update: (work, { item }) => write(work, item),
    remove: (work, { key }) => rewrite(work, kind, (list) => others(list, key)),
  }
}

export const PROVIDERS: Hands = {
  'identity-provider': provider,
  'identity-provider-mapper': providerMapper,
  'client-profile': inList('profiles'),
  'client-policy': inList('policies'),
}
