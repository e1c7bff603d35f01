// A small Keycloak administration that keeps its state, over a real socket: what `realm` speaks for realms, roles, clients,
// mappers, scopes and admin events, in the shapes of Keycloak 26.7. The real one is asked in test/conformance/sign-on.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import {
  type Fields,
  fieldsOf,
  listOf,
  textOf,
  textsOf,
} from '../../../deploy/realm/objects/fields.ts'

/** A client or a role. */
export interface Thing extends Record<string, unknown> {
  id: string
  attributes: Record<string, unknown>
  protocolMappers: Fields[]
  composites: { realm: readonly string[] }
}

interface RealmState extends Record<string, unknown> {
  attributes: Record<string, unknown>
  roles: { realm: Thing[]; client: Fields }
  clients: Thing[]
}

export function thing(body: Fields): Thing {
  return {
    id: randomUUID(),
    ...body,
    attributes: { ...fieldsOf(body['attributes']) },
    protocolMappers: listOf(body['protocolMappers']).map(withId),
    composites: { realm: textsOf(fieldsOf(body['composites'])['realm']) },
  }
}

function withId(each: Fields): Fields {
  return { id: randomUUID(), ...each }
}

export interface Double {
  readonly url: string
  /** As Keycloak exports it, but with secrets in clear; undefined until it is made. */
  realm: RealmState | undefined
  readonly events: Fields[]
  /** `PUT /admin/realms/gov`, in the order in which they came. */
  readonly writes: string[]
  /** Answers the next write to a matching path by this status; 0 closes the connection. */
  failNext(path: RegExp, status: number, body?: unknown): void
  client(clientId: string): Thing
  role(name: string): Thing
  close(): Promise<void>
}

interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

type Answer = readonly [status: number, body?: unknown, location?: string]
type Door = readonly [
  method: string,
  path: RegExp,
  run: (call: Call, parts: readonly string[]) => Answer,
]

const PASSWORD = 'correct-horse-battery'
export const ADMIN = { PANJAREH_REALM_USER: 'admin', PANJAREH_REALM_PASSWORD: PASSWORD } as const

