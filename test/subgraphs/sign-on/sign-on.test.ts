// What the subgraph refuses and records, over a sign-on of few lines that keeps what it was asked.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parse } from 'graphql'
import { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { RequestContext } from '../../../schema/context.ts'
import { openSignOn, type SignOnAdministration } from '../../../subgraphs/sign-on/sign-on.ts'
import { type AdminDouble, type Asked, openAdminDouble, type Reply } from './admin-double.ts'

const REASON = 'Asked for by the agency in letter 12'
const SECRET = 'this-secret-is-shown-to-nobody'
const lines: string[] = []
const log = {
  info: keep,
  warn: keep,
  error: keep,
}

function keep(facts: object, message: string): void {
  lines.push(JSON.stringify({ ...facts, message }))
}

let folder = ''
let database: Database
let pool: Pool
let double: AdminDouble
let subgraph: SignOnAdministration

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-on-'))
  database = await startDatabase({ folder, log })
  pool = new Pool({ connectionString: database.url })
  double = await openAdminDouble()
  subgraph = await open()
})
afterAll(async () => {
  await subgraph.close()
  await double.close()
  await pool.end()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  double.asked.length = 0
  double.answer = estate
  lines.length = 0
})

function open(databaseUrl = database.url): Promise<SignOnAdministration> {
  const administration = {
    url: double.url,
    realm: 'gov',
    clientId: 'sign-on-admin',
    secret: SECRET,
    timeoutMs: 20_000,
  }
  return openSignOn({ administration, databaseUrl, log })
}

const STAFF = { ...ANONYMOUS, kind: 'staff', subject: 'officer', clientId: 'console' } as const
const OFFICER: Caller = { ...STAFF, roles: new Set(['staff', 'sign-on-admin']) }
const OF_RMTO: Caller = {
  ...STAFF,
  subject: 'rmto-officer',
  roles: new Set(['staff', 'agency-admin:rmto']),
}
const NOBODY: Caller = { ...STAFF, roles: new Set(['staff']) }
const KAVEH: Caller = {
  ...STAFF,
  kind: 'citizen',
  subject: 'u-kaveh',
  sessionId: 'own-1',
  roles: new Set(['citizen']),
}

/** Two agencies, a portal, a role, people with sessions. */
const CLIENTS = [
  clientOf('agency-mrud', 'mrud'),
  clientOf('agency-rmto', 'rmto'),
  clientOf('agency-rmto.ours', 'rmto', { 'panjareh.origin': 'administration' }),
  clientOf('agency-rmto.claimed', 'rmto', {
    'panjareh.origin': 'administration',
    'panjareh.managed': 'true',
  }),
  { ...clientOf('portal', undefined), serviceAccountsEnabled: false },
]

function clientOf(clientId: string, agency: string | undefined, more = {}) {
  return {
    id: `uuid-${clientId.replace('.', '-')}`,
    clientId,
    enabled: true,
    secret: SECRET,
    clientAuthenticatorType: 'client-secret',
    serviceAccountsEnabled: true,
    attributes: { ...more, ...(agency === undefined ? {} : { 'panjareh.agency': agency }) },
  }
}

const SESSIONS = [
  { id: 'own-1', userId: 'u-kaveh', username: 'kaveh', ipAddress: '185.88.152.7', clients: {} },
  { id: 'foreign-1', userId: 'u-sara', username: 'sara', ipAddress: '185.88.152.8', clients: {} },
]

