// What happens to tokens, sign-ins and requests when the sign-on gets new keys and gives up old ones.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import { ALGORITHMS } from '../../../deploy/embedded/sign-on/tokens/keys.ts'
import type { Running } from '../../../gateway/open-gateway.ts'
import { freePort } from '../../support/free-port.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { askGateway, openAdministered, silent } from './support/administered.ts'
import { Browser } from './support/browser.ts'
import { machine, web } from './support/clients.ts'
import { administer, claimsOf, keysOf, post, protocol, verified } from './support/endpoints.ts'
import {
  answerPages,
  askToken,
  authorizationRequest,
  CALLBACK,
  codeForm,
  type SignedIn,
  signIn,
} from './support/sign-in.ts'
import { capability } from './table/capability.ts'
import { type Row, rowIn, rowsIn } from './table/rows.ts'

const REASON = 'Yearly change of the keys, letter 12'
const CLI = { redirect_uri: 'http://127.0.0.1:4003/callback' }
const OFFICER = { changes: { ...CLI, acr_values: 'substantial' } }

describe.each(engineNames())('%s', (name) => {
  let folder = ''
  let database: Database
  let engine: SignOnEngine
  let gateway: Running
  let officer = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'))
    // The realm names the gateway to which the sign-on tells the end of sessions.
    const port = await freePort()
    const variables = { GATEWAY_INNER_URL: `http://localhost:${port}` }
    ;[database, engine] = await Promise.all([
      startDatabase({ folder: join(folder, 'database'), log: silent }),
      openEngine(name, { variables, clients: [web('web'), ...ALGORITHMS.map(signedBy)] }),
    ])
    gateway = await openAdministered(engine, database, port)
    officer = (await signIn(engine, 'cli', 'security-officer', OFFICER)).access
  })

  afterAll(async () => {
    await gateway?.close()
    await engine?.close()
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const told = async (query: string, variables: Row = {}) => {
    const { data, errors } = await askGateway(gateway, officer, { query, variables })
    expect(errors).toBeUndefined()
    return data ?? {}
  }
  const rotate = async (algorithm: string): Promise<string> => {
    const done = await told(ROTATE, { algorithm, reason: REASON })
    return String(rowIn(rowIn(done, 'rotateSignOnKey'), 'key')['kid'])
  }
  const tokenBy = async (algorithm: string): Promise<string> =>
    (
      await askToken(engine, {
        grant_type: 'client_credentials',
        client_id: `by-${algorithm}`,
        client_secret: `by-${algorithm}-secret`,
      })
    ).access
  const tokensByAll = async () =>
    Object.fromEntries(
      await Promise.all(ALGORITHMS.map(async (alg) => [alg, await tokenBy(alg)] as const)),
    )

  /** Which code the gateway answers; none when it answered the question. */
  const codeAtGateway = async (token: string): Promise<unknown> => {
    const { errors } = await askGateway(gateway, token, { query: '{ __typename }' })
    return errors?.[0]?.extensions?.['code']
  }

  const signOut = async ({ browser, id }: SignedIn) => {
    const url = new URL(protocol(engine, 'logout'))
    const parameters = { id_token_hint: id, post_logout_redirect_uri: CALLBACK }
    url.search = new URLSearchParams(parameters).toString()
    return browser.open(url)
  }

  describe('key rotation', () => {
    capability(
      name,
      'a new key signs at once, by each algorithm, and old tokens stay good',
      async () => {
        const before = await tokensByAll()
        for (const algorithm of ALGORITHMS) {
          const kid = await rotate(algorithm)
          const after = await tokenBy(algorithm)
          expect(decodeProtectedHeader(after)).toMatchObject({ alg: algorithm, kid, typ: 'at+jwt' })
          expect(decodeProtectedHeader(before[algorithm] ?? '').kid).not.toBe(kid)
          for (const one of [before[algorithm] ?? '', after]) {
            expect((await verified(engine, one, 'gateway')).payload['azp']).toBe(`by-${algorithm}`)
            expect(await codeAtGateway(one)).toBeUndefined()
          }
        }
      },
    )

    capability(name, 'a sign-in that began before ends after, by the new key', async () => {
      const request = authorizationRequest(engine, 'web')
      const browser = new Browser(engine.issuer)
      const start = await browser.open(request.url)
      const kid = await rotate('RS256')
      const { stop } = await answerPages(engine, browser, start, engine.person('kaveh'))
      expect(stop.away).toBeDefined()
      const again = await rotate('RS256')
      const form = codeForm(engine, request, stop.away ?? new URL(CALLBACK))
      const { access, id, refresh } = await askToken(engine, form)
      for (const one of [access, id]) {
        expect(decodeProtectedHeader(one).kid).toBe(again)
        await verified(engine, one)
      }
      expect(again).not.toBe(kid)
      const renewal = {
        grant_type: 'refresh_token',
        client_id: 'web',
        client_secret: 'web-secret',
        refresh_token: refresh,
      }
      const third = await rotate('RS256')
      expect(decodeProtectedHeader((await askToken(engine, renewal)).access).kid).toBe(third)
    })

    capability(
      name,
      'an ID token by the key before still signs out without a question',
      async () => {
        const signedIn = await signIn(engine, 'web', 'shirin-couple')
        await rotate('RS256')
        expect((await signOut(signedIn)).away?.href).toBe(CALLBACK)
      },
    )

    capability(name, 'a logout token by the new key ends the session at the gateway', async () => {
      const { access } = await signIn(engine, 'cli', 'kaveh', { changes: CLI })
      expect(await codeAtGateway(access)).toBeUndefined()
      await rotate('RS256')
      const { sid } = claimsOf(access)
      await administer(engine, 'DELETE', `/sessions/${String(sid)}`)
      await expect.poll(() => codeAtGateway(access)).toBe('UNAUTHENTICATED')
    })

    capability(name, 'the administration shows no private part of a key', async () => {
      const { text, body } = await administer(engine, 'GET', '/keys')
      const shown = await Promise.all(
        rowsIn(body, 'keys').map(({ providerId }) =>
          administer(engine, 'GET', `/components/${String(providerId)}`),
        ),
      )
      expect(shown.length).toBeGreaterThan(ALGORITHMS.length)
      for (const one of [text, ...shown.map((answer) => answer.text)]) {
        expect(one).not.toMatch(/"(?:d|p|q|dp|dq|qi)"|BEGIN [A-Z ]*PRIVATE/)
      }
    })

    capability(name, 'of requests that come while all keys are rotated none fails', async () => {
      const load = new Load({ codeAtGateway, tokenBy, old: await tokensByAll() })
      await load.hasAsked(8)
      const kids: string[] = []
      for (const algorithm of ALGORITHMS) {
        kids.push(await rotate(algorithm))
        await load.hasAsked(8)
      }
      await load.hasAsked(32)
      await load.end()
      expect(load.failures).toEqual([])
      expect([...load.kids]).toEqual(expect.arrayContaining(kids))
    })

    capability(name, 'what a key that was taken out has signed is refused everywhere', async () => {
      const before = await tokensByAll()
      const signedIn = await signIn(engine, 'web', 'kaveh')
      for (const algorithm of ALGORITHMS) await rotate(algorithm)
      const after = await tokensByAll()
      for (const token of Object.values(before)) expect(await codeAtGateway(token)).toBeUndefined()
      officer = (await signIn(engine, 'cli', 'security-officer', OFFICER)).access
      for (const token of [...Object.values(before), signedIn.id]) {
        await told(RETIRE, { kid: decodeProtectedHeader(token).kid, reason: REASON }).catch(
          () => {},
        )
      }
      const published = (await keysOf(engine)).map(({ kid }) => kid)
      for (const token of Object.values(before)) {
        expect(published).not.toContain(decodeProtectedHeader(token).kid)
      }
      const { status } = await post(
        protocol(engine, 'userinfo'),
        {},
        {
          authorization: `Bearer ${signedIn.access}`,
        },
      )
      expect(status).toBe(401)
      expect((await signOut(signedIn)).away).toBeUndefined()
      // An unknown key makes the gateway look: what is gone is gone for all tokens, those that it knows included.
      await codeAtGateway(underAnotherKey(after['RS256'] ?? ''))
      for (const token of Object.values(before)) {
        expect(await codeAtGateway(token)).toBe('UNAUTHENTICATED')
      }
      for (const token of Object.values(after)) expect(await codeAtGateway(token)).toBeUndefined()
    })
  })
})

