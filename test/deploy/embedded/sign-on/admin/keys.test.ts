// Signing keys in the embedded sign-on's admin REST API, as Keycloak's client asks for them.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { SignOnEngine } from '../../../../conformance/sign-on/engine.ts'
import { openEngine } from '../../../../conformance/sign-on/engines/open-engine.ts'
import { administer, type Json, keysOf } from '../../../../conformance/sign-on/support/endpoints.ts'
import { rowIn, rowsIn } from '../../../../conformance/sign-on/table/rows.ts'

const KIND = 'org.keycloak.keys.KeyProvider'

let engine: SignOnEngine
beforeAll(async () => {
  engine = await openEngine('embedded', {
    clients: [{ clientId: 'none', secret: 'none-secret', serviceAccountRoles: ['agency'] }],
  })
})
afterAll(() => engine.close())

function es256(config: Json = {}): Json {
  return { name: 'next', providerId: 'ecdsa-generated', providerType: KIND, config }
}

async function make(body: Json): Promise<string> {
  const { status, headers } = await administer(engine, 'POST', '/components', body)
  expect(status).toBe(201)
  return headers.get('location')?.replace(engine.adminUrl, '') ?? ''
}

async function statusOf(path: string): Promise<unknown> {
  const { body } = await administer(engine, 'GET', '/keys')
  const id = path.split('/').at(-1)
  return rowsIn(body, 'keys').find((key) => key['providerId'] === id)?.['status']
}

/** The id of the key that signs by EdDSA. */
async function activeOf(): Promise<unknown> {
  const { body } = await administer(engine, 'GET', '/keys')
  return rowIn(body, 'active')['EdDSA']
}

describe('a key', () => {
  test('is made, rests, is taken out and comes back', async () => {
    const path = await make(es256({ priority: ['300'] }))
    const { body } = await administer(engine, 'GET', path)
    expect(body).toEqual({
      id: path.split('/').at(-1),
      name: 'next',
      providerId: 'ecdsa-generated',
      providerType: KIND,
      parentId: engine.realm,
      config: {
        ecdsaEllipticCurveKey: ['P-256'],
        priority: ['300'],
        enabled: ['true'],
        active: ['true'],
      },
    })
    const put = async (more: Json) => {
      const config = { ...Object(body['config']), ...more }
      return (await administer(engine, 'PUT', path, { ...body, config })).status
    }
    expect(await statusOf(path)).toBe('ACTIVE')
    expect(await put({ active: ['false'] })).toBe(204)
    expect(await statusOf(path)).toBe('PASSIVE')
    const published = (await keysOf(engine)).length
    expect(await put({ active: ['false'], enabled: ['false'] })).toBe(204)
    expect(await statusOf(path)).toBe('DISABLED')
    expect(await keysOf(engine)).toHaveLength(published - 1)
    expect(await put({})).toBe(204)
    expect(await statusOf(path)).toBe('ACTIVE')
  })

  test('of the highest priority signs', async () => {
    const eddsa = { ...es256({ priority: ['1'] }), providerId: 'eddsa-generated' }
    const before = await activeOf()
    await make(eddsa)
    expect(await activeOf()).toBe(before)
    await make({ ...eddsa, config: { priority: ['900'] } })
    expect(await activeOf()).not.toBe(before)
  })

  test('is told of in the admin events', async () => {
    const path = await make(es256())
    const { text } = await administer(engine, 'GET', '/admin-events')
    expect(JSON.parse(text)).toContainEqual(
      expect.objectContaining({
        operationType: 'CREATE',
        resourceType: 'COMPONENT',
        resourcePath: path.slice(1),
      }),
    )
  })

  test('is not made by whoever may not manage the realm', async () => {
    const administration = { clientId: 'none', clientSecret: 'none-secret' }
    const other = { ...engine, administration }
    for (const [method, path] of [
      ['POST', '/components'],
      ['GET', '/components/x'],
      ['PUT', '/components/x'],
    ] as const) {
      const body = method === 'GET' ? undefined : es256()
      expect((await administer(other, method, path, body)).status).toBe(403)
    }
  })
})

describe('refused is', () => {
  test.each<[string, number, Json]>([
    ['a private key', 400, { ...es256(), providerId: 'rsa', config: { privateKey: ['x'] } }],
    ['a private key beside what is known', 400, es256({ privateKey: ['of-somebody'] })],
    ['another curve', 400, es256({ ecdsaEllipticCurveKey: ['P-521'] })],
    ['another length', 400, { ...es256({ keySize: ['1024'] }), providerId: 'rsa-generated' }],
    ['a secret', 400, { ...es256(), providerId: 'hmac-generated' }],
    ['a priority that is no number', 400, es256({ priority: ['high'] })],
    ['two values', 400, es256({ enabled: ['true', 'false'] })],
    ['a member that nobody knows', 400, { ...es256(), subComponents: {} }],
    ['no name', 400, { ...es256(), name: '' }],
    ['another kind of component', 501, { ...es256(), providerType: 'org.keycloak.storage.X' }],
  ])('%s', async (_what, status, body) => {
    const { text: before } = await administer(engine, 'GET', '/keys')
    expect((await administer(engine, 'POST', '/components', body)).status).toBe(status)
    expect((await administer(engine, 'GET', '/keys')).text).toBe(before)
    expect((await administer(engine, 'GET', '/admin-events')).text).not.toContain('of-somebody')
  })

  test('another algorithm for a key, and a change of none', async () => {
    const path = await make(es256())
    const other = { ...es256(), providerId: 'eddsa-generated' }
    expect((await administer(engine, 'PUT', path, other)).status).toBe(400)
    expect((await administer(engine, 'PUT', '/components/none', es256())).status).toBe(404)
  })

  test('the end of the last key of an algorithm', async () => {
    const { body } = await administer(engine, 'GET', '/keys')
    const last = rowsIn(body, 'keys').find((key) => key['algorithm'] === 'PS256')
    const path = `/components/${String(last?.['providerId'])}`
    const { body: component } = await administer(engine, 'GET', path)
    const config = { ...Object(component['config']), active: ['false'] }
    expect((await administer(engine, 'PUT', path, { ...component, config })).status).toBe(400)
    expect(await statusOf(path)).toBe('ACTIVE')
  })
})
