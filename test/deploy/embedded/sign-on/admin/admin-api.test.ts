// The embedded sign-on's admin REST API as a program meets it: over HTTP, with tokens of the same sign-on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { RealmFile, SignOnEngine } from '../../../../conformance/sign-on/engine.ts'
import { openEngine } from '../../../../conformance/sign-on/engines/open-engine.ts'
import { proofKey } from '../../../../conformance/sign-on/support/dpop.ts'
import { askToken } from '../../../../conformance/sign-on/support/sign-in.ts'

let engine: SignOnEngine
let whole = ''
let viewer = ''
let none = ''

beforeAll(async () => {
  engine = await openEngine('embedded', {
    clients: [
      { clientId: 'viewer', secret: 'viewer-secret', serviceAccountRoles: [] },
      { clientId: 'none', secret: 'none-secret', serviceAccountRoles: ['agency'] },
      // Its service account may administer; its tokens do not say so.
      {
        clientId: 'narrow',
        secret: 'narrow-secret',
        serviceAccountRoles: [],
        fullScopeAllowed: false,
      },
      {
        clientId: 'bound',
        secret: 'bound-secret',
        serviceAccountRoles: [],
        attributes: { 'dpop.bound.access.tokens': 'true' },
      },
    ],
    change: withViewer,
  })
  whole = await tokenOf('sign-on-admin', engine.administration.clientSecret)
  viewer = await tokenOf('viewer', 'viewer-secret')
  none = await tokenOf('none', 'none-secret')
})
afterAll(() => engine.close())

const VIEWERS = new Set(['viewer', 'narrow', 'bound'].map((name) => `service-account-${name}`))

function withViewer(realm: RealmFile): RealmFile {
  const users = realm.users.map((user) =>
    VIEWERS.has(user.username)
      ? { ...user, clientRoles: { 'realm-management': ['view-clients', 'view-users'] } }
      : user,
  )
  return { ...realm, users }
}

async function tokenOf(clientId: string, secret: string): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
  return (await askToken(engine, form)).access
}