function estate({ method, path, query }: Asked): Reply {
  const below = path.replace('/admin/realms/gov', '').replace(/\/$/, '')
  if (method !== 'GET') return { status: 204 }
  if (below === '/clients') {
    const named = query.get('clientId') ?? ''
    const found = CLIENTS.filter(({ clientId }) =>
      query.get('search') === 'true' ? clientId.includes(named) : clientId === named,
    )
    return { body: found }
  }
  if (below.endsWith('/client-secret'))
    return { body: { type: 'secret', value: 'the-new-secret-of-it' } }
  if (below.endsWith('/service-account-user'))
    return { body: { id: 'u-machine', username: 'service-account-x' } }
  if (below.includes('/role-mappings/')) {
    return {
      body: [
        { id: 'r1', name: 'inquiry:waybill' },
        { id: 'r9', name: 'agency' },
      ],
    }
  }
  if (below.startsWith('/roles/')) return { body: roleOf(decodeURIComponent(below.slice(7))) }
  // Whatever user is asked for, all sessions come: the subgraph must not trust that.
  if (below.endsWith('/sessions')) return { body: SESSIONS }
  if (below === '/users/u-machine')
    return { body: { id: 'u-machine', username: 'service-account-sign-on-admin' } }
  if (below === '/users/u-kaveh')
    return {
      body: {
        id: 'u-kaveh',
        username: 'kaveh',
        enabled: true,
        attributes: { national_id: ['0004120371'] },
      },
    }
  return { status: 404, body: {} }
}

function roleOf(name: string) {
  return { id: `role-${name}`, name, composite: name === 'inquiry:composite' }
}

function ask(caller: Caller, text: string, variables: Record<string, unknown> = {}) {
  const context: RequestContext = {
    requestId: 'request-1',
    traceparent: '',
    caller,
    signal: new AbortController().signal,
    provenance: false,
    ask: () => Promise.resolve({}),
  }
  return subgraph.execute({ document: parse(text), variables, context })
}

const mutation = (call: string, selection = '{ change }') => `mutation { ${call} ${selection} }`
const quoted = JSON.stringify(REASON)
const written = () => double.asked.filter(({ method }) => method !== 'GET')

async function rows(): Promise<Record<string, unknown>[]> {
  const { rows: found } = await pool.query('SELECT * FROM sign_on.change_event ORDER BY seq')
  return found
}

/** All that is ever sent of a new machine. */
const NEW_CLIENT = {
  clientId: 'agency-rmto.x',
  name: 'یک سامانه',
  description: 'Created in the administration',
  enabled: true,
  protocol: 'openid-connect',
  publicClient: false,
  bearerOnly: false,
  consentRequired: false,
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: true,
  frontchannelLogout: false,
  fullScopeAllowed: true,
  redirectUris: [],
  webOrigins: [],
  clientAuthenticatorType: 'client-secret',
  attributes: {
    'panjareh.agency': 'rmto',
    'panjareh.origin': 'administration',
    'dpop.bound.access.tokens': 'true',
  },
  protocolMappers: [],
  defaultClientScopes: ['basic', 'roles', 'gateway'],
  optionalClientScopes: [],
}

