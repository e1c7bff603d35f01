// A DPoP proof is used once at all copies of the gateway together (RFC 9449 §11.1) as long as their store answers, and once at
// each of them while it does not. With a real store where one is installed, and with the double.

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { openValkey } from '../../adapters/resilience/shared/valkey-store.ts'
import { readConfig } from '../../gateway/config.ts'
import { start } from '../../gateway/main.ts'
import { type DpopClient, openDpopClient } from '../gateway/support/dpop-client.ts'
import { open } from '../gateway/support/open.ts'
import { openTokenIssuer, type TokenIssuer } from '../gateway/support/token-issuer.ts'
import { eventually } from '../support/eventually.ts'
import { startDouble, startValkey, type TestValkey } from '../support/valkey.ts'

const SECRET = new Uint8Array(32).fill(9)
/** What clients call all copies. */
const PUBLIC = 'https://gateway.example'
const log = { info() {}, warn() {}, error() {} }
const own = {
  sdl: 'type Query { who: String }',
  resolvers: { Query: { who: () => 'somebody' } },
}
/** A fiftieth of what a store that is well is waited for, however busy the machine; and one that hangs. */
const PATIENT_MS = 200
const IMPATIENT_MS = 5

let issuer: TokenIssuer
let client: DpopClient
let token: string
beforeAll(async () => {
  issuer = await openTokenIssuer()
  client = await openDpopClient()
})
afterAll(() => issuer.close())
beforeEach(() => {
  token = issuer.token({ typ: 'DPoP', exp: inTenMinutes(), cnf: { jkt: client.thumbprint } })
})

/** Longer than the slowest machine takes. */
const inTenMinutes = () => Math.floor(Date.now() / 1000) + 600

const signOn = () => ({
  PANJAREH_ISSUER: issuer.issuer,
  PANJAREH_KEYS_URL: issuer.keysUrl,
  PANJAREH_PUBLIC_URL: PUBLIC,
})
const prove = () => client.proof({ token, url: `${PUBLIC}/graphql` })

async function ask({ url }: { readonly url: string }, dpop: string): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `DPoP ${token}`, dpop }
  const body = '{"query":"{ __typename }"}'
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
  await response.text()
  const challenge = response.headers.get('www-authenticate')?.replace(/,.*/, '') ?? ''
  return `${response.status} ${challenge}`.trim()
}

const REFUSED = '401 DPoP error="invalid_dpop_proof"'

async function expectEachAlone(copies: readonly { readonly url: string }[]) {
  const proof = await prove()
  for (const copy of copies) {
    expect([await ask(copy, proof), await ask(copy, proof)]).toEqual(['200', REFUSED])
  }
}

describe.each([
  ['a store', startValkey],
  ['the double', startDouble],
])('with %s', (_, startStore) => {
  let valkey: TestValkey
  let rooms: AsyncDisposableStack
  beforeEach(async () => {
    rooms = new AsyncDisposableStack()
    valkey = await startStore()
  })
  afterEach(async () => {
    await rooms.disposeAsync()
    await valkey.close()
  })

  /** Connected. */
  async function openCopy(withinMs: number) {
    const shared = openValkey({ url: valkey.url, secret: SECRET, log, withinMs })
    rooms.defer(() => shared.close())
    await eventually(async () => {
      expect(await shared.isFirstUse('test', crypto.randomUUID(), 1000)).toBe(true)
    })
    const copy = await open({ own }, signOn(), {
      isFirstUse: ({ id, keptMs }) => shared.isFirstUse('proof', id, keptMs),
    })
    rooms.defer(() => copy.close())
    return copy
  }

  test('of all who show the same proof at the same time, at both copies, one is let in', async () => {
    const [one, two] = [await openCopy(PATIENT_MS), await openCopy(PATIENT_MS)]
    for (let turn = 0; turn < 40; turn += 1) {
      const proof = await prove()
      const all = turn % 2 === 0 ? [one, two, one, two] : [two, one, two, one]
      const answers = await Promise.all(all.map((copy) => ask(copy, proof)))
      expect(answers.toSorted()).toEqual(['200', REFUSED, REFUSED, REFUSED])
    }
    const later = await prove()
    expect([await ask(one, later), await ask(two, later)]).toEqual(['200', REFUSED])
  })

  test('a proof of another key with the same name is another proof', async () => {
    const [one, two] = [await openCopy(PATIENT_MS), await openCopy(PATIENT_MS)]
    const other = await openDpopClient()
    const bound = issuer.token({ typ: 'DPoP', cnf: { jkt: other.thumbprint } })
    const url = `${PUBLIC}/graphql`
    const named = { jti: 'the same' }
    expect(await ask(one, await client.proof({ token, url }, named))).toBe('200')
    const headers = {
      authorization: `DPoP ${bound}`,
      dpop: await other.proof({ token: bound, url }, named),
    }
    expect((await two.post({ query: '{ who }' }, headers)).status).toBe(200)
  })

  test('while it hangs each copy knows its own, and all know again when it is back', async () => {
    const copies = [await openCopy(IMPATIENT_MS), await openCopy(IMPATIENT_MS)] as const
    valkey.pause()
    // Long enough for the copies to leave off asking.
    for (let turn = 0; turn < 5; turn += 1) await expectEachAlone(copies)
    valkey.resume()
    const [one, two] = copies
    await eventually(async () => {
      const proof = await prove()
      expect([await ask(one, proof), await ask(two, proof)]).toEqual(['200', REFUSED])
    })
  })

  test('while it is gone each copy knows its own', async () => {
    const copies = [await openCopy(PATIENT_MS), await openCopy(PATIENT_MS)]
    await valkey.close()
    for (let turn = 0; turn < 5; turn += 1) await expectEachAlone(copies)
  })

  test('copies that were told of the store do so by themselves', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'subgraphs-'))
    rooms.defer(() => rm(folder, { recursive: true }))
    const catalogue = path.join(import.meta.dirname, '../../subgraphs/catalogue')
    await cp(catalogue, path.join(folder, 'catalogue'), { recursive: true })
    const config = readConfig({
      ...signOn(),
      PANJAREH_PORT: '0',
      PANJAREH_SUBGRAPHS: folder,
      PANJAREH_VALKEY_URL: valkey.url,
      PANJAREH_VALKEY_SECRET: '09'.repeat(32),
    })
    const copies = await Promise.all(
      [1, 2].map(async () => {
        const copy = await start(config, { secret: () => undefined, log })
        rooms.defer(() => copy.close())
        return copy
      }),
    )
    const [one, two] = copies
    // They wait five milliseconds for it, which a busy machine may need once in a while.
    await eventually(async () => {
      const proof = await prove()
      expect([await ask(one!, proof), await ask(two!, proof)]).toEqual(['200', REFUSED])
    })
  })
})
