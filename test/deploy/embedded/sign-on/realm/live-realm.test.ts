import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { DEMO_VARIABLES } from '../../../../../deploy/embedded/sign-on/demo-variables.ts'
import {
  LiveRealm,
  type RealmChange,
} from '../../../../../deploy/embedded/sign-on/realm/live-realm.ts'
import { readRealm } from '../../../../../deploy/embedded/sign-on/realm/realm.ts'
import {
  isPassword,
  setPassword,
} from '../../../../../deploy/embedded/sign-on/sign-in/passwords.ts'

const realmFile = new URL('../../../../../deploy/keycloak/gov-realm.json', import.meta.url)
const seed = await readRealm(realmFile, DEMO_VARIABLES)
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-realm-'))
})
afterEach(() => rm(folder, { recursive: true }))

const file = () => join(folder, 'realm-changes.json')

describe('a live realm', () => {
  it('has its changes again after a restart, and all else from the files', async () => {
    const before = await LiveRealm.open(seed, folder)
    const portal = before.clients.byName('portal')!
    const sara = before.userNamed('SARA')!
    await before.clients.change(portal.id, { enabled: false })
    await before.clients.add({ ...portal, id: 'c1', clientId: 'new', secret: 'long-enough' })
    await before.users.remove(sara.id)
    await before.changeSettings({ accessTokenLifespan: 60 })
    const after = await LiveRealm.open(seed, folder)
    expect(after.clients.byName('portal')).toEqual({ ...portal, enabled: false })
    expect(after.clients.byName('new')?.id).toBe('c1')
    expect(after.userNamed('sara')).toBeUndefined()
    expect(after.userNamed('kaveh')).toEqual(before.userNamed('kaveh'))
    expect(after.settings.accessTokenLifespan).toBe(60)
    expect(after.clients.byName('cli')?.id).toBe(before.clients.byName('cli')?.id)
  })

  it('keeps them for its owner only, and each is on the disk when it is done', async () => {
    const realm = await LiveRealm.open(seed, folder)
    const ids = realm.users.list().slice(0, 20)
    await Promise.all(ids.map(({ id }) => realm.users.change(id, { enabled: false })))
    expect((await stat(file())).mode & 0o077).toBe(0)
    const kept: unknown = JSON.parse(await readFile(file(), 'utf8'))
    const users = ids.map(({ id }) => [id, expect.objectContaining({ enabled: false })])
    expect(kept).toMatchObject({ users: Object.fromEntries(users) })
  })

  it.each(['', '{', '{"version":2}', '{"version":1}'])('refuses a file with "%s"', async (text) => {
    await writeFile(file(), text)
    await expect(LiveRealm.open(seed, folder)).rejects.toMatchObject({ code: 'DATA_UNUSABLE' })
  })

  it.each([
    ['a taken name', { clientId: 'portal' }, 'CONFLICT'],
    ['a wildcard address', { clientId: 'x', redirectUris: ['https://x.example/*'] }, 'INVALID'],
    ['no name', { clientId: '' }, 'INVALID'],
  ])('refuses a client with %s', async (_title, changes, code) => {
    const realm = await LiveRealm.open(seed)
    const { id: _id, ...client } = realm.clients.byName('cli')!
    await expect(realm.clients.add({ ...client, ...changes })).rejects.toMatchObject({ code })
    await expect(realm.clients.change('nobody', {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(realm.clients.list()).toHaveLength((await LiveRealm.open(seed)).clients.list().length)
  })

  it('tells what changed, and takes a role from all who have it', async () => {
    const realm = await LiveRealm.open(seed)
    const changes: RealmChange[] = []
    realm.onChange((change) => changes.push(change))
    const staff = realm.role('staff')!
    await realm.removeRole(staff.id)
    expect(realm.userNamed('staff')?.realmRoles).not.toContain('staff')
    expect(changes[0]).toMatchObject({ kind: 'roles', id: staff.id, after: undefined })
    expect(changes.some(({ kind }) => kind === 'users')).toBe(true)
  })

  it('removes a client with its roles and its service account', async () => {
    const realm = await LiveRealm.open(seed)
    const management = realm.clients.byName('realm-management')!
    expect(realm.rolesOf(realm.serviceAccountOf('sign-on-admin')!).client).toHaveProperty(
      'realm-management',
    )
    await realm.removeClient(management.id)
    expect(realm.rolesOfClient(management.id)).toEqual([])
    await realm.removeClient(realm.clients.byName('sign-on-admin')?.id ?? '')
    expect(realm.serviceAccountOf('sign-on-admin')).toBeUndefined()
    const again = await realm.clients.add({
      ...realm.clients.byName('cli')!,
      id: 'c2',
      clientId: 'robot',
    })
    expect((await realm.ensureServiceAccount(again.clientId)).username).toBe(
      'service-account-robot',
    )
  })

  it('keeps a set password as a hash only', async () => {
    const realm = await LiveRealm.open(seed, folder)
    const { id } = realm.userNamed('sara')!
    await setPassword(realm, id, 'another-password')
    const sara = realm.users.get(id)
    expect(await isPassword(sara, 'another-password')).toBe(true)
    expect(await isPassword(sara, 'panjareh')).toBe(false)
    expect(sara?.credentials?.map(({ type }) => type)).toEqual(['password', 'otp'])
    expect(await readFile(file(), 'utf8')).not.toContain('another-password')
  })
})

describe('composite roles', () => {
  it('are followed, across clients and in a circle', async () => {
    const realm = await LiveRealm.open(seed)
    const role = { clientRole: false, containerId: 'gov' }
    await realm.roles.add({ ...role, name: 'a', composites: { realm: ['b'] } })
    await realm.roles.add({
      ...role,
      name: 'b',
      composites: { realm: ['a'], client: { 'realm-management': ['view-users'] } },
    })
    const { id } = realm.userNamed('sara')!
    const sara = await realm.users.change(id, { realmRoles: ['a'] })
    const { realm: names, client } = realm.rolesOf(sara)
    expect(names.toSorted()).toEqual(['a', 'b'])
    expect(client['realm-management']?.toSorted()).toEqual([
      'query-groups',
      'query-users',
      'view-users',
    ])
  })
})
