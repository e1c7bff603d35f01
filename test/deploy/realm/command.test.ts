import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { runRealm } from '../../../deploy/realm/command.ts'
import { fieldsOf, listOf } from '../../../deploy/realm/objects/fields.ts'
import { ADMIN, type Double, openDouble, thing } from './admin-api-double.ts'

const REALM = {
  realm: 'gov',
  displayName: 'Government',
  enabled: true,
  accessTokenLifespan: 300,
  supportedLocales: ['fa', 'en'],
  attributes: { 'acr.loa.map': '{"low": "1"}' },
  smtpServer: { host: 'mail.example', password: '${SMTP_PASSWORD}' },
  roles: { realm: [{ name: 'agency' }, { name: 'staff' }, { name: 'inquiry:deed' }] },
  clients: [
    {
      clientId: 'portal',
      enabled: true,
      secret: '${PORTAL_SECRET}',
      redirectUris: ['https://portal.example/a', 'https://portal.example/b'],
      attributes: { 'use.refresh.tokens': 'true' },
      protocolMappers: [
        { name: 'audience', protocol: 'openid-connect', protocolMapper: 'aud', config: {} },
      ],
    },
    { clientId: 'cli', enabled: true, publicClient: true, redirectUris: [] },
  ],
  users: [],
}
const SECRETS = { PORTAL_SECRET: 'portal-s3cret/+= one', SMTP_PASSWORD: 'smtp-s3cret-two' }

let double: Double
let folder: string
let printed: string[]
let environment: Record<string, string>

beforeEach(async () => {
  double = await openDouble()
  folder = await mkdtemp(path.join(tmpdir(), 'realm-'))
  environment = { ...SECRETS, ...ADMIN, PANJAREH_REALM_SERVER: double.url }
  printed = []
  await files(REALM)
})

afterEach(async () => {
  noSecretIn(printed.join('\n'))
  await double.close()
  await rm(folder, { recursive: true })
})

function files(realm: unknown): Promise<void> {
  return writeFile(path.join(folder, 'realm.json'), JSON.stringify(realm))
}

/** No secret as it is, nor as JSON, URLs and base64 write it. */
function noSecretIn(text: string): void {
  for (const secret of [
    ...Object.values(SECRETS),
    ...Object.values(environment).filter(isSecret),
  ]) {
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]) {
      expect(text).not.toContain(form)
    }
  }
}

function isSecret(value: string): boolean {
  return value.length > 8 && !value.startsWith('http')
}

async function run(...args: readonly string[]): Promise<{ code: number; lines: string }> {
  const lines: string[] = []
  const print = (line: string): void => void lines.push(line)
  const code = await runRealm(
    [...args, '--file', path.join(folder, 'realm.json'), '--timeout', '60'],
    {
      environment: (name) => environment[name],
      out: print,
      error: print,
    },
  )
  printed.push(...lines)
  return { code, lines: lines.join('\n') }
}

async function plan(...args: readonly string[]): Promise<{ code: number; lines: string }> {
  return run('plan', ...args)
}

/** A realm as the files have it, applied. */
async function applied(): Promise<void> {
  expect((await run('apply')).code).toBe(0)
  double.writes.length = 0
}

