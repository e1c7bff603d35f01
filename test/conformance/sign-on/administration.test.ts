// The administration as its users have it: a person's real token, the real gateway, GraphQL; behind it, each engine's
// admin REST API.

import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import type { Running } from '../../../gateway/open-gateway.ts'
import { invariant } from '../../../schema/errors.ts'
import { issueClient } from '../../support/authority.ts'
import { eventually } from '../../support/eventually.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { type Answered, askGateway, openAdministered, silent } from './support/administered.ts'
import { Browser } from './support/browser.ts'
import { administer } from './support/endpoints.ts'
import { askTokenOverTls, tlsOf } from './support/over-tls.ts'
import { answerPages, askToken, authorizationRequest, codeForm, signIn } from './support/sign-in.ts'
import { capability } from './table/capability.ts'
import { type Row, rowIn, rowsIn } from './table/rows.ts'

const REASON = 'Asked for by the agency in letter 12'
const CLI = { redirect_uri: 'http://127.0.0.1:4003/callback' }
const SURE = { changes: { ...CLI, acr_values: 'substantial' } }

describe.each(engineNames())('administration on %s', (name) => {
  let folder = ''
  let database: Database
  let engine: SignOnEngine
  let gateway: Running
  let officer = ''
  let ofAgency = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'administration-'))
    ;[database, engine] = await Promise.all([
      startDatabase({ folder: join(folder, 'database'), log: silent }),
      openEngine(name, {
        tls: true,
        clients: [PEOPLE_CLIENT, OTHER_CLIENT],
        change: (realm) => ({ ...realm, identityProviders: [ELSEWHERE] }),
      }),
    ])
    gateway = await openAdministered(engine, database)
    officer = (await signIn(engine, 'cli', 'security-officer', SURE)).access
    ofAgency = (await signIn(engine, 'cli', 'rmto-officer', SURE)).access
  })

  afterAll(async () => {
    await gateway?.close()
    await engine?.close()
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const ask = (token: string, query: string, variables: Row = {}) =>
    askGateway(gateway, token, { query, variables })

  const told = async (token: string, query: string, variables: Row = {}) => {
    const { data, errors } = await ask(token, query, variables)
    expect(errors).toBeUndefined()
    return data ?? {}
  }

  test('lists the clients of all agencies to the realm’s administrator, of one to its own', async () => {
    const query = '{ agencyClients(first: 50) { nodes { clientId agency origin authentication } } }'
    const all = idsOf(await told(officer, query))
    expect(all).toContain('agency-rmto')
    expect(all).toContain('agency-mrud')
    expect(all).not.toContain('portal')
    const own = idsOf(await told(ofAgency, query))
    expect(own).toContain('agency-rmto')
    expect(own).not.toContain('agency-mrud')
  })

  test('pages without missing or repeating one', async () => {
    const query = `query ($after: String) { agencyClients(first: 1, after: $after) { nodes { clientId } next } }`
    const seen: string[] = []
    let after: unknown
    do {
      const page = await told(officer, query, { after })
      seen.push(...idsOf(page))
      after = rowIn(page, 'agencyClients')['next']
    } while (typeof after === 'string' && seen.length < 20)
    const whole = await told(officer, '{ agencyClients(first: 50) { nodes { clientId } } }')
    expect(seen).toEqual(idsOf(whole))
  })

  test('a secret that was rotated signs in, the one before does not, and it is never shown again', async () => {
    const before = engine.secretOf('agency-rmto') ?? ''
    expect((await asMachine(engine, 'agency-rmto', before)).status).toBe(200)
    const done = await told(ofAgency, ROTATE, { id: 'agency-rmto', reason: REASON })
    const { secret, client } = rowIn(done, 'rotateAgencyClientSecret')
    expect(client).toMatchObject({ clientId: 'agency-rmto', secretSince: expect.any(String) })
    expect((await asMachine(engine, 'agency-rmto', String(secret))).status).toBe(200)
    expect((await asMachine(engine, 'agency-rmto', before)).status).toBe(401)
    const changes = await told(ofAgency, CHANGES)
    expect(JSON.stringify(changes)).not.toContain(String(secret))
    expect(rowIn(changes, 'signOnChanges')['chain']).toEqual({ intact: true })
    expect(rowsIn(rowIn(changes, 'signOnChanges'), 'nodes')[0]).toMatchObject({
      action: 'rotateAgencyClientSecret',
      targetId: 'agency-rmto',
      agency: 'rmto',
      role: 'agency-admin:rmto',
      reason: REASON,
      outcome: 'DONE',
    })
  })

  test('a client that is disabled signs in no more until it is enabled again', async () => {
    const { secret } = await rotated('agency-mrud')
    await told(officer, ENABLE, { id: 'agency-mrud', enabled: false, reason: REASON })
    expect((await asMachine(engine, 'agency-mrud', secret)).status).toBeGreaterThanOrEqual(400)
    const done = await told(officer, ENABLE, { id: 'agency-mrud', enabled: true, reason: REASON })
    expect(rowIn(done, 'setAgencyClientEnabled')['client']).toMatchObject({ enabled: true })
    expect((await asMachine(engine, 'agency-mrud', secret)).status).toBe(200)
  })

  test('a new machine holds exactly the roles it was given, bound to nothing else', async () => {
    const client = {
      agency: 'rmto',
      name: 'waybills',
      title: 'سامانهٔ بارنامه',
      dpopBound: false,
      roles: ['inquiry:waybill'],
    }
    const done = rowIn(
      await told(ofAgency, CREATE, { client, reason: REASON }),
      'createAgencyClient',
    )
    expect(done['client']).toMatchObject({
      clientId: 'agency-rmto.waybills',
      origin: 'ADMINISTRATION',
      authentication: 'SECRET',
      roles: expect.arrayContaining(['agency', 'inquiry:waybill']),
    })
    const { status, access } = await asMachine(
      engine,
      'agency-rmto.waybills',
      String(done['secret']),
    )
    expect(status).toBe(200)
    const claims = claimsOf(access)
    expect([claims['aud']].flat()).toContain('gateway')
    const held = [rowIn(claims, 'realm_access')['roles']].flat()
    expect(held).toEqual(expect.arrayContaining(['agency', 'inquiry:waybill']))
    expect(held).not.toContain('inquiry:identity')
    expect(claims['resource_access']).toBeUndefined()
    const again = await ask(ofAgency, CREATE, { client, reason: REASON })
    expect(codesOf(again)).toEqual(['CONFLICT'])
  })

  test('roles are given and taken, none beyond those the agency holds', async () => {
    const roles = ['inquiry:identity', 'inquiry:waybill']
    const given = await told(ofAgency, ROLES, { id: 'agency-rmto.waybills', roles, reason: REASON })
    expect(rowIn(rowIn(given, 'setAgencyClientRoles'), 'client')['roles']).toEqual(
      expect.arrayContaining(['agency', ...roles]),
    )
    const none = await told(ofAgency, ROLES, {
      id: 'agency-rmto.waybills',
      roles: [],
      reason: REASON,
    })
    expect(rowIn(rowIn(none, 'setAgencyClientRoles'), 'client')['roles']).toContain('agency')
    expect(rowIn(rowIn(none, 'setAgencyClientRoles'), 'client')['roles']).not.toContain(roles[0])
    const beyond = { id: 'agency-rmto.waybills', roles: ['inquiry:deed'], reason: REASON }
    expect(codesOf(await ask(ofAgency, ROLES, beyond))).toEqual(['FORBIDDEN'])
  })

  test('a machine with a key signs in by it, and by the next one after it was replaced', async () => {
    const first = newKey('first')
    const second = newKey('second')
    const client = {
      agency: 'rmto',
      name: 'keyed',
      title: 'با کلید',
      dpopBound: false,
      jwks: first.jwks,
    }
    const done = rowIn(
      await told(ofAgency, CREATE, { client, reason: REASON }),
      'createAgencyClient',
    )
    expect(done['secret']).toBeNull()
    expect(rowIn(done, 'client')['authentication']).toBe('KEY')
    const id = 'agency-rmto.keyed'
    expect((await askToken(engine, await first.form(engine, id))).status).toBe(200)
    await told(ofAgency, KEYS, { id, jwks: second.jwks, reason: REASON })
    expect((await askToken(engine, await first.form(engine, id))).status).toBeGreaterThanOrEqual(
      400,
    )
    expect((await askToken(engine, await second.form(engine, id))).status).toBe(200)
  })

  test('a machine with a certificate signs in by it, and by another one after it was replaced', async () => {
    const id = 'agency-rmto.certified'
    const { authority } = tlsOf(engine)
    const first = await issueClient(authority, [
      ['C', 'IR'],
      ['CN', 'first'],
    ])
    const second = await issueClient(authority, [
      ['C', 'IR'],
      ['CN', 'second'],
    ])
    const subject = 'CN=first,C=IR'
    const client = {
      agency: 'rmto',
      name: 'certified',
      title: 'با گواهی',
      certificateSubject: subject,
    }
    const done = rowIn(
      await told(ofAgency, CREATE, { client, reason: REASON }),
      'createAgencyClient',
    )
    expect(done['secret']).toBeNull()
    expect(done['client']).toMatchObject({
      authentication: 'CERTIFICATE',
      certificateSubject: subject,
      mtlsBound: true,
      dpopBound: false,
    })
    const form = { grant_type: 'client_credentials', client_id: id }
    const statuses = async () => [
      (await askTokenOverTls(engine, form, first)).status,
      (await askTokenOverTls(engine, form, second)).status,
    ]
    expect(await statuses()).toEqual([200, 401])
    await told(ofAgency, CERTIFICATE, { id, subject: 'CN=second,C=IR', reason: REASON })
    expect(await statuses()).toEqual([401, 200])
  })

  test('a client for people has no way to the gateway', async () => {
    const client = {
      agency: 'rmto',
      name: 'desk',
      title: 'میز',
      dpopBound: false,
      redirectUris: ['https://desk.rmto.example/callback'],
    }
    const done = rowIn(
      await told(ofAgency, CREATE, { client, reason: REASON }),
      'createAgencyClient',
    )
    expect(done['client']).toMatchObject({ interactive: true, serviceAccount: false, roles: [] })
    const { status } = await asMachine(engine, 'agency-rmto.desk', String(done['secret']))
    expect(status).toBeGreaterThanOrEqual(400)
    const scopes = rowIn(done, 'client')['scopes']
    expect(scopes).not.toContain('roles')
    expect(scopes).not.toContain('gateway')
    expect(scopes).not.toContain('person')
  })

  test('what an agency gets when a citizen signs in at its own client opens no gateway', async () => {
    const { secret } = await rotated('agency-rmto.desk')
    const changes = { redirect_uri: 'https://desk.rmto.example/callback' }
    const request = authorizationRequest(engine, 'agency-rmto.desk', changes)
    const browser = new Browser(engine.issuer)
    const start = await browser.open(request.url)
    const { stop } = await answerPages(engine, browser, start, engine.person('kaveh'))
    const { away } =
      stop.page === undefined ? stop : await browser.submit(stop.page, { accept: 'Yes' })
    invariant(away !== undefined, 'the sign-on leads back')
    const form = { ...codeForm(engine, request, away), client_secret: secret }
    const { status, access } = await askToken(engine, form)
    expect(status).toBe(200)
    const claims = claimsOf(access)
    expect([claims['aud']].flat()).not.toContain('gateway')
    expect(JSON.stringify(claims)).not.toMatch(/citizen|0004120371|inquiry:/)
    expect(codesOf(await ask(access, MINE))).toEqual(['UNAUTHENTICATED'])
  })

  test('another agency’s client is answered like one that does not exist', async () => {
    for (const id of ['agency-mrud', 'agency-nobody', 'portal']) {
      const { data } = await ask(ofAgency, CLIENT, { id })
      expect(data).toEqual({ agencyClient: null })
      for (const [mutation, more] of [
        [ROTATE, {}],
        [ENABLE, { enabled: false }],
        [END_ALL, {}],
        [END_ONE, { session: 'abcdefgh' }],
        [ROLES, { roles: [] }],
      ] as const) {
        expect(codesOf(await ask(ofAgency, mutation, { id, reason: REASON, ...more }))).toEqual([
          'NOT_FOUND',
        ])
      }
    }
  })

  test.each(['portal', 'console', 'cli', 'sign-on-admin', 'realm-management', 'account'])(
    'the client %s is changed by nobody here',
    async (id) => {
      const { errors } = await ask(officer, ENABLE, { id, enabled: false, reason: REASON })
      expect(errors).toMatchObject([
        { message: expect.stringContaining('npm run realm'), extensions: { code: 'FORBIDDEN' } },
      ])
    },
  )

  test('a citizen sees and ends their own sessions, and nobody else’s', async () => {
    const kaveh = await signIn(engine, 'cli', 'kaveh', { changes: CLI })
    const other = await signIn(engine, 'portal-like', 'kaveh')
    const sara = await signIn(engine, 'portal-like', 'sara')
    const mine = rowsIn(await told(kaveh.access, MINE), 'mySessions')
    const sid = claimsOf(other.access)['sid']
    expect(mine.filter(({ current }) => current === true)).toHaveLength(1)
    expect(mine.map(({ id }) => id)).toContain(sid)
    expect(mine.find(({ id }) => id === sid)).toMatchObject({ clients: ['portal-like'] })
    const foreign = { id: claimsOf(sara.access)['sid'] }
    expect(codesOf(await ask(kaveh.access, END_MINE, foreign))).toEqual(['NOT_FOUND'])
    expect(await told(kaveh.access, END_MINE, { id: sid })).toMatchObject({
      endMySession: { ended: 1 },
    })
    const left = rowsIn(await told(kaveh.access, MINE), 'mySessions')
    expect(left.map(({ id }) => id)).not.toContain(sid)
    expect(await refreshes(engine, other.refresh)).toBe(false)
    expect(await refreshes(engine, sara.refresh)).toBe(true)
  })

  test('a token that is out ends with its session, at once', async () => {
    const kaveh = await signIn(engine, 'cli', 'kaveh', { changes: CLI })
    const other = await signIn(engine, 'portal-like', 'kaveh')
    expect(codesOf(await ask(other.access, MINE))).toEqual([])
    await told(kaveh.access, END_MINE, { id: claimsOf(other.access)['sid'] })
    expect(codesOf(await ask(other.access, MINE))).toEqual(['UNAUTHENTICATED'])
    expect(codesOf(await ask(kaveh.access, MINE))).toEqual([])
    await told(officer, END_USER, { id: claimsOf(kaveh.access)['sub'], reason: REASON })
    expect(codesOf(await ask(kaveh.access, MINE))).toEqual(['UNAUTHENTICATED'])
    const { secret } = await rotated('agency-mrud')
    await nextSecond()
    const { access } = await asMachine(engine, 'agency-mrud', secret)
    expect(codesOf(await ask(access, MINE))).toEqual(['FORBIDDEN'])
    await told(officer, REVOKE, { id: 'agency-mrud', reason: REASON })
    expect(codesOf(await ask(access, MINE))).toEqual(['UNAUTHENTICATED'])
  })

  test('an administrator finds a person, signs them out everywhere and locks them out', async () => {
    const sara = await signIn(engine, 'portal-like', 'sara')
    const byId = { search: { nationalId: '9924022343' } }
    const [found] = rowsIn(rowIn(await told(officer, USERS, byId), 'signOnUsers'), 'nodes')
    invariant(found !== undefined, 'sara is found')
    expect(found).toMatchObject({ userName: 'sara', enabled: true })
    expect(JSON.stringify(found)).not.toContain('9924022343')
    const done = await told(officer, END_USER, { id: found['id'], reason: REASON })
    expect(rowIn(done, 'endUserSessions')['ended']).toBeGreaterThan(0)
    expect(await refreshes(engine, sara.refresh)).toBe(false)
    await told(officer, USER_ENABLE, { id: found['id'], enabled: false, reason: REASON })
    await expect(signIn(engine, 'portal-like', 'sara')).rejects.toThrow('not led back')
    await told(officer, USER_ENABLE, { id: found['id'], enabled: true, reason: REASON })
    expect((await signIn(engine, 'portal-like', 'sara')).status).toBe(200)
  })

  test('all sessions of a client end; of an agency only those that serve it alone', async () => {
    const alone = await signIn(engine, 'agency-rmto-desk', 'kaveh')
    const browser = new Browser(engine.issuer)
    const first = await signIn(engine, 'portal-like', 'sara', { browser })
    const shared = await signIn(engine, 'agency-rmto-desk', 'sara', { browser })
    expect(claimsOf(shared.access)['sid']).toBe(claimsOf(first.access)['sid'])
    const id = 'agency-rmto-desk'
    const seen = await told(ofAgency, CLIENT_SESSIONS, { id })
    const nodes = rowsIn(rowIn(rowIn(seen, 'agencyClient'), 'sessions'), 'nodes')
    expect(nodes.length).toBeGreaterThanOrEqual(2)
    for (const node of nodes) expect(node).toMatchObject({ userId: null, userName: null })
    const session = claimsOf(shared.access)['sid']
    expect(codesOf(await ask(ofAgency, END_ONE, { id, session, reason: REASON }))).toEqual([
      'FORBIDDEN',
    ])
    const done = rowIn(await told(ofAgency, END_ALL, { id, reason: REASON }), 'endClientSessions')
    expect(done['kept']).toBe(1)
    expect(await refreshes(engine, alone.refresh, id)).toBe(false)
    expect(await refreshes(engine, first.refresh)).toBe(true)
    const all = rowIn(await told(officer, END_ALL, { id, reason: REASON }), 'endClientSessions')
    expect(all).toMatchObject({ kept: 0 })
  })

  test('failed sign-ins are shown without what was typed, and a lock is opened', async () => {
    const person = engine.person('omid-joint')
    for (let tries = 0; tries < 6; tries++) await failSignIn(engine, person.username)
    const [user] = rowsIn(
      rowIn(await told(officer, USERS, { search: { userName: person.username } }), 'signOnUsers'),
      'nodes',
    )
    // Keycloak counts a moment after it has answered.
    const failed = await eventually(async () => {
      const seen = await told(officer, FAILED)
      const locked = rowsIn(seen, 'lockedOutUsers').map(({ userId }) => userId)
      expect(locked).toContain(user?.['id'])
      return seen
    })
    expect(rowsIn(rowIn(failed, 'failedSignIns'), 'nodes')).toContainEqual(
      expect.objectContaining({ userId: user?.['id'], address: '127.0.*.*' }),
    )
    expect(JSON.stringify(failed)).not.toContain('wrong-password')
    await told(officer, UNLOCK, { id: user?.['id'], reason: REASON })
    expect((await signIn(engine, 'portal-like', person.username)).status).toBe(200)
  })

  test('the realm, its keys and its own record of changes are read', async () => {
    const read = await told(officer, REALM)
    expect(read['signOnRealm']).toMatchObject({ name: engine.realm, locksAfterFailures: 5 })
    expect(rowsIn(read, 'signOnKeys')).toContainEqual(
      expect.objectContaining({ algorithm: 'RS256', status: 'ACTIVE', use: 'SIG' }),
    )
    expect(rowsIn(rowIn(read, 'signOnAdminEvents'), 'nodes').length).toBeGreaterThan(0)
  })

  test('somebody of the staff is made, given and taken roles, and told what to do', async () => {
    const user = {
      userName: 'new-officer',
      firstName: 'کارمند',
      lastName: 'تازه',
      roles: ['agency-admin:rmto'],
    }
    const made = rowIn(await told(officer, USER_CREATE, { user, reason: REASON }), 'createUser')
    expect(String(made['password'])).toMatch(/^[\w-]{20,}$/)
    const person = rowIn(made, 'user')
    expect(person).toMatchObject({ userName: 'new-officer', requiredActions: ['UPDATE_PASSWORD'] })
    expect(person['roles']).toEqual(expect.arrayContaining(['staff', 'agency-admin:rmto']))
    const { id } = person
    const given = { id, role: 'agency-admin:mrud', held: true, reason: REASON }
    expect(rolesOf(await told(officer, USER_ROLE, given))).toContain('agency-admin:mrud')
    expect(rolesOf(await told(officer, USER_ROLE, { ...given, held: false }))).not.toContain(
      'agency-admin:mrud',
    )
    for (const role of [
      'citizen',
      'default-roles-gov',
      'offline_access',
      'realm-admin',
      'manage-users',
      'agency',
    ]) {
      expect(codesOf(await ask(officer, USER_ROLE, { ...given, role }))).toEqual(['INPUT_REJECTED'])
    }
    const told1 = await told(officer, USER_ACTIONS, {
      id,
      actions: ['VERIFY_PROFILE'],
      reason: REASON,
    })
    expect(rowIn(rowIn(told1, 'requireUserActions'), 'user')['requiredActions']).toEqual(
      expect.arrayContaining(['UPDATE_PASSWORD', 'VERIFY_PROFILE']),
    )
    const changes = JSON.stringify(await told(officer, CHANGES))
    expect(changes).not.toContain(String(made['password']))
    expect(codesOf(await ask(officer, USER_CREATE, { user, reason: REASON }))).toEqual(['CONFLICT'])
  })

  test('a device for one-time codes that is taken away opens nothing any more', async () => {
    const [found] = rowsIn(
      rowIn(await told(officer, USERS, { search: { userName: 'staff' } }), 'signOnUsers'),
      'nodes',
    )
    expect(found).toMatchObject({ hasOneTimeCodes: true })
    const done = await told(officer, USER_OTP, { id: found?.['id'], reason: REASON })
    expect(rowIn(done, 'resetUserOneTimeCodes')['user']).toMatchObject({ hasOneTimeCodes: false })
    // One engine shows an error page, the other leads back with an error.
    const token = await signIn(engine, 'cli', 'staff', SURE).then(
      ({ access }) => access,
      () => '',
    )
    expect(token).toBe('')
  })

  test('a change wants the second factor, a question about clients does not', async () => {
    const { access } = await signIn(engine, 'cli', 'security-officer', { changes: CLI })
    const { errors } = await ask(access, ROTATE, { id: 'agency-rmto', reason: REASON })
    expect(errors).toMatchObject([{ extensions: { code: 'INSUFFICIENT_AUTHENTICATION' } }])
    expect(codesOf(await ask(access, '{ agencyClients { next } }'))).toEqual([])
    // But one about people does: with a stolen password alone nobody of the staff is looked through.
    expect(
      codesOf(await ask(access, '{ signOnUsers(search: { name: "kaveh" }) { next } }')),
    ).toEqual(['INSUFFICIENT_AUTHENTICATION'])
  })

  test('an administrator does not change their own account', async () => {
    const id = claimsOf(officer)['sub']
    for (const [mutation, more] of [
      [USER_ROLE, { role: 'agency-admin:rmto', held: true }],
      [USER_ENABLE, { enabled: false }],
      [USER_OTP, {}],
    ] as const) {
      expect(codesOf(await ask(officer, mutation, { id, reason: REASON, ...more }))).toEqual([
        'FORBIDDEN',
      ])
    }
  })

  test('a key is rotated and the one before retired', async () => {
    const [before] = signing(await told(officer, REALM), 'ACTIVE')
    await told(officer, KEY_ROTATE, { reason: REASON })
    const after = await told(officer, REALM)
    const [active, another] = signing(after, 'ACTIVE')
    expect(another).toBeUndefined()
    expect(active?.['kid']).not.toBe(before?.['kid'])
    expect(signing(after, 'PASSIVE').map(({ kid }) => kid)).toContain(before?.['kid'])
    const early = { kid: active?.['kid'], reason: REASON }
    expect(codesOf(await ask(officer, KEY_RETIRE, early))).toEqual(['CONFLICT'])
    // Of another algorithm, by which no token of this suite is signed.
    const [old] = signing(after, 'ACTIVE', 'ES256')
    await told(officer, KEY_ROTATE, { algorithm: 'ES256', reason: REASON })
    await told(officer, KEY_RETIRE, { kid: old?.['kid'], reason: REASON })
    const left = await told(officer, REALM)
    const valid = [...signing(left, 'ACTIVE', 'ES256'), ...signing(left, 'PASSIVE', 'ES256')]
    expect(valid).toHaveLength(1)
    expect(valid[0]?.['kid']).not.toBe(old?.['kid'])
    const secret = (await rotated('agency-rmto')).secret
    expect(headerOf((await asMachine(engine, 'agency-rmto', secret)).access)['kid']).toBe(
      active?.['kid'],
    )
  })

  test('who administers an agency has no say in keys and identity providers', async () => {
    const closing = { alias: 'elsewhere', enabled: false, reason: REASON }
    expect(codesOf(await ask(ofAgency, KEY_ROTATE, { reason: REASON }))).toEqual(['FORBIDDEN'])
    expect(codesOf(await ask(ofAgency, KEY_RETIRE, { kid: 'any', reason: REASON }))).toEqual([
      'FORBIDDEN',
    ])
    expect(codesOf(await ask(ofAgency, PROVIDER_ENABLE, closing))).toEqual(['FORBIDDEN'])
    expect(codesOf(await ask(ofAgency, PROVIDERS))).toEqual(['FORBIDDEN'])
  })

  capability(
    name,
    'an identity provider is made, listed, closed to everybody and opened',
    async () => {
      const made = await administer(engine, 'POST', '/identity-provider/instances', {
        ...ELSEWHERE,
        alias: 'later',
      })
      expect(made.status).toBe(201)
      expect(rowsIn(await told(officer, PROVIDERS), 'identityProviders')).toMatchObject([
        { alias: 'elsewhere', enabled: true },
        { alias: 'later', enabled: true },
      ])
      expect(await leadsElsewhere(engine)).toBe(true)
      const closing = { alias: 'elsewhere', enabled: false, reason: REASON }
      const closed = await told(officer, PROVIDER_ENABLE, closing)
      expect(rowIn(rowIn(closed, 'setIdentityProviderEnabled'), 'provider')).toMatchObject({
        enabled: false,
      })
      expect(await leadsElsewhere(engine)).toBe(false)
      await told(officer, PROVIDER_ENABLE, { ...closing, enabled: true })
      expect(await leadsElsewhere(engine)).toBe(true)
    },
    { embedded: 'whoever signs in there has their password there' },
  )

  test('an identity provider that is not there is refused by name', async () => {
    const closing = { alias: 'nowhere', enabled: false, reason: REASON }
    const { errors } = await ask(officer, PROVIDER_ENABLE, closing)
    const none = { code: 'NOT_FOUND' }
    const notOffered = { code: 'SYSTEM_REFUSED', system: 'sign-on', faultCode: 'NOT_OFFERED' }
    expect(errors).toMatchObject([{ extensions: name === 'embedded' ? notOffered : none }])
  })

  test('what was issued is revoked, of a client and of all', async () => {
    const one = { id: 'agency-rmto.waybills', reason: REASON }
    const done = rowIn(await told(ofAgency, REVOKE, one), 'revokeAgencyClientTokens')
    const { revokedBefore } = rowIn(done, 'client')
    expect(Math.abs(Date.parse(String(revokedBefore)) - Date.now())).toBeLessThan(60_000)
  })

  test.each(['kaveh', 'clerk'])('%s administers nothing', async (key) => {
    const changes = { ...CLI, acr_values: 'substantial' }
    const { access } = await signIn(engine, 'cli', key, { changes })
    const query = `{ agencyClients { next } signOnChanges { next } signOnKeys { kid } signOnRealm { name } }`
    const { data, errors } = await ask(access, query)
    expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true)
    expect(new Set(errors?.map(codeOf))).toEqual(new Set(['FORBIDDEN']))
    expect(codesOf(await ask(access, ROTATE, { id: 'agency-rmto', reason: REASON }))).toEqual([
      'FORBIDDEN',
    ])
  })

  test('the administrator of an agency sees no citizen', async () => {
    const query = `query ($id: ID!) { signOnUser(id: $id) { userName } failedSignIns { next } lockedOutUsers { userId } }`
    const { errors } = await ask(ofAgency, query, { id: 'kaveh' })
    expect(errors?.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
  })

  const rotated = async (id: string) => {
    const done = await told(officer, ROTATE, { id, reason: REASON })
    return { secret: String(rowIn(done, 'rotateAgencyClientSecret')['secret']) }
  }
})

