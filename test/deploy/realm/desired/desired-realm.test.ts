import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readDesiredRealm } from '../../../../deploy/realm/desired/desired-realm.ts'

const RMTO = new URL('../../../../deploy/keycloak/agencies/rmto.json', import.meta.url)
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
  const other = text
    .replaceAll('rmto', 'port')
    .replaceAll('AGENCY_RMTO', 'AGENCY_PORT')
    .replace('port-officer', 'rmto-officer')
  await writeFile(path.join(place, 'port.json'), change(other))
  return readDesiredRealm(undefined, [place])
}

const SIGN_IN = {
  sector: 'port.example',
  standardFlowEnabled: true,
  fullScopeAllowed: false,
  redirectUris: ['https://port.example/cb'],
  attributes: { 'pkce.code.challenge.method': 'S256' },
  defaultClientScopes: ['basic', 'acr', 'profile'],
}

const CERTIFIED = {
  clientAuthenticatorType: 'client-x509',
  secret: undefined,
  attributes: {
    'tls.client.certificate.bound.access.tokens': 'true',
    'x509.subjectdn': 'CN=cartable,O=سازمان بنادر,C=IR',
    'x509.allow.regex.pattern.comparison': 'false',
  },
}

/** The agency's client with other members; `sector` is the file's. */
function withClient({ sector, ...members }: Readonly<Record<string, unknown>>) {
  return withAgency((t) => {
    const file = JSON.parse(t)
    Object.assign(file.clients[0], members)
    return JSON.stringify({ ...file, ...(sector === undefined ? {} : { sector }) }, null, 1)
  })
}

const mapper = (protocolMapper: string, config: Readonly<Record<string, string>>) => ({
  protocolMappers: [{ name: 'm', protocol: 'openid-connect', protocolMapper, config }],
})

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
    [
      'a member that is misspelt',
      (t: string) => t.replace('"enabled"', '"enabeld"'),
      /port\.json:\d+ \/clients\/0\/enabeld is no member that is known here/,
    ],
  ])('is refused with %s', async (_what, change, message) => {
    await expect(withAgency(change)).rejects.toThrow(message)
  })

  it('lets an agency have a client where people sign in', async () => {
    const { clients } = await withClient(SIGN_IN)
    expect(clients.at(-1)).toMatchObject({
      protocolMappers: [{ protocolMapper: 'oidc-sha256-pairwise-sub-mapper' }],
    })
  })

  it('lets an agency have a client that signs in by its certificate', async () => {
    const { clients } = await withClient(CERTIFIED)
    expect(clients.at(-1)).toMatchObject({ clientAuthenticatorType: 'client-x509' })
  })

  it.each([
    ['a certificate of no subject', { 'x509.subjectdn': undefined }, /needs "x509.subjectdn"/],
    ['one of any', { 'x509.subjectdn': '.*' }, /x509.subjectdn has a value/],
    ['one of an expression', { 'x509.subjectdn': 'CN=.*,C=IR' }, /x509.subjectdn has a value/],
    [
      'a subject that Keycloak takes for an expression',
      { 'x509.allow.regex.pattern.comparison': undefined },
      /needs "x509.allow.regex.pattern.comparison": "false"/,
    ],
    [
      'a subject that is to be an expression',
      { 'x509.allow.regex.pattern.comparison': 'true' },
      /x509.allow.regex.pattern.comparison/,
    ],
  ])('no file of an agency has %s', async (_what, changed, message) => {
    const attributes = { ...CERTIFIED.attributes, ...changed }
    await expect(withClient({ ...CERTIFIED, attributes })).rejects.toThrow(message)
  })

  it.each([
    ['a role by a mapper', mapper('oidc-hardcoded-role-mapper', { role: 'staff' })],
    [
      'a role of realm-management by a mapper',
      mapper('oidc-hardcoded-role-mapper', { role: 'realm-management.realm-admin' }),
    ],
    [
      'another person by a mapper',
      mapper('oidc-hardcoded-claim-mapper', { 'claim.name': 'national_id', 'claim.value': '1' }),
    ],
    ['a mapper of a script', mapper('script-evil.js', {})],
    ['a password called substantial', { attributes: { 'acr.loa.map': '{"substantial":"1"}' } }],
    ['tokens of a year', { attributes: { 'access.token.lifespan': '31536000' } }],
    ['token exchange', { attributes: { 'standard.token.exchange.enabled': 'true' } }],
    ['an origin of the administration', { attributes: { 'panjareh.origin': 'administration' } }],
    ['an attribute of the prototype', { attributes: { constructor: 'x' } }],
    ['a sign-out to wherever', { attributes: { 'post.logout.redirect.uris': '+' } }],
    [
      'a call into the inner network',
      { attributes: { 'backchannel.logout.url': 'http://10.0.0.1/' } },
    ],
    ['the secret of another as its title', { name: '${SIGN_ON_ADMIN_SECRET}' }],
    ['the secret of another as its own', { secret: '${CONSOLE_SECRET}' }],
    ['a title that is read backwards', { name: 'پنجره\u202Eevil' }],
    ['the national id of who signs in', { ...SIGN_IN, defaultClientScopes: ['basic', 'person'] }],
    ['the gateway for who signs in', { ...SIGN_IN, defaultClientScopes: ['basic', 'gateway'] }],
    ['the gateway if asked for', { ...SIGN_IN, optionalClientScopes: ['gateway'] }],
    ['the roles of who signs in', { ...SIGN_IN, fullScopeAllowed: true }],
    ['a sign-in without PKCE', { ...SIGN_IN, attributes: {} }],
    ['a plain redirect', { ...SIGN_IN, redirectUris: ['http://port.example/cb'] }],
    ['a redirect to a script', { ...SIGN_IN, redirectUris: ['javascript:alert(1)'] }],
    [
      'a redirect below its root',
      { ...SIGN_IN, rootUrl: 'https://evil.example/', redirectUris: ['/cb'] },
    ],
    ['a redirect that climbs', { ...SIGN_IN, redirectUris: ['https://port.example/a/../cb'] }],
    ['any origin', { webOrigins: ['+'] }],
  ])('no file of an agency has %s', async (_what, members) => {
    await expect(withClient(members)).rejects.toThrow(/port\.json:\d+ .*\/clients\/0/)
  })

  it('no file has a client of another agency', async () => {
    const place = path.join(folder, 'two')
    await mkdir(place)
    const other = text.replaceAll('agency-rmto', 'agency-port-sea').replaceAll('RMTO', 'PORT')
    await writeFile(path.join(place, 'a.json'), other.replace('"rmto"', '"port"'))
    const own = other.replaceAll('AGENCY_PORT', 'AGENCY_PORT_SEA')
    await writeFile(path.join(place, 'b.json'), own.replace('"rmto"', '"port-sea"'))
    await expect(readDesiredRealm(undefined, [place])).rejects.toThrow(/agency-port-sea is in/)
  })
})