describe('plan and apply', () => {
  it('make a realm that is not there, and are then in sync', async () => {
    expect((await plan()).code).toBe(1)
    expect(double.writes).toEqual([])
    await applied()
    expect(await plan()).toMatchObject({ code: 0, lines: expect.stringContaining('in sync') })
    expect(double.client('portal')['secret']).toBe(SECRETS.PORTAL_SECRET)
  })

  it('leave no trace when there is nothing to do', async () => {
    await applied()
    expect((await run('apply')).code).toBe(0)
    expect(double.writes).toEqual([])
  })

  it.each([
    [
      'a list in another order',
      () =>
        (double.client('portal')['redirectUris'] = [
          'https://portal.example/b',
          'https://portal.example/a',
        ]),
    ],
    ['a member that the files do not name', () => (double.client('portal')['baseUrl'] = '/x')],
    ['a switch as text', () => (double.client('portal')['enabled'] = 'true')],
    [
      'an attribute that another added',
      () => Object.assign(double.client('portal').attributes, { extra: '1' }),
    ],
    [
      'blanks in JSON text',
      () => Object.assign(double.realm!.attributes, { 'acr.loa.map': '{"low":"1"}' }),
    ],
    [
      'a client of somebody else',
      () =>
        double.realm!.clients.push(
          thing({
            id: 'x',
            clientId: 'other',
            attributes: {},
          }),
        ),
    ],
  ])('take no offence at %s', async (_what, change) => {
    await applied()
    change()
    expect((await plan()).code).toBe(0)
  })

  it.each([
    [
      'a setting',
      () => (double.realm!['accessTokenLifespan'] = 3600),
      '/accessTokenLifespan: 3600 → 300',
    ],
    [
      'an address',
      () =>
        (double.client('portal')['redirectUris'] = [
          'https://portal.example/a',
          'https://portal.example/b',
          'https://evil.example',
        ]),
      '− "https://evil.example"',
    ],
    [
      'a role in a role',
      () => (double.role('agency').composites = { realm: ['staff'] }),
      'role-composites agency',
    ],
    ['a role that is gone', () => double.realm!.roles.realm.pop(), '+ role inquiry:deed'],
    [
      'a mapper that is gone',
      () => (double.client('portal').protocolMappers = []),
      '+ mapper client portal / audience',
    ],
  ])('put back %s', async (_what, change, line) => {
    await applied()
    change()
    expect(await plan()).toMatchObject({ code: 1, lines: expect.stringContaining(line) })
    expect((await run('apply')).code).toBe(0)
    expect((await plan()).code).toBe(0)
  })

  it('make what others need first, and take it away last', async () => {
    await applied()
    const more = {
      ...REALM,
      roles: { realm: [...REALM.roles.realm, { name: 'all', composites: { realm: ['agency'] } }] },
      clients: [
        ...REALM.clients,
        { clientId: 'new', enabled: true, protocolMappers: [{ name: 'm', config: {} }] },
      ],
    }
    await files(more)
    expect((await run('apply')).code).toBe(0)
    const places = [
      /POST .*roles\/?$/,
      /POST .*clients\/?$/,
      /composites$/,
      /protocol-mappers/,
    ].map((place) => double.writes.findIndex((write) => place.test(write)))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
    double.writes.length = 0
    await files(REALM)
    expect((await run('apply', '--allow-delete')).code).toBe(0)
    const taken = double.writes.filter((write) => write.startsWith('DELETE'))
    expect(taken.map((write) => write.split('/')[2])).toEqual(['clients', 'roles-by-id'])
  })
})

describe('ownership', () => {
  it('never changes what somebody else made, and takes it over only when told', async () => {
    await applied()
    double.realm!.clients.push(
      thing({
        id: 'x1',
        clientId: 'theirs',
        enabled: true,
        attributes: { a: '1' },
        protocolMappers: [],
      }),
    )
    await files({ ...REALM, clients: [...REALM.clients, { clientId: 'theirs', enabled: false }] })
    const before = structuredClone(double.client('theirs'))
    expect(await run('apply')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('not ours'),
    })
    expect(double.client('theirs')).toEqual(before)
    expect((await run('apply', '--adopt', 'client:theirs')).code).toBe(0)
    expect(double.client('theirs')).toMatchObject({ enabled: false, attributes: { a: '1' } })
  })

  it('tells of a mapper that somebody put on a client of ours, and leaves it', async () => {
    await applied()
    double.client('portal').protocolMappers.push({
      id: 'm9',
      name: 'evil',
      config: {},
    })
    expect(await run('apply')).toMatchObject({ code: 0, lines: expect.stringContaining('evil') })
    expect(double.client('portal')['protocolMappers']).toHaveLength(2)
    const adopt = ['--adopt', 'mapper:client portal / evil', '--allow-delete']
    expect((await run('apply', ...adopt)).code).toBe(0)
    expect(double.client('portal')['protocolMappers']).toHaveLength(1)
  })

  it('deletes nothing of others when all is taken over', async () => {
    await applied()
    expect((await run('apply', '--adopt', 'all', '--allow-delete')).code).toBe(0)
    expect(double.client('account')['enabled']).toBe(true)
    expect(double.writes.filter((write) => write.startsWith('DELETE'))).toEqual([])
  })

  it('owns nothing when somebody wrote over the list', async () => {
    await applied()
    Object.assign(double.realm!.attributes, { 'panjareh.managed': 'x' })
    double.realm!['accessTokenLifespan'] = 1
    expect(await run('apply')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('not ours'),
    })
    expect(double.realm!['accessTokenLifespan']).toBe(1)
  })
})