const ROTATE = `mutation ($algorithm: SignOnKeyAlgorithm!, $reason: String!) { rotateSignOnKey(algorithm: $algorithm, reason: $reason) { key { kid } } }`
const RETIRE = `mutation ($kid: ID!, $reason: String!) { retireSignOnKey(kid: $kid, reason: $reason) { change } }`

/** A machine whose tokens are signed by that algorithm, with the header of RFC 9068. */
function signedBy(algorithm: string) {
  return machine(`by-${algorithm}`, {
    attributes: {
      'access.token.signed.response.alg': algorithm,
      'access.token.header.type.rfc9068': 'true',
    },
  })
}

/** The same token, said to be signed by a key that nobody knows. */
function underAnotherKey(token: string): string {
  const header = { ...decodeProtectedHeader(token), kid: 'never-heard-of' }
  const [, ...rest] = token.split('.')
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
}

interface LoadOptions {
  readonly codeAtGateway: (token: string) => Promise<unknown>
  readonly tokenBy: (algorithm: string) => Promise<string>
  /** By algorithm. */
  readonly old: Readonly<Record<string, string>>
}

/** Requests without a pause, by each algorithm: by a token that was there before, and by a new one each time. */
class Load {
  readonly failures: unknown[] = []
  /** Of the keys that had signed what was asked with. */
  readonly kids = new Set<string | undefined>()
  readonly #options: LoadOptions
  readonly #askers: readonly Promise<void>[]
  #asked = 0
  #ended = false

  constructor(options: LoadOptions) {
    this.#options = options
    const { old, tokenBy } = options
    this.#askers = ALGORITHMS.flatMap((algorithm) => [
      this.#ask(() => Promise.resolve(old[algorithm] ?? '')),
      this.#ask(() => tokenBy(algorithm)),
    ])
  }

  /** So many more times by each of the eight. */
  async hasAsked(times: number): Promise<void> {
    const until = this.#asked + times * this.#askers.length
    while (this.#asked < until && this.failures.length === 0) await sleep(1)
  }

  async end(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#askers)
  }

  async #ask(token: () => Promise<string>): Promise<void> {
    while (!this.#ended) {
      try {
        const one = await token()
        this.kids.add(decodeProtectedHeader(one).kid)
        const code = await this.#options.codeAtGateway(one)
        if (code !== undefined) this.failures.push(code)
      } catch (error) {
        this.failures.push(error)
      }
      this.#asked += 1
    }
  }
}
