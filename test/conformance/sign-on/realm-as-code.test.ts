// The realm command against a real Keycloak: made by our apply or by Keycloak's own import, the realm is the same.
import { randomBytes } from 'node:crypto'

import KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { DEMO_VARIABLES } from '../../../deploy/embedded/sign-on/demo-variables.ts'
import { runRealm } from '../../../deploy/realm/command.ts'
import { fieldsOf } from '../../../deploy/realm/objects/fields.ts'
import { KEYCLOAK_VARIABLE } from './engines/open-engine.ts'

const SERVER = process.env[KEYCLOAK_VARIABLE]
const MINUTE = 60_000
const VARIABLES = new Map([
  ...Object.entries(DEMO_VARIABLES),
  ['PANJAREH_REALM_SERVER', SERVER ?? ''],
  ['PANJAREH_REALM_USER', 'admin'],
  ['PANJAREH_REALM_PASSWORD', 'admin'],
])

async function run(verb: string, realm: string, ...args: readonly string[]) {
  const lines: string[] = []
  const code = await runRealm([verb, '--realm', realm, '--timeout', '60', ...args], {
    environment: (name) => VARIABLES.get(name),
    out: (line) => lines.push(line),
    error: (line) => lines.push(line),
  })
  return { code, text: lines.join('\n') }
}

describe.skipIf(SERVER === undefined)('the realm command on keycloak', () => {
  const suffix = randomBytes(4).toString('hex')
  const [made, imported] = [`gov-made-${suffix}`, `gov-imported-${suffix}`]
  const admin = new KeycloakAdminClient({ baseUrl: SERVER ?? '' })

  beforeAll(async () => {
    await admin.auth({
      grantType: 'password',
      clientId: 'admin-cli',
      username: 'admin',
      password: 'admin',
    })
  })

  afterAll(async () => {
    for (const realm of [made, imported]) await admin.realms.del({ realm }).catch(() => undefined)
  })

  it('makes a realm, and is then in sync', { timeout: MINUTE }, async () => {
    expect((await run('plan', made)).code).toBe(1)
    expect(await run('apply', made)).toMatchObject({ code: 0 })
    expect(await run('plan', made)).toMatchObject({ code: 0 })
    expect(await run('drift', made)).toMatchObject({ code: 0 })
  })

  it('is in sync with what Keycloak imported', { timeout: MINUTE }, async () => {
    const { text } = await run('render', imported)
    const filled = text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_all, name: string) =>
      JSON.stringify(Reflect.get(DEMO_VARIABLES, name)).slice(1, -1),
    )
    const realm: unknown = JSON.parse(filled)
    await admin.realms.create({ ...fieldsOf(realm) })
    expect(await run('plan', imported)).toMatchObject({ code: 0 })
    expect(await run('apply', imported)).toMatchObject({ code: 0 })
    expect(await run('drift', imported)).toMatchObject({ code: 0 })
  })

  it('tells who changed what by hand, and repairs it', { timeout: MINUTE }, async () => {
    const realm = made
    const [portal] = await admin.clients.find({ realm, clientId: 'portal' })
    const [id, redirectUris] = [portal?.id ?? '', ['https://evil.example/cb']]
    await admin.clients.update({ realm, id }, { clientId: 'portal', redirectUris })
    const [citizen, staff] = await Promise.all(
      ['citizen', 'staff'].map((name) => admin.roles.findOneByName({ realm, name })),
    )
    const roleId = citizen?.id ?? ''
    const inner = [{ id: staff?.id ?? '', name: 'staff' }]
    await admin.roles.createComposite({ realm, roleId }, inner)
    const { code, text } = await run('drift', made)
    expect(code).toBe(1)
    expect(text).toContain('+ "https://evil.example/cb"')
    expect(text).toContain('role-composites citizen')
    expect(text.match(/by admin of master with admin-cli from /g)?.length).toBeGreaterThanOrEqual(2)
    expect(await run('apply', made)).toMatchObject({ code: 0 })
    expect(await run('drift', made)).toMatchObject({ code: 0 })
  })
})