function without(...names: readonly string[]) {
  const clients = REALM.clients.filter(({ clientId }) => !names.includes(clientId))
  return { ...REALM, clients }
}

describe('guards', () => {
  it('delete only when told', async () => {
    await applied()
    await files(without('cli'))
    expect(await run('apply')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('--allow-delete'),
    })
    expect(double.client('cli')['enabled']).toBe(true)
    expect((await run('apply', '--allow-delete=role')).code).toBe(1)
    expect((await run('apply', '--allow-delete=client')).code).toBe(0)
    expect(double.client('cli').id).toBe('')
  })

  it('do not take an empty list for a wish', async () => {
    await applied()
    await files(without('cli', 'portal'))
    expect(await run('apply', '--allow-delete')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('--yes-delete 2'),
    })
    expect((await run('apply', '--allow-delete', '--yes-delete', '3')).code).toBe(1)
    expect(double.client('portal')['enabled']).toBe(true)
    expect((await run('apply', '--allow-delete', '--yes-delete', '2')).code).toBe(0)
  })

  it('ask for the number when there are many', async () => {
    const roles = [...REALM.roles.realm, ...['a', 'b', 'c', 'd'].map((name) => ({ name }))]
    await files({ ...REALM, roles: { realm: roles } })
    await applied()
    await files(REALM)
    expect(await run('apply', '--allow-delete')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('--yes-delete 4'),
    })
    expect((await run('apply', '--allow-delete', '--yes-delete', '4')).code).toBe(0)
  })

  it('never delete a federation of users', async () => {
    const type = 'org.keycloak.storage.UserStorageProvider'
    await files({
      ...REALM,
      components: { [type]: [{ name: 'ldap', providerId: 'ldap', config: {} }] },
    })
    await applied()
    await files(REALM)
    const { code, lines } = await run('apply', '--allow-delete', '--yes-delete', '1')
    expect({ code, held: lines.includes('federation of users is never deleted') }).toEqual({
      code: 1,
      held: true,
    })
  })

  it('do not switch on what somebody switched off', async () => {
    await applied()
    double.client('portal')['enabled'] = false
    expect(await run('apply')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('--allow-enable'),
    })
    expect(double.client('portal')['enabled']).toBe(false)
    expect((await run('apply', '--accept-held')).code).toBe(0)
    expect((await run('plan')).code).toBe(1)
    expect((await run('apply', '--allow-enable')).code).toBe(0)
    expect(double.client('portal')['enabled']).toBe(true)
  })

  it('apply only the plan that was shown', async () => {
    await applied()
    double.realm!['accessTokenLifespan'] = 3600
    const file = path.join(folder, 'plan.json')
    expect((await plan('--out', file)).code).toBe(1)
    noSecretIn(await readFile(file, 'utf8'))
    expect((await stat(file)).mode & 0o077).toBe(0)
    double.realm!['accessTokenLifespan'] = 7200
    expect(await run('apply', '--plan', file)).toMatchObject({
      code: 1,
      lines: expect.stringContaining('plan again'),
    })
    expect(double.realm!['accessTokenLifespan']).toBe(7200)
    double.realm!['accessTokenLifespan'] = 3600
    environment['PORTAL_SECRET'] = 'another-secret-of-the-portal'
    expect((await run('apply', '--plan', file)).code).toBe(1)
    environment['PORTAL_SECRET'] = SECRETS.PORTAL_SECRET
    expect((await run('apply', '--plan', file)).code).toBe(0)
  })
})