export async function openDouble(): Promise<Double> {
  const failures: { path: RegExp; status: number; body: unknown }[] = []
  const state: Double = {
    url: '',
    realm: undefined,
    events: [],
    writes: [],
    failNext: (path, status, body) => void failures.push({ path, status, body }),
    client: (clientId) => found(realmOf(state).clients, 'clientId', clientId),
    role: (name) => found(rolesOf(state), 'name', name),
    close: () => Promise.resolve(),
  }
  const doors = doorsOf(state)
  const server = createServer((request, response) => {
    void answer(request, response, (call) => {
      const failing = failures.findIndex(
        ({ path }) => call.method !== 'GET' && path.test(call.path),
      )
      if (failing >= 0) {
        const [{ status, body } = { status: 500, body: {} }] = failures.splice(failing, 1)
        return [status, body]
      }
      if (call.path.endsWith('/openid-connect/token')) return signIn(call)
      const path = call.path.replace(/^\/admin\/realms/, '')
      for (const [method, pattern, run] of doors) {
        const match = method === call.method ? pattern.exec(path) : null
        if (match === null) continue
        if (method !== 'GET' && !path.endsWith('partial-export'))
          state.writes.push(`${method} ${path}`)
        return run(call, match.slice(1).map(decodeURIComponent))
      }
      return [404, { error: `no door ${call.method} ${path}` }]
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  run: (call: Call) => Answer,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://double')
  const chunks: Buffer[] = []
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const isJson = request.headers['content-type']?.startsWith('application/json') === true
  const body: unknown =
    isJson && text !== '' ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
  const [status, reply, location] = run({
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    body,
  })
  if (status === 0) {
    request.socket.destroy()
    return
  }
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(location === undefined ? {} : { location }),
  })
  response.end(reply === undefined ? '' : JSON.stringify(reply))
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function signIn({ body }: Call): Answer {
  const { password } = fieldsOf(body)
  if (password !== PASSWORD)
    return [401, { error: 'invalid_grant', error_description: `not ${textOf(password)}` }]
  const token = `${part({ alg: 'none' })}.${part({ exp: Date.now() / 1000 + 600 })}.x`
  return [200, { access_token: token, refresh_token: token, expires_in: 600 }]
}

function doorsOf(state: Double): readonly Door[] {
  return [
    ['GET', /^\/?$/, () => [200, [{ id: 'master-id', realm: 'master' }]]],
    ['POST', /^\/?$/, ({ body }) => create(state, fieldsOf(body))],
    ['GET', /^\/gov$/, () => (state.realm === undefined ? [404, {}] : [200, { realm: 'gov' }])],
    [
      'PUT',
      /^\/gov$/,
      ({ body }) => {
        const realm = realmOf(state)
        const mail = fieldsOf(fieldsOf(body)['smtpServer'])
        const { password } = fieldsOf(realm['smtpServer'])
        Object.assign(realm, body)
        if (mail['password'] === '**********') realm['smtpServer'] = { ...mail, password }
        return changed(state, ['UPDATE', ''], body)
      },
    ],
    ['POST', /^\/gov\/partial-export$/, () => [200, exported(state)]],
    ['GET', /^\/gov\/admin-events$/, () => [200, state.events]],
    ['GET', /^\/master\/users\/([^/]+)$/, () => [200, { username: 'the-administrator' }]],
    ['GET', /^\/master\/clients\/([^/]+)$/, () => [200, { clientId: 'console-of-keycloak' }]],
    ['GET', /^\/gov\/users\/?$/, () => [200, []]],
    ...roleDoors(state),
    ...clientDoors(state),
  ]
}

function roleDoors(state: Double): readonly Door[] {
  const byId = (id = ''): Thing => found(rolesOf(state), 'id', id)
  return [
    [
      'POST',
      /^\/gov\/roles\/?$/,
      ({ body }) => {
        const roles = rolesOf(state)
        roles.push(thing(fieldsOf(body)))
        const name = textOf(fieldsOf(body)['name'])
        return changed(state, ['CREATE', `roles/${name}`], body, `/roles/${name}`)
      },
    ],
    ['GET', /^\/gov\/roles\/([^/]+)$/, (_call, [name = '']) => [200, state.role(name)]],
    [
      'PUT',
      /^\/gov\/roles-by-id\/([^/]+)$/,
      ({ body }, [id]) => {
        Object.assign(byId(id), body)
        return changed(state, ['UPDATE', `roles-by-id/${id}`], body)
      },
    ],
    [
      'DELETE',
      /^\/gov\/roles-by-id\/([^/]+)$/,
      (_call, [id]) => {
        const roles = rolesOf(state)
        roles.splice(roles.indexOf(byId(id)), 1)
        return changed(state, ['DELETE', `roles-by-id/${id}`], {})
      },
    ],
    [
      'POST',
      /^\/gov\/roles-by-id\/([^/]+)\/composites$/,
      ({ body }, [id]) => {
        const role = byId(id)
        const there = role.composites.realm
        role.composites = { realm: [...there, ...listOf(body).map(({ name }) => textOf(name))] }
        return changed(state, ['CREATE', `roles-by-id/${id}/composites`], body)
      },
    ],
    [
      'DELETE',
      /^\/gov\/roles-by-id\/([^/]+)\/composites$/,
      ({ body }, [id]) => {
        const role = byId(id)
        const less = new Set(listOf(body).map(({ name }) => name))
        const there = role.composites.realm
        role.composites = { realm: there.filter((name) => !less.has(name)) }
        return changed(state, ['DELETE', `roles-by-id/${id}/composites`], body)
      },
    ],
  ]
}

function clientDoors(state: Double): readonly Door[] {
  const byId = (id = ''): Thing => found(realmOf(state).clients, 'id', id)
  return [
    [
      'POST',
      /^\/gov\/clients\/?$/,
      ({ body }) => {
        const id = randomUUID()
        const clients = realmOf(state).clients
        clients.push(madeClient({ ...fieldsOf(body), id }))
        return changed(state, ['CREATE', `clients/${id}`], body, `/clients/${id}`)
      },
    ],
    ['GET', /^\/gov\/clients\/([^/]+)$/, (_call, [id]) => [200, byId(id)]],
    [
      'PUT',
      /^\/gov\/clients\/([^/]+)$/,
      ({ body }, [id]) => {
        Object.assign(byId(id), body)
        return changed(state, ['UPDATE', `clients/${id}`], body)
      },
    ],
    [
      'DELETE',
      /^\/gov\/clients\/([^/]+)$/,
      (_call, [id]) => {
        const clients = realmOf(state).clients
        clients.splice(clients.indexOf(byId(id)), 1)
        return changed(state, ['DELETE', `clients/${id}`], {})
      },
    ],
    [
      'GET',
      /^\/gov\/clients\/([^/]+)\/client-secret$/,
      (_call, [id]) => [200, { type: 'secret', value: byId(id)['secret'] }],
    ],
    [
      'POST',
      /^\/gov\/clients\/([^/]+)\/protocol-mappers\/models$/,
      ({ body }, [id]) => {
        const mappers = byId(id).protocolMappers
        byId(id).protocolMappers = [...mappers, { id: randomUUID(), ...fieldsOf(body) }]
        return changed(
          state,
          ['CREATE', `clients/${id}/protocol-mappers/models`],
          body,
          '/models/m',
        )
      },
    ],
    [
      'DELETE',
      /^\/gov\/clients\/([^/]+)\/protocol-mappers\/models\/([^/]+)$/,
      (_call, [id, mapper]) => {
        const mappers = byId(id).protocolMappers
        byId(id).protocolMappers = mappers.filter((each) => each['id'] !== mapper)
        return changed(state, ['DELETE', `clients/${id}/protocol-mappers/models/${mapper}`], {})
      },
    ],
  ]
}

function create(state: Double, body: Fields): Answer {
  const { roles, clients, ...settings } = structuredClone(body)
  state.realm = {
    // What Keycloak adds to whatever it is given.
    notBefore: 0,
    otpPolicyType: 'totp',
    ...settings,
    attributes: { ...fieldsOf(settings['attributes']) },
    roles: { realm: listOf(fieldsOf(roles)['realm']).map(thing), client: {} },
    clients: [...listOf(clients).map(madeClient), thing({ clientId: 'account', enabled: true })],
  }
  return changed(state, ['CREATE', ''], {}, '/gov')
}

function madeClient(body: Fields): Thing {
  return thing({
    surrogateAuthRequired: false,
    nodeReRegistrationTimeout: -1,
    ...body,
    attributes: { ...fieldsOf(body['attributes']), 'client.secret.creation.time': '1' },
  })
}

/** Secrets masked, as in Keycloak's partial export. */
function exported(state: Double): Fields {
  const realm = structuredClone(realmOf(state))
  for (const client of realm.clients) {
    if (client['secret'] !== undefined) client['secret'] = '**********'
  }
  const smtp = fieldsOf(realm['smtpServer'])
  if (smtp['password'] !== undefined) realm['smtpServer'] = { ...smtp, password: '**********' }
  return realm
}

function changed(
  state: Double,
  [operationType, resourcePath]: readonly [string, string],
  body: unknown,
  location?: string,
): Answer {
  const last = Number(state.events[0]?.['time'] ?? Date.now())
  state.events.unshift({
    time: last + 1,
    operationType,
    resourceType: resourcePath === '' ? 'REALM' : 'OTHER',
    resourcePath,
    authDetails: { realmId: 'master-id', userId: 'u1', clientId: 'c1', ipAddress: '10.20.30.40' },
    representation: JSON.stringify(body),
  })
  return location === undefined ? [204] : [201, undefined, location]
}

function rolesOf(state: Double): Thing[] {
  return realmOf(state).roles.realm
}

function realmOf({ realm }: Double): RealmState {
  return realm ?? { attributes: {}, roles: { realm: [], client: {} }, clients: [] }
}

/** An empty one where there is none: the test that expected one says so. */
function found(things: readonly Thing[], member: string, value: string): Thing {
  return things.find((each) => each[member] === value) ?? thing({ id: '' })
}
