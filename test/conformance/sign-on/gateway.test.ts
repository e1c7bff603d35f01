// What the gateway makes of each engine's tokens: the real `authenticate`, with the engine's own key set.
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { type Authenticate, buildAuthenticate } from '../../../gateway/auth/authenticate.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { boundMachine, machine, web } from './support/clients.ts'
import { proofKey } from './support/dpop.ts'
import { claimsOf, protocol } from './support/endpoints.ts'
import { askToken, signIn } from './support/sign-in.ts'
import { capability } from './table/capability.ts'

const GATEWAY = 'http://gateway.example'
const REFUSED = { code: 'UNAUTHENTICATED' }

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  let authenticate: Authenticate
  beforeAll(async () => {
    engine = await openEngine(name, {
      clients: [
        web('web'),
        machine('machine'),
        machine('rfc9068', {
          attributes: {
            'access.token.header.type.rfc9068': 'true',
            'access.token.signed.response.alg': 'ES256',
          },
        }),
        boundMachine('bound-machine'),
      ],
    })
    authenticate = buildAuthenticate({
      issuer: engine.issuer,
      audience: 'gateway',
      keysUrl: protocol(engine, 'certs'),
      publicUrl: GATEWAY,
    })
  })
  afterAll(() => engine.close())

  const show = async (authorization: string, headers = {}) =>
    authenticate({ method: 'POST', url: '/graphql', headers: { authorization, ...headers } })
  const bearer = (token: string) => show(`Bearer ${token}`)
  const grant = (client_id: string, dpop?: string) =>
    askToken(
      engine,
      {
        grant_type: 'client_credentials',
        client_id,
        client_secret: engine.secretOf(client_id),
      },
      dpop === undefined ? {} : { dpop },
    )

  describe('the caller at the gateway', () => {
    capability(name, 'a citizen: who, session, assurance, when', async () => {
      const changes = { acr_values: 'substantial' }
      const { access } = await signIn(engine, 'web', 'kaveh', { changes })
      const { sub, sid, auth_time } = claimsOf(access)
      expect(await bearer(access)).toMatchObject({
        kind: 'citizen',
        subject: sub,
        clientId: 'web',
        nationalId: '0004120371',
        mobile: '09000000001',
        roles: new Set(['citizen']),
        sessionId: sid,
        acr: 'substantial',
        authTimeMs: Number(auth_time) * 1000,
      })
    })

    capability(name, 'staff, without a national id', async () => {
      const { access } = await signIn(engine, 'web', 'security-officer')
      const caller = await bearer(access)
      expect(caller).toMatchObject({ kind: 'staff', nationalId: undefined, acr: 'low' })
      expect([...caller.roles].toSorted()).toEqual(['sign-on-admin', 'staff'])
    })

    capability(name, 'a clerk, with the office', async () => {
      const { access } = await signIn(engine, 'web', 'clerk')
      expect(await bearer(access)).toMatchObject({ kind: 'citizen', officeId: '72-1001' })
    })

    capability(name, 'an agency, without a session', async () => {
      const caller = await bearer((await grant('machine')).access)
      expect(caller).toMatchObject({
        kind: 'agency',
        clientId: 'machine',
        roles: new Set(['agency', 'inquiry:identity']),
      })
      expect(caller).not.toHaveProperty('sessionId')
    })

    capability(name, 'the agencies of the realm files', async () => {
      for (const clientId of ['agency-rmto', 'agency-mrud']) {
        const caller = await bearer((await grant(clientId)).access)
        expect(caller).toMatchObject({ kind: 'agency', clientId })
      }
    })

    capability(name, 'at+jwt and ES256', async () => {
      const caller = await bearer((await grant('rfc9068')).access)
      expect(caller).toMatchObject({ kind: 'agency', clientId: 'rfc9068' })
    })

    capability(name, 'a bound token with its proof, and not without', async () => {
      const key = await proofKey()
      const { access } = await grant(
        'bound-machine',
        await key.prove('POST', protocol(engine, 'token')),
      )
      const dpop = await key.prove('POST', `${GATEWAY}/graphql`, { token: access })
      expect(await show(`DPoP ${access}`, { dpop })).toMatchObject({ clientId: 'bound-machine' })
      await expect(bearer(access)).rejects.toMatchObject(REFUSED)
      await expect(show(`DPoP ${access}`)).rejects.toMatchObject(REFUSED)
      await expect(show(`DPoP ${access}`, { dpop })).rejects.toMatchObject(REFUSED)
    })

    capability(name, 'an ID token, a refresh token, a token for others is refused', async () => {
      const { id, refresh } = await signIn(engine, 'web', 'kaveh')
      const { access } = await grant('sign-on-admin')
      for (const token of [id, refresh, access]) {
        await expect(bearer(token)).rejects.toMatchObject(REFUSED)
      }
    })
  })
})