describe('secrets', () => {
  it('are nowhere in what is kept on the server', async () => {
    await applied()
    const { secret: _own, ...client } = double.client('portal')
    const { smtpServer: _mail, ...realm } = double.realm!
    noSecretIn(JSON.stringify({ ...realm, clients: [client] }))
  })

  it('that change in the environment are set, also those that the server does not tell', async () => {
    await applied()
    environment['PORTAL_SECRET'] = 'portal-secret-three'
    environment['SMTP_PASSWORD'] = 'smtp-secret-four'
    const { code, lines } = await plan('--json')
    expect(code).toBe(1)
    expect(JSON.parse(lines)).toMatchObject({
      changes: [
        { kind: 'realm', secrets: ['/smtpServer/password'] },
        { kind: 'client', key: 'portal', secrets: ['/secret'] },
      ],
    })
    expect((await run('apply')).code).toBe(0)
    expect(double.client('portal')['secret']).toBe('portal-secret-three')
    expect((await plan()).code).toBe(0)
  })

  it('that were rotated on the server stay, until told otherwise', async () => {
    await applied()
    double.client('portal')['secret'] = 'rotated-by-the-administration'
    expect(await run('apply')).toMatchObject({
      code: 0,
      lines: expect.stringContaining('--reset-secrets'),
    })
    expect((await run('apply')).code).toBe(0)
    expect(double.client('portal')['secret']).toBe('rotated-by-the-administration')
    expect((await run('apply', '--reset-secrets')).code).toBe(0)
    expect(double.client('portal')['secret']).toBe(SECRETS.PORTAL_SECRET)
  })

  it('are not sent with a change of something else', async () => {
    await applied()
    double.client('portal')['secret'] = 'rotated-by-the-administration'
    double.client('portal')['redirectUris'] = []
    expect((await run('apply')).code).toBe(0)
    expect(double.client('portal')['secret']).toBe('rotated-by-the-administration')
  })
})

describe('drift', () => {
  it('is told with who caused it, and no more once applied', async () => {
    await applied()
    await fetchPut(`${double.url}/admin/realms/gov/clients/${double.client('cli').id}`, {
      redirectUris: ['https://evil.example'],
      secret: 'unused-secret-in-an-event',
    })
    const { code, lines } = await run('drift')
    expect(code).toBe(1)
    expect(lines).toContain('client cli changed')
    expect(lines).toContain('+ "https://evil.example"')
    expect(lines).toContain(
      'by the-administrator of master with console-of-keycloak from 10.20.30.*',
    )
    expect(lines).not.toContain('unused-secret-in-an-event')
    expect((await run('apply')).code).toBe(0)
    expect((await run('drift')).code).toBe(0)
  })

  it('sees what the files say nothing about', async () => {
    await applied()
    double.client('portal')['consentRequired'] = true
    expect((await plan()).code).toBe(0)
    expect(await run('drift')).toMatchObject({
      code: 1,
      lines: expect.stringContaining('/consentRequired'),
    })
  })

  it('sees a secret that is another one, a part that was added and one that is gone', async () => {
    await applied()
    double.client('portal')['secret'] = 'rotated-by-somebody'
    double.client('portal').protocolMappers = [{ id: 'm', name: 'evil', config: {} }]
    const { lines } = await run('drift')
    expect(lines).toContain('/secret: a secret, changed')
    expect(lines).toContain('+ mapper client portal / evil added')
    expect(lines).toContain('- mapper client portal / audience gone')
    expect(lines).not.toContain('rotated-by-somebody')
  })
})