const ROTATE = `mutation ($id: ID!, $reason: String!) { rotateAgencyClientSecret(clientId: $id, reason: $reason) { secret client { clientId secretSince } } }`
const ENABLE = `mutation ($id: ID!, $enabled: Boolean!, $reason: String!) { setAgencyClientEnabled(clientId: $id, enabled: $enabled, reason: $reason) { client { enabled } } }`
const CREATE = `mutation ($client: NewAgencyClient!, $reason: String!) { createAgencyClient(client: $client, reason: $reason) { secret client { clientId origin authentication certificateSubject mtlsBound dpopBound interactive serviceAccount scopes roles } } }`
const ROLES = `mutation ($id: ID!, $roles: [String!]!, $reason: String!) { setAgencyClientRoles(clientId: $id, roles: $roles, reason: $reason) { client { roles } } }`
const KEYS = `mutation ($id: ID!, $jwks: JSON!, $reason: String!) { replaceAgencyClientKeys(clientId: $id, jwks: $jwks, reason: $reason) { change } }`
const CERTIFICATE = `mutation ($id: ID!, $subject: String!, $reason: String!) { replaceAgencyClientCertificate(clientId: $id, certificateSubject: $subject, reason: $reason) { change } }`
const CLIENT = `query ($id: ID!) { agencyClient(clientId: $id) { clientId } }`
const CLIENT_SESSIONS = `query ($id: ID!) { agencyClient(clientId: $id) { sessions { nodes { id userId userName address } } } }`
const CHANGES = `{ signOnChanges(first: 5) { nodes { action targetId agency role reason outcome fields } chain { intact } } }`
const MINE = `{ mySessions { id current clients address startedAt } }`
const END_MINE = `mutation ($id: ID!) { endMySession(id: $id) { ended } }`
const END_ONE = `mutation ($id: ID!, $session: ID!, $reason: String!) { endClientSession(clientId: $id, session: $session, reason: $reason) { ended } }`
const END_ALL = `mutation ($id: ID!, $reason: String!) { endClientSessions(clientId: $id, reason: $reason) { ended kept } }`
const END_USER = `mutation ($id: ID!, $reason: String!) { endUserSessions(id: $id, reason: $reason) { ended } }`
const USER_ENABLE = `mutation ($id: ID!, $enabled: Boolean!, $reason: String!) { setUserEnabled(id: $id, enabled: $enabled, reason: $reason) { user { enabled } } }`
const UNLOCK = `mutation ($id: ID!, $reason: String!) { unlockUser(id: $id, reason: $reason) { user { lock { locked } } } }`
const USERS = `query ($search: SignOnUserSearch!) { signOnUsers(search: $search) { nodes { id userName name enabled roles hasOneTimeCodes } } }`
const FAILED = `{ failedSignIns(days: 1) { nodes { userId address reason clientId } } lockedOutUsers { userId } }`
const REALM = `{ signOnRealm { name locksAfterFailures } signOnKeys { kid algorithm status use } signOnAdminEvents { nodes { operation resourceType changed } } }`