describe('escalation', () => {
  test.each([
    [
      'the administration itself',
      `setAgencyClientEnabled(clientId: "sign-on-admin", enabled: false, reason: ${quoted})`,
      'NOT_FOUND',
      OFFICER,
    ],
    [
      'the portal',
      `rotateAgencyClientSecret(clientId: "portal", reason: ${quoted})`,
      'FORBIDDEN',
      OFFICER,
    ],
    [
      'the portal, by an agency',
      `rotateAgencyClientSecret(clientId: "portal", reason: ${quoted})`,
      'NOT_FOUND',
      OF_RMTO,
    ],
    [
      'another agency',
      `rotateAgencyClientSecret(clientId: "agency-mrud", reason: ${quoted})`,
      'NOT_FOUND',
      OF_RMTO,
    ],
    [
      'roles of a client of the files',
      `setAgencyClientRoles(clientId: "agency-rmto", roles: [], reason: ${quoted})`,
      'FORBIDDEN',
      OFFICER,
    ],
    [
      'roles of a client the files took over',
      `setAgencyClientRoles(clientId: "agency-rmto.claimed", roles: [], reason: ${quoted})`,
      'FORBIDDEN',
      OFFICER,
    ],
    [
      'a role the agency does not hold',
      `setAgencyClientRoles(clientId: "agency-rmto.ours", roles: ["inquiry:deed"], reason: ${quoted})`,
      'FORBIDDEN',
      OF_RMTO,
    ],
    [
      'a role of administrators',
      `setAgencyClientRoles(clientId: "agency-rmto.ours", roles: ["sign-on-admin"], reason: ${quoted})`,
      'INPUT_REJECTED',
      OFFICER,
    ],
    [
      'a role of realm-management',
      `setAgencyClientRoles(clientId: "agency-rmto.ours", roles: ["manage-realm"], reason: ${quoted})`,
      'INPUT_REJECTED',
      OFFICER,
    ],
    [
      'a role that contains others',
      `setAgencyClientRoles(clientId: "agency-rmto.ours", roles: ["inquiry:composite"], reason: ${quoted})`,
      'INPUT_REJECTED',
      OFFICER,
    ],
    [
      'the account of the administration',
      `setUserRole(id: "u-machine", role: "staff", held: true, reason: ${quoted})`,
      'NOT_FOUND',
      OFFICER,
    ],
    [
      'one’s own account',
      `setUserRole(id: "officer", role: "counter-clerk", held: true, reason: ${quoted})`,
      'FORBIDDEN',
      OFFICER,
    ],
    [
      'a citizen’s role',
      `setUserRole(id: "u-kaveh", role: "citizen", held: true, reason: ${quoted})`,
      'INPUT_REJECTED',
      OFFICER,
    ],
    [
      'a person, by an agency',
      `endUserSessions(id: "u-kaveh", reason: ${quoted})`,
      'FORBIDDEN',
      OF_RMTO,
    ],
    ['all tokens, by an agency', `revokeAllTokens(reason: ${quoted})`, 'FORBIDDEN', OF_RMTO],
    ['the keys, by an agency', `rotateSignOnKey(reason: ${quoted})`, 'FORBIDDEN', OF_RMTO],
    [
      'anything, by staff',
      `rotateAgencyClientSecret(clientId: "agency-rmto", reason: ${quoted})`,
      'FORBIDDEN',
      NOBODY,
    ],
    [
      'anything, by a citizen',
      `rotateAgencyClientSecret(clientId: "agency-rmto", reason: ${quoted})`,
      'FORBIDDEN',
      KAVEH,
    ],
    [
      'anything, by nobody',
      `rotateAgencyClientSecret(clientId: "agency-rmto", reason: ${quoted})`,
      'UNAUTHENTICATED',
      ANONYMOUS,
    ],
    [
      'a session of somebody else',
      `endUserSession(id: "u-kaveh", session: "foreign-1", reason: ${quoted})`,
      'NOT_FOUND',
      OFFICER,
    ],
    [
      'a session by a foreign client',
      `endClientSession(clientId: "agency-mrud", session: "own-1", reason: ${quoted})`,
      'NOT_FOUND',
      OF_RMTO,
    ],
  ])('to %s is refused, and nothing is changed', async (_name, call, code, caller) => {
    const { errors } = await ask(caller, mutation(call))
    expect(errors).toMatchObject([{ extensions: { code } }])
    expect(written()).toEqual([])
  })

  test('more keys than those who verify tokens read is refused, and nothing is changed', async () => {
    const keys = [
      ...Array.from({ length: 50 }, (_none, at) => ({ kid: `k${at}`, status: 'PASSIVE' })),
      // These are not published.
      { kid: 'gone', status: 'DISABLED' },
      { kid: 'secret', status: 'ACTIVE', type: 'OCT' },
    ]
    const shown = (published: typeof keys) => (asked: Asked) => {
      if (asked.path.endsWith('/keys')) return { body: { keys: published } }
      return asked.path.endsWith('/gov') ? { body: { id: 'gov', realm: 'gov' } } : estate(asked)
    }
    double.answer = shown(keys)
    const { errors } = await ask(OFFICER, mutation(`rotateSignOnKey(reason: ${quoted})`))
    expect(errors).toMatchObject([
      { extensions: { code: 'CONFLICT', fa: expect.stringContaining('۵۰') } },
    ])
    expect(written()).toEqual([])
    double.answer = shown(keys.slice(1))
    await ask(OFFICER, mutation(`rotateSignOnKey(reason: ${quoted})`))
    expect(written()).not.toEqual([])
  })

  test.each([
    'protocolMappers: [{name: "x", protocolMapper: "oidc-hardcoded-role-mapper"}]',
    'attributes: {x: "y"}',
    'defaultClientScopes: ["person"]',
    'directAccessGrantsEnabled: true',
    'clientId: "portal"',
    'authenticationFlowBindingOverrides: {browser: "x"}',
  ])('%s in a payload goes nowhere, even where nobody validates it', async (extra) => {
    const client = `{agency: "rmto", name: "x", title: "xy", ${extra}}`
    await ask(OFFICER, mutation(`createAgencyClient(client: ${client}, reason: ${quoted})`))
    const [sent] = written()
    expect(sent?.body).toEqual({ ...NEW_CLIENT, name: 'xy' })
  })

  test('what is sent for a new client is exactly what is meant', async () => {
    const client = `{agency: "rmto", name: "x", title: "یک سامانه", roles: ["inquiry:waybill"]}`
    await ask(OF_RMTO, mutation(`createAgencyClient(client: ${client}, reason: ${quoted})`))
    expect(written()[0]?.body).toEqual(NEW_CLIENT)
  })

  test('nor is more than that of a client with a certificate', async () => {
    const client = `{agency: "rmto", name: "x", title: "یک سامانه", certificateSubject: "CN=x,C=IR"}`
    await ask(OF_RMTO, mutation(`createAgencyClient(client: ${client}, reason: ${quoted})`))
    expect(written()[0]?.body).toEqual({
      ...NEW_CLIENT,
      clientAuthenticatorType: 'client-x509',
      attributes: {
        ...NEW_CLIENT.attributes,
        'dpop.bound.access.tokens': 'false',
        'tls.client.certificate.bound.access.tokens': 'true',
        'x509.subjectdn': 'CN=x,C=IR',
        'x509.allow.regex.pattern.comparison': 'false',
      },
    })
    expect((await rows()).at(-2)).toMatchObject({
      stage: 'INTENT',
      facts: { action: 'createAgencyClient', fields: ['certificateSubject'] },
    })
  })

  test.each([
    ['CN=y,C=IR', 'agency-rmto', 'CONFLICT'],
    ['.*', 'agency-rmto', 'INPUT_REJECTED'],
    ['CN=y,C=IR', 'agency-mrud', 'NOT_FOUND'],
  ])('another certificate %s is not given to %s', async (subject, id, code) => {
    const text = `replaceAgencyClientCertificate(clientId: "${id}", certificateSubject: "${subject}", reason: ${quoted})`
    const { errors } = await ask(OF_RMTO, mutation(text))
    expect(errors).toMatchObject([{ extensions: { code } }])
    expect(written()).toEqual([])
  })

  test('a client for another agency is made by nobody of this one', async () => {
    const client = `{agency: "mrud", name: "x", title: "xy"}`
    const { errors } = await ask(
      OF_RMTO,
      mutation(`createAgencyClient(client: ${client}, reason: ${quoted})`),
    )
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    expect(written()).toEqual([])
  })

  test('an agency with a hundred clients gets no more', async () => {
    const many = Array.from({ length: 100 }, (_, at) => clientOf(`agency-rmto.c${at}`, 'rmto'))
    double.answer = (asked) =>
      asked.query.get('search') === 'true' ? { body: many } : estate(asked)
    const client = `{agency: "rmto", name: "x", title: "xy"}`
    const { errors } = await ask(
      OF_RMTO,
      mutation(`createAgencyClient(client: ${client}, reason: ${quoted})`),
    )
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', fields: ['agency'] } }])
    expect(written()).toEqual([])
  })

  test.each(['..', '../clients', 'a%2F..', 'a/b', 'x?y', '', 'a b'])(
    'the id %j reaches no path',
    async (id) => {
      const variables = { id, reason: REASON }
      const text = `mutation ($id: ID!, $reason: String!) { endUserSessions(id: $id, reason: $reason) { change } }`
      expect((await ask(OFFICER, text, variables)).errors).toMatchObject([
        { extensions: { code: 'INPUT_REJECTED' } },
      ])
      const read = await ask(OFFICER, 'query ($id: ID!) { signOnUser(id: $id) { id } }', { id })
      expect(read.errors).toMatchObject([{ extensions: { code: 'INPUT_REJECTED' } }])
      expect(double.asked).toEqual([])
    },
  )

  test.each([
    ['{name: "ka*"}'],
    ['{name: "id:u-kaveh"}'],
    ['{userName: "ka*"}'],
    ['{userName: "kaveh", name: "kaveh"}'],
    ['{}'],
    ['{nationalId: "1 name:x"}'],
  ])('the search %s is refused', async (search) => {
    const { errors } = await ask(OFFICER, `{ signOnUsers(search: ${search}) { next } }`)
    expect(errors?.length).toBe(1)
    expect(double.asked).toEqual([])
  })
})