async function ask(token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${engine.adminUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    location: response.headers.get('location'),
    text,
    json: parsed(text),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function idIn(list: unknown, member: string, value: string): string {
  const found: unknown = Array.isArray(list)
    ? list.find((one: unknown) => Reflect.get(Object(one), member) === value)
    : undefined
  return String(Reflect.get(Object(found), 'id'))
}

describe('the door', () => {
  test.each([
    ['no token', ''],
    ['a word', 'x'],
    ['a token that nobody signed', `e30.${Buffer.from('{"sub":"x"}').toString('base64url')}.`],
  ])('is closed to %s', async (_name, token) => {
    expect((await ask(token, 'GET', '/users')).status).toBe(401)
  })

  test('is closed to a token whose client was disabled meanwhile', async () => {
    const made = await ask(whole, 'POST', '/clients', {
      clientId: 'short-lived',
      secret: 'short-lived-secret',
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
    })
    const id = made.location?.split('/').at(-1) ?? ''
    const token = await tokenOf('short-lived', 'short-lived-secret')
    expect((await ask(token, 'GET', '/users')).status).toBe(403)
    await ask(whole, 'PUT', `/clients/${id}`, { enabled: false })
    expect((await ask(token, 'GET', '/users')).status).toBe(401)
  })

  test('is closed to a token that does not hold the role, whoever it is of', async () => {
    expect((await ask(viewer, 'GET', '/users')).status).toBe(200)
    const narrow = await tokenOf('narrow', 'narrow-secret')
    expect((await ask(narrow, 'GET', '/users')).status).toBe(403)
  })

  test('is closed to a token that is bound to a key and comes without it', async () => {
    const key = await proofKey()
    const form = {
      grant_type: 'client_credentials',
      client_id: 'bound',
      client_secret: 'bound-secret',
    }
    const dpop = await key.prove('POST', `${engine.issuer}/protocol/openid-connect/token`)
    const { access } = await askToken(engine, form, { dpop })
    expect(access).not.toBe('')
    expect((await ask(access, 'GET', '/users')).status).toBe(401)
  })

  test.each([
    ['GET', '/users'],
    ['GET', '/clients'],
    ['GET', '/events'],
    ['GET', '/'],
    ['GET', '/keys'],
    ['POST', '/logout-all'],
  ])('%s %s needs a role of realm-management', async (method, path) => {
    expect((await ask(none, method, path)).status).toBe(403)
  })

  test.each([
    ['POST', '/clients'],
    ['POST', '/users'],
    ['DELETE', '/sessions/x'],
    ['PUT', '/'],
    ['GET', '/events'],
  ])('%s %s needs more than to view', async (method, path) => {
    expect((await ask(viewer, method, path, method === 'GET' ? undefined : {})).status).toBe(403)
    expect((await ask(viewer, 'GET', '/clients')).status).toBe(200)
  })

  test('a secret is shown to whoever manages clients only', async () => {
    const id = idIn((await ask(viewer, 'GET', '/clients')).json, 'clientId', 'agency-rmto')
    expect((await ask(viewer, 'GET', `/clients/${id}`)).text).not.toContain('"secret"')
    expect((await ask(whole, 'GET', `/clients/${id}`)).text).toContain('"secret"')
    expect((await ask(viewer, 'GET', `/clients/${id}/client-secret`)).status).toBe(403)
    expect((await ask(whole, 'GET', `/clients/${id}/client-secret`)).status).toBe(200)
  })

  test.each([
    ['GET', '/organizations', 501],
    ['POST', '/components', 400],
    ['GET', '/components', 501],
    ['GET', '/components/x', 404],
    ['PATCH', '/users', 501],
    ['GET', '/users/', 200],
    ['GET', '/users/%ff', 400],
    ['GET', '/users/unknown', 404],
    ['POST', '/clients', 400],
    ['DELETE', '/sessions/unknown', 404],
    ['GET', '/identity-provider/instances', 200],
    ['GET', '/identity-provider/instances/x', 501],
    ['POST', '/identity-provider/instances', 501],
  ])('%s %s is %d', async (method, path, status) => {
    expect((await ask(whole, method, path, method === 'GET' ? undefined : '[]')).status).toBe(
      status,
    )
  })

  test('takes no request without end, and no text that is not JSON', async () => {
    expect((await ask(whole, 'POST', '/users', 'x'.repeat(300_000))).status).toBe(413)
    expect((await ask(whole, 'POST', '/users', '{')).status).toBe(400)
  })
})

describe('people', () => {
  test('are shown without their passwords and secrets', async () => {
    const { text, json } = await ask(whole, 'GET', '/users?search=kav')
    expect(json).toMatchObject([{ username: 'kaveh', totp: true, enabled: true }])
    expect(text).not.toMatch(/credential|secretData|"value"/)
    const id = idIn(json, 'username', 'kaveh')
    const credentials = await ask(whole, 'GET', `/users/${id}/credentials`)
    expect(credentials.json).toMatchObject([{ type: 'password' }, { type: 'otp' }])
    expect(credentials.text).not.toMatch(/secretData|"value"/)
  })

  test.each([
    ['?username=kaveh&exact=true', ['kaveh']],
    ['?username=kav&exact=true', []],
    ['?q=national_id:0004120371', ['kaveh']],
    ['?q=national_id:00041', []],
    ['?search=service-account', []],
    ['?search=%2Aave%2A', ['kaveh']],
    ['?search=ave', []],
    ['?username=clerk&first=1', []],
  ])('are found by %s', async (query, names) => {
    const { json } = await ask(whole, 'GET', `/users${query}`)
    expect(
      Array.isArray(json) && json.map((one: unknown) => Reflect.get(Object(one), 'username')),
    ).toEqual(names)
  })

  test('are made, changed and removed, and are no machine', async () => {
    const person = {
      username: 'New-Person',
      firstName: 'N',
      credentials: [{ type: 'password', value: 'a-long-enough-one', temporary: true }],
      serviceAccountClientId: 'sign-on-admin',
      realmRoles: ['sign-on-admin'],
      clientRoles: { 'realm-management': ['realm-admin'] },
    }
    const made = await ask(whole, 'POST', '/users', person)
    expect(made.status).toBe(201)
    const path = made.location?.replace(engine.adminUrl, '') ?? ''
    expect((await ask(whole, 'GET', path)).json).toMatchObject({ username: 'new-person' })
    expect((await ask(whole, 'GET', path)).text).not.toContain('sign-on-admin')
    const roles = await ask(whole, 'GET', `${path}/role-mappings/realm`)
    expect(roles.text).not.toContain('sign-on-admin')
    expect((await ask(whole, 'POST', '/users', person)).status).toBe(409)
    expect((await ask(whole, 'PUT', path, { enabled: false })).status).toBe(204)
    expect((await ask(whole, 'GET', path)).json).toMatchObject({ enabled: false, firstName: 'N' })
    expect((await ask(whole, 'DELETE', path)).status).toBe(204)
    expect((await ask(whole, 'GET', path)).status).toBe(404)
  })

  test('are given no role under another’s name', async () => {
    const { json } = await ask(whole, 'GET', '/users?username=staff&exact=true')
    const path = `/users/${idIn(json, 'username', 'staff')}/role-mappings/realm`
    const { json: roles } = await ask(whole, 'GET', '/roles')
    const swapped = [{ id: idIn(roles, 'name', 'staff'), name: 'sign-on-admin' }]
    expect((await ask(whole, 'POST', path, swapped)).status).toBe(404)
    expect((await ask(whole, 'POST', path, [{ name: 'sign-on-admin' }])).status).toBe(400)
  })
})

describe('clients', () => {
  test('keep what is not sent, lose what is null, and stay who they are', async () => {
    const id = idIn(
      (await ask(whole, 'GET', '/clients?clientId=agency-mrud')).json,
      'clientId',
      'agency-mrud',
    )
    const change = { id: 'other', attributes: { extra: 'x', 'panjareh.agency': 'mrud' } }
    expect((await ask(whole, 'PUT', `/clients/${id}`, change)).status).toBe(204)
    const changed = await ask(whole, 'GET', `/clients/${id}`)
    expect(changed.json).toMatchObject({
      id,
      serviceAccountsEnabled: true,
      attributes: { extra: 'x', 'panjareh.agency': 'mrud' },
    })
    await ask(whole, 'PUT', `/clients/${id}`, { attributes: { extra: null } })
    expect((await ask(whole, 'GET', `/clients/${id}`)).text).not.toContain('extra')
  })

  test('of a wildcard or a taken name are refused', async () => {
    const wild = { clientId: 'wild', redirectUris: ['https://x.example/*'] }
    expect((await ask(whole, 'POST', '/clients', wild)).status).toBe(400)
    expect((await ask(whole, 'POST', '/clients', { clientId: 'portal' })).status).toBe(409)
  })
})

test('who changed what is kept, secrets as stars', async () => {
  await ask(whole, 'POST', '/clients', { clientId: 'starred', secret: 'not-to-be-kept' })
  const { text, json } = await ask(whole, 'GET', '/admin-events?max=1')
  expect(json).toMatchObject([
    { operationType: 'CREATE', resourceType: 'CLIENT', authDetails: { ipAddress: '127.0.0.1' } },
  ])
  expect(text).not.toContain('not-to-be-kept')
})

test('keys are shown in public only', async () => {
  const { text, json } = await ask(whole, 'GET', '/keys')
  expect(json).toMatchObject({ active: { RS256: expect.any(String) } })
  expect(text).not.toMatch(/"(?:d|p|q|dp|dq|qi)":/)
})
