import { describe, expect, it } from 'vitest'

import { parseRealm, readRealm } from '../../../../../deploy/embedded/sign-on/realm/realm.ts'

const REALM = {
  realm: 'gov',
  displayName: 'Gov',
  bruteForceProtected: true,
  failureFactor: 5,
  waitIncrementSeconds: 60,
  maxFailureWaitSeconds: 900,
  accessTokenLifespan: 900,
  accessCodeLifespan: 60,
  accessCodeLifespanLogin: 1800,
  ssoSessionIdleTimeout: 1800,
  ssoSessionMaxLifespan: 36000,
  roles: { realm: [{ name: 'citizen' }] },
  clients: [
    {
      clientId: 'agency',
      enabled: true,
      publicClient: false,
      secret: '${AGENCY_SECRET}',
      standardFlowEnabled: false,
      serviceAccountsEnabled: true,
      redirectUris: [],
      webOrigins: [],
      attributes: {},
      protocolMappers: [],
    },
  ],
  users: [{ id: '1', username: 'a', enabled: true, realmRoles: ['citizen'] }],
}
const VARIABLES = { AGENCY_SECRET: 'with "quotes" inside' }

function parse(changes: object, variables: Record<string, string> = VARIABLES) {
  return parseRealm(JSON.stringify({ ...REALM, ...changes }), variables)
}

describe('a realm', () => {
  it('has its placeholders filled in, whatever letters the value has', () => {
    expect(parse({}).clients[0]?.secret).toBe('with "quotes" inside')
  })

  it.each([
    ['a placeholder without a value', {}, {}, 'no value for AGENCY_SECRET'],
    [
      'a wildcard redirect',
      { clients: [{ ...REALM.clients[0], redirectUris: ['http://127.0.0.1/*'] }] },
      VARIABLES,
      '/clients/0/redirectUris/0',
    ],
    [
      'a role that nobody defined',
      { users: [{ ...REALM.users[0], realmRoles: ['king'] }] },
      VARIABLES,
      'user a has the role king',
    ],
    ['a missing lifetime', { accessTokenLifespan: undefined }, VARIABLES, 'accessTokenLifespan'],
  ])('is refused with %s', (_title, changes, variables, message) => {
    expect(() => parse(changes, variables)).toThrow(
      expect.objectContaining({
        code: 'REALM_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })

  it('is refused when it is not JSON or not there', async () => {
    expect(() => parseRealm('{', {})).toThrow(expect.objectContaining({ code: 'REALM_INVALID' }))
    await expect(readRealm('/nowhere/realm.json', {})).rejects.toMatchObject({
      code: 'REALM_INVALID',
      message: expect.stringContaining('realm.json cannot be read'),
    })
  })
})