const USER_CREATE = `mutation ($user: NewSignOnUser!, $reason: String!) { createUser(user: $user, reason: $reason) { password user { id userName requiredActions roles } } }`
const USER_ROLE = `mutation ($id: ID!, $role: String!, $held: Boolean!, $reason: String!) { setUserRole(id: $id, role: $role, held: $held, reason: $reason) { user { roles } } }`
const USER_ACTIONS = `mutation ($id: ID!, $actions: [SignOnUserAction!]!, $reason: String!) { requireUserActions(id: $id, actions: $actions, reason: $reason) { user { requiredActions } } }`
const USER_OTP = `mutation ($id: ID!, $reason: String!) { resetUserOneTimeCodes(id: $id, reason: $reason) { user { hasOneTimeCodes } } }`
const KEY_ROTATE = `mutation ($reason: String!, $algorithm: SignOnKeyAlgorithm! = RS256) { rotateSignOnKey(algorithm: $algorithm, reason: $reason) { key { kid } } }`
const KEY_RETIRE = `mutation ($kid: ID!, $reason: String!) { retireSignOnKey(kid: $kid, reason: $reason) { change } }`
const PROVIDERS = `{ identityProviders { alias enabled kind } }`
const PROVIDER_ENABLE = `mutation ($alias: ID!, $enabled: Boolean!, $reason: String!) { setIdentityProviderEnabled(alias: $alias, enabled: $enabled, reason: $reason) { provider { enabled } } }`
const REVOKE = `mutation ($id: ID!, $reason: String!) { revokeAgencyClientTokens(clientId: $id, reason: $reason) { client { revokedBefore } } }`

