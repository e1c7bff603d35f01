import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readDesiredRealm } from '../../../deploy/realm/desired-realm.ts'

const RMTO = new URL('../../../deploy/keycloak/agencies/rmto.json', import.meta.url)
const text = await readFile(RMTO, 'utf8')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'agencies-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** The agency's file under another code, changed, beside those of this checkout. */
async function withAgency(change: (text: string) => string) {
  const place = path.join(folder, String(Math.random()))
  await mkdir(place)
  const other = text.replaceAll('rmto', 'port').replace('port-officer', 'rmto-officer')
  await writeFile(path.join(place, 'port.json'), change(other))
  return readDesiredRealm(undefined, [place])
}

describe('the realm of the files', () => {
  it('has the clients, service accounts and administrators of every agency', async () => {
    const { clients, users = [], roles } = await withAgency((each) => each)
    const names = clients.map(({ clientId }) => clientId)
    expect(names.slice(-3)).toEqual(['agency-mrud', 'agency-rmto', 'agency-port'])
    expect(clients.at(-1)?.attributes).toMatchObject({ 'panjareh.agency': 'port' })
    expect(roles.realm.at(-1)?.name).toBe('agency-admin:port')
    const officer = users.find(({ username }) => username === 'rmto-officer')
    expect(officer?.realmRoles).toEqual(expect.arrayContaining(['agency-admin:port']))
    expect(users.at(-1)).toMatchObject({ serviceAccountClientId: 'agency-port' })
  })

  it.each([
    [
      'a role of staff',
      (t: string) => t.replace('"inquiry:identity"', '"staff"'),
      /port\.json:\d+ .*not for agencies/,
    ],
    [
      'a role that is none',
      (t: string) => t.replace('"inquiry:identity"', '"inquiry:moon"'),
      /no role of the realm/,
    ],
    [
      'a client of another name',
      (t: string) => t.replace('"clientId": "agency-port"', '"clientId": "agency-rmto"'),
      /must be "agency-port"/,
    ],
    [
      'a secret in clear',
      (t: string) =>
        t.replace('${AGENCY_RMTO_SECRET}', 'hunter2').replace('${AGENCY_PORT_SECRET}', 'hunter2'),
      /clients\/0\/secret/,
    ],
    [
      'an administrator whom nobody knows',
      (t: string) => t.replace('rmto-officer', 'nobody'),
      /no user of the realm/,
    ],
    [
      'a sign-in of people without a sector',
      (t: string) => t.replace('"standardFlowEnabled": false', '"standardFlowEnabled": true'),
      /"sector"/,
    ],
    [
      'a redirect to wherever',
      (t: string) => t.replace('"redirectUris": []', '"redirectUris": ["https://x.example/*"]'),
      /redirectUris/,
    ],
    [
      'a member that stands twice',
      (t: string) => t.replace('"agency": "port"', '"agency": "port",\n"agency": "port"'),
      /port\.json:3 .*twice/,
    ],
    ['what is not JSON', (t: string) => `${t}}`, /not JSON/],
    [
      'a member that opens more',
      (t: string) => t.replace('"redirectUris"', '"bearerOnly": true, "redirectUris"'),
      /additional/,
    ],
  ])('is refused with %s', async (_what, change, message) => {
    await expect(withAgency(change)).rejects.toThrow(message)
  })
})