describe('when it does not go as it should', () => {
  it('is 3 without a server, with wrong credentials, and when a server is silent', async () => {
    const { url } = double
    expect((await run('plan', '--server', 'http://127.0.0.1:1')).code).toBe(3)
    environment['PANJAREH_REALM_PASSWORD'] = 'not-the-right-one'
    expect(await plan()).toMatchObject({ code: 3, lines: expect.stringContaining('refuses') })
    Object.assign(environment, ADMIN)
    const { createServer } = await import('node:net')
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const code = await runRealm(
      [
        'plan',
        '--file',
        path.join(folder, 'realm.json'),
        '--server',
        `http://127.0.0.1:${port}`,
        '--timeout',
        '1',
      ],
      {
        environment: (name) => environment[name],
        out: () => undefined,
        error: (line) => printed.push(line),
      },
    )
    silent.close()
    expect({ code, said: printed.at(-1)?.includes('did not answer') }).toEqual({
      code: 3,
      said: true,
    })
    expect(double.url).toBe(url)
  })

  it('is 3 when the server goes away midway, says what was done, and goes on from there', async () => {
    await applied()
    double.realm!['accessTokenLifespan'] = 1
    double.client('portal')['redirectUris'] = []
    double.failNext(/clients\//, 0)
    const broken = await run('apply')
    expect(broken).toMatchObject({ code: 3, lines: expect.stringContaining('1 done') })
    expect(double.realm!['accessTokenLifespan']).toBe(300)
    expect((await run('apply')).code).toBe(0)
  })

  it('names the object and Keycloak’s code when one change is rejected, and no secret', async () => {
    await applied()
    environment['PORTAL_SECRET'] = 'portal-secret-three'
    double.client('cli')['redirectUris'] = ['https://other.example']
    double.failNext(/clients\//, 400, {
      errorMessage: 'Invalid "portal-secret-three" for portal-secret-three',
    })
    const { code, lines } = await run('apply')
    expect({ code, named: lines.includes('client portal: 400') }).toEqual({ code: 1, named: true })
    expect(lines).not.toContain('portal-secret-three')
    expect((await run('apply')).code).toBe(0)
  })

  it.each([
    [['plan', '--server', 'http://keycloak.example'], 'https'],
    [['plan', '--server', 'https://admin:hunter2hunter2@keycloak.example'], 'credentials'],
    [['paln'], 'npm run -s realm'],
    [['plan', '--what'], '--what'],
    [['plan', '--yes-delete', '-1'], 'yes-delete'],
    [['plan', '--plan', 'x'], '--plan'],
  ])('is 2 for %j', async (args, text) => {
    expect(await run(...args)).toMatchObject({ code: 2, lines: expect.stringContaining(text) })
    expect(double.writes).toEqual([])
  })

  it('is 2 for a variable that is not set or too short, and for files that cannot be carried out', async () => {
    delete environment['PORTAL_SECRET']
    expect(await plan()).toMatchObject({ code: 2, lines: expect.stringContaining('PORTAL_SECRET') })
    environment['PORTAL_SECRET'] = 'short'
    expect(await plan()).toMatchObject({ code: 2, lines: expect.stringContaining('shorter') })
    environment['PORTAL_SECRET'] = SECRETS.PORTAL_SECRET
    await files({ ...REALM, organizations: [{ name: 'x' }] })
    expect(await plan()).toMatchObject({ code: 2, lines: expect.stringContaining('organizations') })
  })
})

describe('render', () => {
  it('prints what an import takes: marked, and with placeholders', async () => {
    const { code, lines } = await run('render')
    expect(code).toBe(0)
    const [client] = listOf(fieldsOf(JSON.parse(lines))['clients'])
    expect(client?.['secret']).toBe('${PORTAL_SECRET}')
    expect(client?.['attributes']).toHaveProperty(['panjareh.managed'], 'true')
  })
})

async function fetchPut(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(204)
}
