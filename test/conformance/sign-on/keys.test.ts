// What happens to tokens when the sign-on gets a new key.
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { capability } from './capability.ts'
import { machine } from './clients.ts'
import { administer, keysOf, verified } from './endpoints.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { askToken } from './sign-in.ts'

/** Its keys stand in the data folder; the realm's key providers are Keycloak's. */
const NOT_EMBEDDED = { embedded: 'its keys live as long as its data folder' }

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  beforeAll(async () => {
    engine = await openEngine(name, { clients: [machine('machine')] })
  })
  afterAll(() => engine.close())

  const token = async () =>
    (
      await askToken(engine, {
        grant_type: 'client_credentials',
        client_id: 'machine',
        client_secret: 'machine-secret',
      })
    ).access

  describe('key rotation', () => {
    capability(
      name,
      'a new key signs at once, and old tokens stay good',
      async () => {
        const before = await token()
        const { kid } = decodeProtectedHeader(before)
        const added = await administer(engine, 'POST', '/components', {
          name: 'rs256-next',
          providerId: 'rsa-generated',
          providerType: 'org.keycloak.keys.KeyProvider',
          config: { priority: ['200'], algorithm: ['RS256'], keySize: ['2048'] },
        })
        expect(added.status).toBe(201)
        const after = await token()
        expect(decodeProtectedHeader(after).kid).not.toBe(kid)
        expect((await keysOf(engine)).map((key) => key.kid)).toContain(kid)
        for (const one of [before, after]) {
          expect((await verified(engine, one, 'gateway')).payload['azp']).toBe('machine')
        }
      },
      NOT_EMBEDDED,
    )
  })
})