describe('what is shown', () => {
  test('is never a secret, a national id or a whole address', async () => {
    const read = await ask(
      OFFICER,
      `{ agencyClients { nodes { clientId name scopes roles sessions { nodes { id address } } } }
         signOnUser(id: "u-kaveh") { userName name sessions { address userName } } }`,
    )
    expect(read.errors).toBeUndefined()
    const text = JSON.stringify(read) + lines.join('')
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('0004120371')
    expect(text).not.toContain('185.88.152')
  })

  test('of one’s own sessions are one’s own, whatever the sign-on answers', async () => {
    const { data } = await ask(KAVEH, '{ mySessions { id current } }')
    expect(data).toEqual({ mySessions: [{ id: 'own-1', current: true }] })
    const { errors } = await ask(KAVEH, mutation('endMySession(id: "foreign-1")'))
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    expect(written()).toEqual([])
  })

  test('is nothing of the sign-on’s errors', async () => {
    double.answer = () => ({ status: 500, body: { errorMessage: `leak ${SECRET}` } })
    const { data, errors } = await ask(OFFICER, '{ signOnKeys { kid } }')
    expect(data).toEqual({ signOnKeys: null })
    expect(errors).toMatchObject([
      { extensions: { code: 'SYSTEM_UNAVAILABLE', system: 'sign-on', operation: 'keys' } },
    ])
    expect(JSON.stringify(errors) + lines.join('')).not.toMatch(/leak|this-secret|127\.0\.0\.1/)
  })
})

