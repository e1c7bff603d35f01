// What a token costs: µs of processor time (user and system, all threads) for each way to verify one, beside bare jose and
// keycloak-connect in the same run, interleaved. `node --expose-gc bench/token-cost.ts`: tables in Markdown.

import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  EmbeddedJWK,
  exportJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'

import { openValkey } from '../adapters/resilience/shared/valkey-store.ts'
import { type Authenticate, buildAuthenticate } from '../gateway/auth/authenticate.ts'
import { KeySet } from '../gateway/auth/token/keys/key-set.ts'
import { digestOf } from '../gateway/auth/token/token-cache.ts'
import { startValkey } from '../test/support/valkey.ts'
import { medianOf, tableOf } from './figures.ts'
import { portOf } from './port-of.ts'

const TOKENS = 200
const ROUNDS = 15
const WARM_TURNS = 100
const MEMORY_TURNS = 50

interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly jwk: JWK
  readonly privateKey: KeyObject
}

interface Path {
  readonly name: string
  /** Those that are compared stand in one group; the first one is 1. */
  readonly group: string
  /** Before each round, not measured; gives what is measured and how many it does. */
  readonly prepare: () => Promise<{ readonly ops: number; readonly run: () => Promise<void> }>
}

const keys = await Promise.all([
  keyOf('RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
  keyOf('PS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
  keyOf('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  keyOf('EdDSA', generateKeyPairSync('ed25519')),
])
const server = createServer((_, response) => {
  response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const valkey = await startValkey()
const shared = openValkey({
  url: valkey.url,
  secret: randomBytes(32),
  log: { info() {}, warn() {}, error() {} },
})
while ((await shared.isFirstUse('bench', randomUUID(), 1000)) === undefined) await sleep(10)
const issuer = `http://127.0.0.1:${portOf(server)}/realms/gov`
const signOn = { issuer, audience: 'gateway', keysUrl: `${issuer}/protocol/openid-connect/certs` }

async function keyOf(
  alg: string,
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
): Promise<SigningKey> {
  const kid = `bench-${alg}`
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** As long as Keycloak's: 1.0–1.3 KB. */
function sign({ alg, kid, privateKey }: SigningKey, more: object = {}): Promise<string> {
  const claims = {
    typ: 'Bearer',
    jti: randomUUID(),
    sid: randomUUID(),
    azp: 'portal',
    acr: 'substantial',
    scope: 'openid profile',
    national_id: '0012345679',
    phone_number: '09120000000',
    preferred_username: 'sara',
    realm_access: { roles: ['citizen', 'offline_access', 'uma_authorization'] },
    resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
    ...more,
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(['gateway'])
    .setSubject(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
}

const many = <Item>(make: () => Promise<Item>) => Promise.all(Array.from({ length: TOKENS }, make))
const shown = (authorization: string, dpop?: string) => ({
  headers: { authorization, dpop, host: '127.0.0.1:4000' },
  method: 'POST',
  url: '/graphql',
})

async function verifyPaths(key: SigningKey): Promise<readonly Path[]> {
  const { alg } = key
  const group = `a new token, ${alg}`
  const tokens = await many(() => sign(key))
  const keySet = new KeySet({ url: signOn.keysUrl })
  const remote = createRemoteJWKSet(new URL(signOn.keysUrl))
  return [
    {
      name: 'jose jwtVerify',
      group,
      prepare: async () => each(tokens, (token) => joseVerify(token, remote)),
    },
    {
      name: 'ours',
      group,
      prepare: async () => {
        const authenticate = buildAuthenticate(signOn, { keys: keySet })
        return each(tokens, async (token) => authenticate(shown(`Bearer ${token}`)))
      },
    },
  ]
}

function joseVerify(token: string, remote: ReturnType<typeof createRemoteJWKSet>) {
  return jwtVerify(token, remote, { issuer, audience: 'gateway', requiredClaims: ['exp', 'iat'] })
}

async function keycloakPath(key: SigningKey): Promise<Path> {
  const require = createRequire(import.meta.url)
  const GrantManager = require('keycloak-connect/middleware/auth-utils/grant-manager.js')
  const manager = new GrantManager({
    realmUrl: issuer,
    clientId: 'gateway',
    minTimeBetweenJwksRequests: 10,
  })
  const tokens = await many(() => sign(key))
  return {
    name: 'keycloak-connect createGrant',
    group: `a new token, ${key.alg}`,
    prepare: async () => each(tokens, (token) => manager.createGrant({ access_token: token })),
  }
}

async function knownPaths(key: SigningKey): Promise<readonly Path[]> {
  const group = 'a token that is known'
  const tokens = await many(() => sign(key))
  const headers = tokens.map((token) => shown(`Bearer ${token}`))
  const raw = new Map(tokens.map((token) => [token, token]))
  const authenticate = await warmed(headers)
  const wrong = tokens.map((token) => shown(`Bearer ${token.slice(0, -8)}AAAAAAAA`))
  for (const one of wrong) await isRefused(authenticate, one)
  return [
    { name: 'ours', group, prepare: turns((at) => authenticate(headers[at] ?? shown(''))) },
    { name: 'of it the digest', group, prepare: turns((at) => digestOf(tokens[at] ?? '')) },
    { name: 'a Map by the token itself', group, prepare: turns((at) => raw.get(tokens[at] ?? '')) },
    {
      name: 'ours, a wrong signature that is known',
      group,
      prepare: turns((at) => isRefused(authenticate, wrong[at] ?? shown(''))),
    },
  ]
}

function turns(run: (at: number) => unknown): Path['prepare'] {
  return async () => ({
    ops: TOKENS * WARM_TURNS,
    run: async () => {
      for (let turn = 0; turn < WARM_TURNS; turn += 1) {
        for (let at = 0; at < TOKENS; at += 1) {
          const done = run(at)
          if (done instanceof Promise) await done
        }
      }
    },
  })
}

async function warmed(headers: readonly ReturnType<typeof shown>[]): Promise<Authenticate> {
  const authenticate = buildAuthenticate(signOn)
  for (const one of headers) await authenticate(one)
  return authenticate
}

async function isRefused(
  authenticate: Authenticate,
  one: ReturnType<typeof shown>,
): Promise<boolean> {
  try {
    await authenticate(one)
    return false
  } catch {
    return true
  }
}

/** One client with one key, a new proof for each request. */
async function dpopPaths(key: SigningKey): Promise<readonly Path[]> {
  const group = 'a DPoP proof (ES256) beside a known token'
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = await exportJWK(pair.publicKey)
  const token = await sign(key, { typ: 'DPoP', cnf: { jkt: await calculateJwkThumbprint(jwk) } })
  const ath = digestOf(token)
  const prove = () =>
    new SignJWT({ jti: randomUUID(), htm: 'POST', htu: 'http://127.0.0.1:4000/graphql', ath })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt()
      .sign(pair.privateKey)
  const authenticate = buildAuthenticate(signOn)
  const besideOthers = buildAuthenticate(signOn, {
    isFirstUse: ({ id, keptMs }) => shared.isFirstUse('proof', id, keptMs),
  })
  return [
    {
      name: 'jose EmbeddedJWK and thumbprint',
      group,
      prepare: async () =>
        each(await many(prove), async (proof) => {
          const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' })
          return protectedHeader.jwk && calculateJwkThumbprint(protectedHeader.jwk)
        }),
    },
    {
      name: 'ours, token and proof',
      group,
      prepare: async () =>
        each(await many(prove), async (proof) => authenticate(shown(`DPoP ${token}`, proof))),
    },
    {
      name: 'ours, token and proof, that no other copy took',
      group,
      prepare: async () =>
        each(await many(prove), async (proof) => besideOthers(shown(`DPoP ${token}`, proof))),
    },
  ]
}

function each<Item>(items: readonly Item[], run: (item: Item) => Promise<unknown>) {
  return {
    ops: items.length,
    run: async () => {
      for (const item of items) await run(item)
    },
  }
}

async function measure(paths: readonly Path[]): Promise<ReadonlyMap<Path, number>> {
  const taken = new Map<Path, number[]>(paths.map((path) => [path, []]))
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const path of paths) {
      const { ops, run } = await path.prepare()
      const before = process.cpuUsage()
      await run()
      const { user, system } = process.cpuUsage(before)
      if (round > 0) taken.get(path)?.push((user + system) / ops)
    }
  }
  return new Map([...taken].map(([path, values]) => [path, medianOf(values)]))
}

function rowsOf(medians: ReadonlyMap<Path, number>): readonly (readonly string[])[] {
  const first = new Map<string, number>()
  const rows = [...medians].map(([{ group, name }, micros]) => {
    const one = first.get(group) ?? micros
    first.set(group, one)
    return [group, name, micros.toFixed(micros < 10 ? 2 : 0), (micros / one).toFixed(2)]
  })
  return [['', 'by', 'µs of CPU', '÷ first'], ...rows]
}

/** What a known token takes in memory, in bytes, of ten thousand. */
async function memoryOfOne(key: SigningKey): Promise<number> {
  const collect = Reflect.get(globalThis, 'gc')
  const authenticate = buildAuthenticate(signOn)
  await authenticate(shown(`Bearer ${await sign(key)}`))
  const before = settledHeap(collect)
  for (let turn = 0; turn < MEMORY_TURNS; turn += 1) {
    for (const token of await many(() => sign(key))) await authenticate(shown(`Bearer ${token}`))
  }
  const bytes = (settledHeap(collect) - before) / (MEMORY_TURNS * TOKENS)
  // Till here it must not be collected itself.
  await authenticate(shown(`Bearer ${await sign(key)}`))
  return bytes
}

function settledHeap(collect: unknown): number {
  if (typeof collect === 'function') for (let turn = 0; turn < 3; turn += 1) collect()
  return process.memoryUsage().heapUsed
}

const print = (text: string) => process.stdout.write(`${text}\n`)
const [rsa, ...others] = keys
if (rsa !== undefined) {
  const paths = [
    ...(await verifyPaths(rsa)),
    await keycloakPath(rsa),
    ...(await Promise.all(others.map(verifyPaths))).flat(),
    ...(await knownPaths(rsa)),
    ...(await dpopPaths(rsa)),
  ]
  print(tableOf(rowsOf(await measure(paths))))
  if ('gc' in globalThis)
    print(`\nA known token takes ${(await memoryOfOne(rsa)).toFixed(0)} bytes.`)
}
await shared.close()
await valkey.close()
server.close()