const ELSEWHERE = {
  alias: 'elsewhere',
  providerId: 'oidc',
  enabled: true,
  config: {
    clientId: 'us',
    clientSecret: 'of-no-use-to-anybody',
    authorizationUrl: 'https://elsewhere.example/auth',
    tokenUrl: 'https://elsewhere.example/token',
  },
}

/** Where people sign in in these suites: one of ours, one of an agency. */
const PEOPLE = {
  standardFlowEnabled: true,
  redirectUris: ['http://127.0.0.1:4998/callback'],
  defaultClientScopes: ['basic', 'acr', 'roles', 'profile', 'person', 'gateway'],
  attributes: { 'pkce.code.challenge.method': 'S256' },
}
const PEOPLE_CLIENT = { ...PEOPLE, clientId: 'portal-like', secret: 'portal-like-secret' }
const OTHER_CLIENT = {
  ...PEOPLE,
  clientId: 'agency-rmto-desk',
  secret: 'agency-rmto-desk-secret',
  attributes: { ...PEOPLE.attributes, 'panjareh.agency': 'rmto' },
}

function asMachine(engine: SignOnEngine, clientId: string, secret: string) {
  return askToken(engine, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
  })
}

async function refreshes(engine: SignOnEngine, refresh: string, clientId = 'portal-like') {
  const { status } = await askToken(engine, {
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: engine.secretOf(clientId),
    refresh_token: refresh,
  })
  return status === 200
}

