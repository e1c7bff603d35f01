import { describe, expect, it } from 'vitest'

import { DEMO_VARIABLES } from '../../../../../deploy/embedded/sign-on/demo-variables.ts'
import {
  type LiveClient,
  LiveRealm,
} from '../../../../../deploy/embedded/sign-on/realm/live-realm.ts'
import { readRealm } from '../../../../../deploy/embedded/sign-on/realm/realm.ts'
import { accessTokenPayload } from '../../../../../deploy/embedded/sign-on/tokens/access-token.ts'
import {
  audiencesFor,
  claimsFor,
  shownScope,
  type Subject,
} from '../../../../../deploy/embedded/sign-on/tokens/claims.ts'
import { pairwiseSubject } from '../../../../../deploy/embedded/sign-on/tokens/pairwise-subject.ts'

const realmFile = new URL('../../../../../deploy/keycloak/gov-realm.json', import.meta.url)
const realm = await LiveRealm.open(await readRealm(realmFile, DEMO_VARIABLES))
const kaveh = realm.userNamed('kaveh')!
const portal = realm.clients.byName('portal')!
const BOTH = { 'id.token.claim': 'true', 'access.token.claim': 'true' }

/** The portal with one mapper of its own. */
function subject(
  protocolMapper: string,
  config: Record<string, string>,
  changes: Partial<LiveClient> = {},
): Subject {
  const mapper = { name: 'x', protocolMapper, config: { ...BOTH, ...config } }
  const client = { ...portal, ...changes, protocolMappers: [mapper] }
  return { realm, client, user: kaveh, scope: 'openid', acr: 'low', authTime: 7, amr: ['pwd'] }
}

describe('a mapper', () => {
  it.each([
    [
      'oidc-hardcoded-claim-mapper',
      { 'claim.name': 'a.b', 'claim.value': '7', 'jsonType.label': 'int' },
      { a: { b: 7 } },
    ],
    [
      'oidc-hardcoded-claim-mapper',
      { 'claim.name': String.raw`a\.b`, 'claim.value': 'x' },
      { 'a.b': 'x' },
    ],
    [
      'oidc-hardcoded-claim-mapper',
      { 'claim.name': 'j', 'claim.value': '{"k":[1]}', 'jsonType.label': 'JSON' },
      { j: { k: [1] } },
    ],
    [
      'oidc-usermodel-attribute-mapper',
      { 'claim.name': 'n', 'user.attribute': 'national_id', multivalued: 'true' },
      { n: ['0004120371'] },
    ],
    [
      'oidc-usermodel-attribute-mapper',
      { 'claim.name': 'u', 'user.attribute': 'username' },
      { u: 'kaveh' },
    ],
    [
      'oidc-usermodel-property-mapper',
      {
        'claim.name': 'email_verified',
        'user.attribute': 'emailVerified',
        'jsonType.label': 'boolean',
      },
      { email_verified: false },
    ],
    ['oidc-amr-mapper', {}, { amr: ['pwd'] }],
    [
      'oidc-usermodel-realm-role-mapper',
      { 'claim.name': 'roles', 'usermodel.realmRoleMapping.rolePrefix': 'r:' },
      { roles: ['r:citizen'] },
    ],
    [
      'oidc-hardcoded-role-mapper',
      { role: 'staff' },
      { realm_access: { roles: ['staff', 'citizen'] } },
    ],
    [
      'oidc-hardcoded-role-mapper',
      { role: 'realm-management.view-users' },
      {
        resource_access: {
          'realm-management': { roles: expect.arrayContaining(['view-users', 'query-users']) },
        },
      },
    ],
  ])('%s writes its claim', (protocolMapper, config, claims) => {
    const given = subject(protocolMapper, { ...config })
    expect(claimsFor(given, 'access.token.claim')).toMatchObject(claims)
  })

  it('writes only where it is told to, and never into the prototype', () => {
    const quiet = subject('oidc-hardcoded-claim-mapper', {
      'claim.name': 'x',
      'claim.value': '1',
      'access.token.claim': 'false',
    })
    expect(claimsFor(quiet, 'access.token.claim')).not.toHaveProperty('x')
    expect(claimsFor(quiet, 'id.token.claim')).toMatchObject({ x: '1' })
    expect(claimsFor(quiet, 'userinfo.token.claim')).not.toHaveProperty('x')
    const bad = { 'claim.name': '__proto__.polluted', 'claim.value': 'yes' }
    claimsFor(subject('oidc-hardcoded-claim-mapper', bad), 'access.token.claim')
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

describe('an access token', () => {
  const usual: Subject = { realm, client: portal, user: kaveh, scope: 'openid nothing' }

  it('carries what the scopes of the client say, and the scopes that want to be seen', () => {
    expect(audiencesFor(usual)).toEqual(['gateway'])
    expect(shownScope(usual)).toBe('openid profile person gateway')
    expect(shownScope({ ...usual, scope: '' })).toBe('profile person gateway')
  })

  it('reaches no further than the token it was exchanged for', () => {
    const narrow = { ...usual, heldScope: 'openid gateway' }
    const claims = claimsFor(narrow, 'access.token.claim')
    expect(shownScope(narrow)).toBe('openid gateway')
    expect(claims).not.toHaveProperty('national_id')
    expect(claims).toHaveProperty('realm_access')
  })

  it('has only the client’s own roles when its scope is not full', () => {
    const client = { ...portal, fullScopeAllowed: false }
    expect(claimsFor({ ...usual, client }, 'access.token.claim')).not.toHaveProperty('realm_access')
  })

  it('has no audience, session or proof that there is not', () => {
    const client = { ...portal, defaultClientScopes: ['basic'] }
    const given = { ...usual, client, issuer: 'https://x.example', issuedAt: 10, lifespan: 5 }
    const payload = accessTokenPayload(given)
    expect(payload).toMatchObject({
      exp: 15,
      iat: 10,
      sub: kaveh.id,
      typ: 'Bearer',
      scope: 'openid',
    })
    for (const name of ['aud', 'sid', 'cnf', 'act']) expect(payload).not.toHaveProperty(name)
  })
})

describe('a pairwise subject', () => {
  const config = { pairwiseSubAlgorithmSalt: 'نمک-salt', sectorIdentifierUri: '' }
  const client = { redirectUris: ['https://app.agency.example/cb'] }
  const userId = '09e76a60-d8e9-8573-a0bd-698987d3cccc'

  it('is the value that Keycloak 26.7.4 computed for this user, sector and salt', () => {
    expect(pairwiseSubject(config, client, userId)).toBe('e7f9ba77-8d08-32fa-9d9f-c77f2b2160a0')
  })

  it('is the same in a sector and another elsewhere', () => {
    const one = pairwiseSubject(config, client, userId)
    const sector = { ...config, sectorIdentifierUri: 'https://app.agency.example/list.json' }
    expect(pairwiseSubject(sector, { redirectUris: [] }, userId)).toBe(one)
    const other = { redirectUris: ['https://app.elsewhere.example/cb'] }
    expect(pairwiseSubject(config, other, userId)).not.toBe(one)
  })

  it('stands in every token of the client', () => {
    const given = subject('oidc-sha256-pairwise-sub-mapper', config)
    const { sub } = claimsFor(given, 'access.token.claim')
    expect(sub).toBe(pairwiseSubject(config, portal, kaveh.id))
    expect(sub).not.toBe(kaveh.id)
  })
})
