// How clients prove who they are and what their own tokens say: RFC 6749 §2.3, §4.4, RFC 7523, RFC 9068.
import { randomUUID } from 'node:crypto'

import { decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { keyedMachine, machine } from './support/clients.ts'
import { administer, claimsOf, idOf, protocol, verified } from './support/endpoints.ts'
import { askToken, type Parameters, type TokenAnswer } from './support/sign-in.ts'
import { capability } from './table/capability.ts'

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const OF_TOKEN = 'access.token.signed.response.alg'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  const keys = generateKeyPair('ES256', { extractable: true })
  beforeAll(async () => {
    const { publicKey } = await keys
    const jwk = { ...(await exportJWK(publicKey)), kid: 'of-the-agency', alg: 'ES256', use: 'sig' }
    engine = await openEngine(name, {
      clients: [
        machine('machine'),
        machine('closed', { enabled: false }),
        machine('to-close'),
        machine('rfc9068', { attributes: { 'access.token.header.type.rfc9068': 'true' } }),
        machine('composite', { serviceAccountRoles: ['inquiry:whole'] }),
        keyedMachine('keyed', jwk),
        ...ALGORITHMS.map((alg) => machine(`alg-${alg}`, { attributes: { [OF_TOKEN]: alg } })),
      ],
      change: (realm) => ({ ...realm, roles: withComposite(realm['roles']) }),
    })
  })
  afterAll(() => engine.close())

  function grant(clientId: string, more: Parameters = {}): Promise<TokenAnswer> {
    return askToken(engine, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: `${clientId}-secret`,
      ...more,
    })
  }

  /** `changes` replace claims, undefined leaves one out. */
  async function assertion(changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: 'keyed',
      sub: 'keyed',
      aud: engine.issuer,
      jti: randomUUID(),
      iat: now,
      exp: now + 60,
      ...changes,
    }
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'of-the-agency' })
      .sign((await keys).privateKey)
  }

  const keyed = (client_assertion: string): Promise<TokenAnswer> =>
    askToken(engine, {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION,
      client_assertion,
    })

  describe('client authentication', () => {
    capability(name, 'client_secret_basic', async () => {
      const basic = Buffer.from('machine:machine-secret').toString('base64')
      const answer = await askToken(
        engine,
        { grant_type: 'client_credentials' },
        { authorization: `Basic ${basic}` },
      )
      expect(answer.status).toBe(200)
    })

    capability(name, 'client_secret_post', async () => {
      expect((await grant('machine')).status).toBe(200)
    })

    capability(name, 'a wrong secret is refused', async () => {
      for (const secret of ['machine-secre', '', 'closed-secret']) {
        const answer = await grant('machine', { client_secret: secret })
        expect(answer.status).toBe(401)
        expect(['invalid_client', 'unauthorized_client']).toContain(answer.error)
      }
    })

    capability(name, 'private_key_jwt', async () => {
      const { status, access } = await keyed(await assertion())
      expect(status).toBe(200)
      expect((await verified(engine, access, 'gateway')).payload['azp']).toBe('keyed')
    })

    capability(name, 'private_key_jwt: a replayed jti is refused', async () => {
      const once = await assertion()
      expect((await keyed(once)).status).toBe(200)
      expect((await keyed(once)).status).toBeGreaterThanOrEqual(400)
    })

    capability(
      name,
      'private_key_jwt: a wrong aud, an expired or unending one is refused',
      async () => {
        const now = Math.floor(Date.now() / 1000)
        const wrong = [
          { aud: 'https://elsewhere.example' },
          { exp: now - 120, iat: now - 180 },
          { exp: undefined },
          { sub: 'machine' },
          { iss: 'machine', sub: 'machine' },
        ]
        for (const claims of wrong) {
          const answer = await keyed(await assertion(claims))
          expect([400, 401]).toContain(answer.status)
        }
      },
    )

    capability(name, 'a secret does not open a client that signs', async () => {
      expect([400, 401]).toContain((await grant('keyed')).status)
    })
  })

  describe('service accounts', () => {
    capability(
      name,
      'client credentials carry roles, azp, aud and the account as sub',
      async () => {
        const { access } = await grant('machine')
        const { payload } = await verified(engine, access, 'gateway')
        expect(payload).toMatchObject({
          typ: 'Bearer',
          azp: 'machine',
          realm_access: { roles: expect.arrayContaining(['agency', 'inquiry:identity']) },
        })
        expect(payload.sub).toMatch(/^[0-9a-f-]{36}$/)
        expect(payload).not.toHaveProperty('sid')
      },
    )

    capability(name, 'there is no refresh token for a machine', async () => {
      expect((await grant('machine')).refresh).toBe('')
    })

    capability(name, 'a composite role brings the roles in it', async () => {
      const { access } = await grant('composite')
      const roles = ['inquiry:whole', 'inquiry:identity', 'inquiry:address']
      expect(claimsOf(access)).toMatchObject({
        realm_access: { roles: expect.arrayContaining(roles) },
      })
    })

    capability(name, 'client roles stand under resource_access', async () => {
      const { clientId, clientSecret } = engine.administration
      const { access } = await grant(clientId, { client_secret: clientSecret })
      expect(claimsOf(access)['resource_access']).toMatchObject({
        'realm-management': { roles: expect.arrayContaining(['view-users']) },
      })
    })

    capability(name, 'a disabled client is refused', async () => {
      expect([400, 401]).toContain((await grant('closed')).status)
    })

    capability(name, 'a client is refused from the moment it is disabled', async () => {
      expect((await grant('to-close')).status).toBe(200)
      const id = await idOf(engine, 'clients', 'to-close')
      const { body } = await administer(engine, 'GET', `/clients/${id}`)
      const closed = await administer(engine, 'PUT', `/clients/${id}`, { ...body, enabled: false })
      expect(closed.status).toBe(204)
      expect([400, 401]).toContain((await grant('to-close')).status)
    })

    capability(name, 'a service account cannot sign in on the page', async () => {
      const { status } = await fetch(protocol(engine, 'auth'), { method: 'POST' })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(await grant('machine', { grant_type: 'password', username: 'kaveh' })).toMatchObject({
        status: expect.toSatisfy((code: number) => code >= 400),
        access: '',
      })
    })
  })

  describe('signatures', () => {
    for (const algorithm of ALGORITHMS) {
      capability(name, `${algorithm} by the client's choice`, async () => {
        const { access } = await grant(`alg-${algorithm}`)
        expect(decodeProtectedHeader(access).alg).toBe(algorithm)
        expect((await verified(engine, access, 'gateway')).payload['azp']).toBe(`alg-${algorithm}`)
      })
    }

    capability(name, 'header typ JWT, and at+jwt by the client’s choice', async () => {
      expect(decodeProtectedHeader((await grant('machine')).access).typ).toBe('JWT')
      expect(decodeProtectedHeader((await grant('rfc9068')).access).typ).toBe('at+jwt')
    })

    capability(name, 'a key id in every header', async () => {
      expect(decodeProtectedHeader((await grant('machine')).access).kid).toMatch(/\S{8,}/)
    })
  })
})

function withComposite(roles: unknown): unknown {
  if (typeof roles !== 'object' || roles === null || !('realm' in roles)) return roles
  const { realm } = roles
  const whole = {
    name: 'inquiry:whole',
    composite: true,
    composites: { realm: ['inquiry:identity', 'inquiry:address'] },
  }
  return { ...roles, realm: Array.isArray(realm) ? [...realm, whole] : realm }
}
