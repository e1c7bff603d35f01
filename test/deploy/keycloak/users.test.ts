import { readFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'

import { DEMO_VARIABLES } from '../../../deploy/embedded/sign-on/demo-variables.ts'
import { readRealm } from '../../../deploy/embedded/sign-on/realm.ts'
import { buildUsers } from '../../../deploy/keycloak/users.ts'

const file = new URL('../../../deploy/keycloak/gov-realm.json', import.meta.url)
const text = await readFile(file, 'utf8')
const People = Type.Object({
  personas: Type.Array(
    Type.Object({
      key: Type.String(),
      nationalId: Type.String(),
      firstName: Type.String(),
      lastName: Type.String(),
      mobile: Type.String(),
    }),
  ),
})
const Components = Type.Object({
  users: Type.Array(Type.Unknown()),
  components: Type.Object({
    'org.keycloak.userprofile.UserProfileProvider': Type.Tuple([
      Type.Object({
        config: Type.Object({ 'kc.user.profile.config': Type.Tuple([Type.String()]) }),
      }),
    ]),
  }),
})
const Profile = Type.Object({
  attributes: Type.Array(
    Type.Object({
      name: Type.String(),
      permissions: Type.Object({ edit: Type.Array(Type.String()) }),
    }),
  ),
})

const { personas } = Value.Parse(
  People,
  JSON.parse(await readFile(new URL('../../estate/personas.json', import.meta.url), 'utf8')),
)
const { users, components } = Value.Parse(Components, JSON.parse(text))

const { PORTAL_URL: _public, ...SECRETS } = DEMO_VARIABLES

describe('gov-realm.json', () => {
  it('has exactly the people of the estate and staff', () => {
    expect(users).toEqual(buildUsers(personas))
    expect(personas.length).toBeGreaterThanOrEqual(40)
  })

  it('gives every user an id of their own', async () => {
    const realm = await readRealm(file, DEMO_VARIABLES)
    expect(new Set(realm.users.map((user) => user.id)).size).toBe(realm.users.length)
  })

  it('holds no password and no secret, only names of variables', () => {
    for (const value of Object.values(SECRETS)) {
      expect(text).not.toContain(`"${value}"`)
    }
  })

  it('has public clients with PKCE and confidential clients without a browser flow', async () => {
    const { clients } = await readRealm(file, DEMO_VARIABLES)
    expect(clients.map((client) => client.clientId)).toEqual([
      'portal',
      'console',
      'agency-mrud',
      'agency-rmto',
    ])
    for (const client of clients) {
      expect(client.publicClient).toBe(client.standardFlowEnabled)
      expect(client.publicClient).not.toBe(client.serviceAccountsEnabled)
      if (client.publicClient) {
        expect(client.attributes['pkce.code.challenge.method']).toBe('S256')
      }
    }
  })

  it('allows the mapped attributes in the user profile of Keycloak 26', () => {
    const [provider] = components['org.keycloak.userprofile.UserProfileProvider']
    const [config] = provider.config['kc.user.profile.config']
    const profile = Value.Parse(Profile, JSON.parse(config))
    const edit = Object.fromEntries(profile.attributes.map((a) => [a.name, a.permissions.edit]))
    expect(edit['national_id']).toEqual(['admin'])
    expect(edit['phone_number']).toEqual(['admin'])
  })
})