describe('the record', () => {
  test('has an intent and an outcome of each change, with names and without values', async () => {
    const before = (await rows()).length
    const { data } = await ask(
      OF_RMTO,
      mutation(
        `rotateAgencyClientSecret(clientId: "agency-rmto", reason: ${quoted})`,
        '{ change secret }',
      ),
    )
    expect(data).toMatchObject({ rotateAgencyClientSecret: { secret: 'the-new-secret-of-it' } })
    const added = (await rows()).slice(before)
    expect(added).toMatchObject([
      {
        stage: 'INTENT',
        agency: 'rmto',
        facts: {
          action: 'rotateAgencyClientSecret',
          target: { kind: 'CLIENT', id: 'agency-rmto' },
          role: 'agency-admin:rmto',
          fields: ['secret'],
          reason: REASON,
          subject: 'rmto-officer',
          client: 'console',
          requestId: 'request-1',
        },
      },
      { stage: 'DONE', agency: 'rmto', facts: {} },
    ])
    expect(JSON.stringify(added) + lines.join('')).not.toContain('the-new-secret-of-it')
  })

  test('has the refused attempts, too', async () => {
    await ask(
      OF_RMTO,
      mutation(`rotateAgencyClientSecret(clientId: "agency-mrud", reason: ${quoted})`),
    )
    const query = '{ signOnChanges(first: 1) { nodes { targetId outcome code role agency } } }'
    const seen = await ask(OFFICER, query)
    expect(seen.data).toMatchObject({
      signOnChanges: {
        nodes: [
          {
            targetId: 'agency-mrud',
            outcome: 'REFUSED',
            code: 'NOT_FOUND',
            role: 'agency-admin:rmto',
            agency: 'mrud',
          },
        ],
      },
    })
    const own = await ask(OF_RMTO, '{ signOnChanges(first: 50) { nodes { agency } } }')
    expect(JSON.stringify(own.data)).not.toContain('mrud')
  })

  test('tells a change of which nobody knows the end', async () => {
    double.answer = (asked) => (asked.method === 'GET' ? estate(asked) : { broken: true })
    const { errors } = await ask(
      OFFICER,
      mutation(`endUserSessions(id: "u-kaveh", reason: ${quoted})`),
    )
    expect(errors).toMatchObject([{ extensions: { code: 'SYSTEM_OUTCOME_UNKNOWN' } }])
    expect((await rows()).at(-1)).toMatchObject({ stage: 'UNKNOWN' })
  })

  test('is paged without a gap', async () => {
    const all = await ask(OFFICER, '{ signOnChanges(first: 100) { nodes { seq } } }')
    const seen: unknown[] = []
    let before: unknown = null
    do {
      const text =
        'query ($before: String) { signOnChanges(first: 2, before: $before) { nodes { seq } next } }'
      const { data } = await ask(OFFICER, text, { before })
      const page = pageIn(data)
      seen.push(...page.nodes)
      before = page.next
    } while (before !== null)
    expect(seen).toEqual(pageIn(all.data).nodes)
    expect(seen.length).toBeGreaterThan(3)
  })

  test.each([
    '',
    'too short',
    '..........',
    '1234567890',
    'x'.repeat(501),
    'line\nbreak in the reason',
  ])('wants a reason: %j is none', async (reason) => {
    const before = (await rows()).length
    const text = `mutation ($reason: String!) { revokeAllTokens(reason: $reason) { change } }`
    expect((await ask(OFFICER, text, { reason })).errors).toMatchObject([
      { extensions: { code: 'INPUT_REJECTED', fields: ['reason'] } },
    ])
    expect((await rows()).length).toBe(before)
    expect(double.asked).toEqual([])
  })

  test('comes first: nothing is changed when it cannot be written', async () => {
    await pool.query('ALTER TABLE sign_on.change_event RENAME TO away')
    try {
      const { errors } = await ask(
        OFFICER,
        mutation(`endUserSessions(id: "u-kaveh", reason: ${quoted})`),
      )
      expect(errors).toMatchObject([
        { extensions: { code: 'SYSTEM_UNAVAILABLE', system: 'audit' } },
      ])
      expect(written()).toEqual([])
    } finally {
      await pool.query('ALTER TABLE sign_on.away RENAME TO change_event')
    }
  })

  test('keeps what was done when only its outcome cannot be written', async () => {
    double.answer = (asked) => {
      if (asked.path.endsWith('/logout'))
        void pool.query('ALTER TABLE sign_on.change_event RENAME TO away')
      return asked.path.endsWith('/logout') ? { status: 204 } : estate(asked)
    }
    const slowly = new Promise((resolve) => setTimeout(resolve, 50))
    try {
      const done = ask(
        OFFICER,
        mutation(`endUserSessions(id: "u-kaveh", reason: ${quoted})`, '{ ended }'),
      )
      expect((await done).data).toEqual({ endUserSessions: { ended: 1 } })
      await slowly
    } finally {
      await pool.query('ALTER TABLE IF EXISTS sign_on.away RENAME TO change_event')
    }
  })

  test('shows where it was changed', async () => {
    expect(await subgraph.verifyChanges()).toBeUndefined()
    const cases: [string, number, string][] = [
      [
        `UPDATE sign_on.change_event SET facts = facts || '{"reason":"x"}' WHERE seq = 1`,
        1,
        'was changed',
      ],
      [`UPDATE sign_on.change_event SET agency = 'x' WHERE seq = 2`, 2, 'was changed'],
      ['DELETE FROM sign_on.change_event WHERE seq = 2', 2, 'missing'],
      [
        'DELETE FROM sign_on.change_event WHERE seq = (SELECT max(seq) FROM sign_on.change_event)',
        -1,
        'does not end',
      ],
    ]
    for (const [sql, seq, says] of cases) {
      await tampered(sql, async () => {
        const fault = await subgraph.verifyChanges()
        expect(fault).toMatchObject({ message: expect.stringContaining(says) })
        if (seq > 0) expect(fault?.seq).toBe(seq)
        const seen = await ask(OFFICER, '{ signOnChanges(first: 1) { chain { intact brokenAt } } }')
        expect(seen.data).toMatchObject({ signOnChanges: { chain: { intact: false } } })
      })
    }
    expect(await subgraph.verifyChanges()).toBeUndefined()
  })

  test.each([
    "UPDATE sign_on.change_event SET stage = 'DONE'",
    'DELETE FROM sign_on.change_event',
    'TRUNCATE sign_on.change_event',
  ])('refuses `%s`', async (sql) => {
    await expect(pool.query(sql)).rejects.toMatchObject({ code: '23001' })
  })

  test('is one chain, however many changes come together', async () => {
    const changes = Array.from({ length: 8 }, () =>
      ask(OFFICER, mutation(`unlockUser(id: "u-kaveh", reason: ${quoted})`)),
    )
    await Promise.all(changes)
    expect(await subgraph.verifyChanges()).toBeUndefined()
  })
})