async function failSignIn(engine: SignOnEngine, username: string): Promise<void> {
  const browser = new Browser(engine.issuer)
  const { page } = await browser.open(authorizationRequest(engine, 'portal-like').url)
  invariant(page !== undefined, 'the sign-on shows its page')
  await browser.submit(page, { username, password: 'wrong-password' })
}

/** Whether the sign-in page leads there. */
async function leadsElsewhere(engine: SignOnEngine): Promise<boolean> {
  const browser = new Browser(engine.issuer)
  const { page } = await browser.open(authorizationRequest(engine, 'portal-like').url)
  const link = /href="(?<path>[^"]*\/broker\/elsewhere\/login[^"]*)"/.exec(page?.html ?? '')
  const path = link?.groups?.['path']?.replaceAll('&amp;', '&')
  if (path === undefined) return false
  const { away } = await browser.open(new URL(path, engine.issuer))
  return away?.hostname === 'elsewhere.example'
}

function newKey(kid: string) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }
  const form = async (engine: SignOnEngine, clientId: string) => {
    const { SignJWT } = await import('jose')
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(engine.issuer)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(pair.privateKey)
    return {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }
  }
  return { jwks: { keys: [jwk] }, form }
}

function claimsOf(token: string): Row {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

function headerOf(token: string): Row {
  const [header = ''] = token.split('.')
  return JSON.parse(Buffer.from(header, 'base64url').toString())
}

/** Keys to sign with of that status. */
function signing(data: Row, status: string, algorithm = 'RS256'): readonly Row[] {
  const keys = rowsIn(data, 'signOnKeys')
  return keys.filter(
    (key) => key['algorithm'] === algorithm && key['use'] === 'SIG' && key['status'] === status,
  )
}

function rolesOf(data: Row): unknown {
  return rowIn(rowIn(data, 'setUserRole'), 'user')['roles']
}

function idsOf(data: Row): string[] {
  return rowsIn(rowIn(data, 'agencyClients'), 'nodes').map(({ clientId }) => String(clientId))
}

function codeOf({ extensions }: { readonly extensions?: Row }): unknown {
  return extensions?.['code']
}

/** Tokens say the second of their issue: one of the second in which their machine was ended counts as ended. */
function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1001 - (Date.now() % 1000)))
}

function codesOf({ errors = [] }: Answered): readonly unknown[] {
  return errors.map(codeOf)
}
