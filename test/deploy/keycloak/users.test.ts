import { readFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'

import { DEMO_VARIABLES } from '../../../deploy/embedded/sign-on/demo-variables.ts'
import { readRealm } from '../../../deploy/embedded/sign-on/realm/realm.ts'
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
  it('has exactly the people of the estate, staff and the account of the administration', () => {
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

  it('has clients of one kind each, PKCE wherever a person signs in, exact addresses', async () => {
    const { clients } = await readRealm(file, DEMO_VARIABLES)
    const kinds = clients.map((client) => [
      client.clientId,
      client.publicClient ? 'public' : 'confidential',
      client.serviceAccountsEnabled ? 'machine' : 'person',
    ])
    expect(kinds).toEqual([
      ['portal', 'confidential', 'person'],
      ['console', 'confidential', 'person'],
      ['cli', 'public', 'person'],
      ['sign-on-admin', 'confidential', 'machine'],
      ['agency-mrud', 'confidential', 'machine'],
      ['agency-rmto', 'confidential', 'machine'],
    ])
    for (const {
      standardFlowEnabled,
      serviceAccountsEnabled,
      attributes,
      redirectUris,
    } of clients) {
      expect(standardFlowEnabled).not.toBe(serviceAccountsEnabled)
      expect(redirectUris).toHaveLength(standardFlowEnabled ? 1 : 0)
      if (standardFlowEnabled) expect(attributes['pkce.code.challenge.method']).toBe('S256')
    }
  })

  it('allows the mapped attributes in the user profile of Keycloak 26', () => {
    const [provider] = components['org.keycloak.userprofile.UserProfileProvider']
    const [config] = provider.config['kc.user.profile.config']
    const profile = Value.Parse(Profile, JSON.parse(config))
    const edit = Object.fromEntries(profile.attributes.map((a) => [a.name, a.permissions.edit]))
    // By the registers' word: nobody gives themselves another name, number or office in the account console.
    for (const name of ['national_id', 'phone_number', 'counter_office', 'firstName', 'lastName']) {
      expect([name, edit[name]]).toEqual([name, ['admin']])
    }
  })
})