test('opens again over the same database, beside the tables of others', async () => {
  const again = await open()
  await again.close()
  const { rows: tables } = await pool.query(
    "SELECT table_schema FROM information_schema.tables WHERE table_name = 'change_event'",
  )
  expect(tables).toEqual([{ table_schema: 'sign_on' }])
})

test('does not open where its tables would come among those of others', async () => {
  const url = new URL(database.url)
  url.searchParams.set('options', '-c search_path=public')
  await expect(open(url.href)).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('every change asks for the second factor, and every field for a role', () => {
  const { sdl } = subgraph
  const changes = sdl.slice(sdl.indexOf('type Mutation'), sdl.indexOf('type AgencyClientPage'))
  const named = [...changes.matchAll(/^  (\w+)\(/gm)].map(([, field]) => field)
  expect(named.length).toBeGreaterThan(20)
  expect(changes.match(/@assurance\(acr: "substantial", maxAge: 900\)/g)).toHaveLength(
    named.length - 1,
  )
  expect(changes.match(/@policy/g)).toHaveLength(named.length)
  const questions = sdl.slice(0, sdl.indexOf('type Mutation'))
  const ofRealm = questions.match(/"sign-on-admin"\]\]\)\s+@assurance\(acr: "substantial"\)/g)
  expect(ofRealm).toHaveLength(questions.match(/"sign-on-admin"\]\]\)/g)?.length ?? 0)
  expect(ofRealm?.length).toBeGreaterThan(5)
})

function pageIn(data: unknown): { nodes: unknown[]; next: unknown } {
  const page: unknown = Reflect.get(Object(data), 'signOnChanges')
  return { nodes: Reflect.get(Object(page), 'nodes'), next: Reflect.get(Object(page), 'next') }
}

/** As somebody with all rights would: triggers off, then everything back as it was. */
async function tampered(sql: string, look: () => Promise<void>): Promise<void> {
  await pool.query('CREATE TABLE sign_on.kept AS SELECT * FROM sign_on.change_event')
  await pool.query('ALTER TABLE sign_on.change_event DISABLE TRIGGER USER')
  try {
    await pool.query(sql)
    await look()
  } finally {
    await pool.query('DELETE FROM sign_on.change_event')
    await pool.query('INSERT INTO sign_on.change_event SELECT * FROM sign_on.kept')
    await pool.query('ALTER TABLE sign_on.change_event ENABLE TRIGGER USER')
    await pool.query('DROP TABLE sign_on.kept')
  }
}
