// How sessions end: by the person (RP-initiated and back-channel logout), by the administration, by the application.
import { createServer, type Server } from 'node:http'

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { eventually } from '../../support/eventually.ts'
import { livedTime } from '../../support/lived-time.ts'
import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser } from './support/browser.ts'
import { web } from './support/clients.ts'
import { administer, claimsOf, idOf, post, protocol, verified } from './support/endpoints.ts'
import {
  askToken,
  authorizationRequest,
  CALLBACK,
  type SignedIn,
  signIn,
} from './support/sign-in.ts'
import { capability } from './table/capability.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const WITHIN_MS = 3000

interface Told {
  readonly clientId: string
  readonly token: string
}

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  let applications: Server
  const told: Told[] = []

  beforeAll(async () => {
    applications = await listen(told)
    const port = portOf(applications)
    const client = (clientId: string) =>
      web(clientId, {
        attributes: {
          'backchannel.logout.url': `http://127.0.0.1:${port}/${clientId}`,
          'backchannel.logout.session.required': 'true',
          'backchannel.logout.revoke.offline.tokens': 'false',
        },
      })
    engine = await openEngine(name, { clients: [client('first'), client('second'), web('quiet')] })
  })
  afterAll(async () => {
    applications.close()
    await engine.close()
  })

  const renew = ({ refresh }: SignedIn, clientId: string) =>
    askToken(engine, {
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: `${clientId}-secret`,
      refresh_token: refresh,
    })

  /** Who was told of the end of this session, when all were. */
  async function toldOf(sid: unknown): Promise<Told[]> {
    return eventually(() => {
      const of = told.filter(({ token }) => claimsOf(token)['sid'] === sid)
      expect(of.map(({ clientId }) => clientId).toSorted()).toEqual(['first', 'second'])
      return of
    })
  }

  async function inBoth(key: string) {
    const first = await signIn(engine, 'first', key)
    const second = await signIn(engine, 'second', key, { browser: first.browser })
    expect(claimsOf(second.id)['sid']).toBe(claimsOf(first.id)['sid'])
    return { first, second, sid: claimsOf(first.id)['sid'] }
  }

  async function signOut({ browser, id }: SignedIn, more: Record<string, string> = {}) {
    const url = new URL(protocol(engine, 'logout'))
    url.search = new URLSearchParams({
      id_token_hint: id,
      post_logout_redirect_uri: CALLBACK,
      state: 'left',
      ...more,
    }).toString()
    const stop = await browser.open(url)
    return stop
  }

  describe('sign-out', () => {
    capability(name, 'RP-initiated logout ends the session and leads back', async () => {
      const signedIn = await signIn(engine, 'quiet', 'kaveh')
      const stop = await signOut(signedIn)
      expect(stop.away?.href).toBe(`${CALLBACK}?state=left`)
      expect((await renew(signedIn, 'quiet')).error).toBe('invalid_grant')
      const quiet = authorizationRequest(engine, 'quiet', { prompt: 'none' })
      const after = await signedIn.browser.open(quiet.url)
      expect(after.away?.searchParams.get('error')).toBe('login_required')
    })

    capability(name, 'a foreign address after logout is not led to', async () => {
      const signedIn = await signIn(engine, 'quiet', 'kaveh')
      const stop = await signOut(signedIn, { post_logout_redirect_uri: 'http://evil.example/' })
      expect(stop.away).toBeUndefined()
    })

    capability(name, 'without a hint of whose session, the person is asked first', async () => {
      const { browser, ...rest } = await signIn(engine, 'quiet', 'kaveh')
      const stop = await browser.open(`${protocol(engine, 'logout')}?client_id=quiet`)
      expect(stop.page?.forms.length).toBeGreaterThan(0)
      expect((await renew({ browser, ...rest }, 'quiet')).status).toBe(200)
    })

    capability(name, 'logout by the application with its refresh token', async () => {
      const { first, second, sid } = await inBoth('kaveh')
      const answer = await post(protocol(engine, 'logout'), {
        client_id: 'first',
        client_secret: 'first-secret',
        refresh_token: first.refresh,
      })
      expect(answer.status).toBe(204)
      expect((await renew(second, 'second')).error).toBe('invalid_grant')
      await toldOf(sid)
    })
  })

  describe('back-channel logout', () => {
    capability(name, 'every application of the session is told, once', async () => {
      const { first, sid } = await inBoth('sara')
      await signOut(first)
      await toldOf(sid)
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(told.filter(({ token }) => claimsOf(token)['sid'] === sid)).toHaveLength(2)
    })

    capability(name, 'the logout token is signed and complete', async () => {
      const { first, sid } = await inBoth('sara')
      await signOut(first)
      const of = await toldOf(sid)
      for (const { clientId, token } of of) {
        const { payload, protectedHeader } = await verified(engine, token, clientId)
        expect(payload).toMatchObject({
          sub: claimsOf(first.id)['sub'],
          sid,
          events: { [EVENT]: {} },
          jti: expect.any(String),
          iat: expect.any(Number),
          exp: expect.any(Number),
        })
        expect(payload).not.toHaveProperty('nonce')
        expect(['logout+jwt', 'JWT']).toContain(protectedHeader.typ)
      }
    })

    capability(name, `all are told within ${WITHIN_MS / 1000} seconds`, async () => {
      const { first, sid } = await inBoth('sara')
      const lived = livedTime()
      await signOut(first)
      await toldOf(sid)
      expect(lived()).toBeLessThan(WITHIN_MS)
    })
  })

  describe('sessions in the administration', () => {
    const Sessions = Type.Array(
      Type.Object({ id: Type.String(), clients: Type.Record(Type.String(), Type.String()) }),
    )

    capability(name, 'a person’s sessions, with the applications of each', async () => {
      const { sid } = await inBoth('kian-couple')
      const id = await idOf(engine, 'users', 'kian-couple')
      const { text } = await administer(engine, 'GET', `/users/${id}/sessions`)
      const session = Value.Parse(Sessions, JSON.parse(text)).find((one) => one.id === sid)
      expect(Object.values(session?.clients ?? {}).toSorted()).toEqual(['first', 'second'])
    })

    capability(name, 'one session is ended', async () => {
      const { first, second, sid } = await inBoth('kian-couple')
      const other = await signIn(engine, 'quiet', 'kian-couple')
      const { status } = await administer(engine, 'DELETE', `/sessions/${String(sid)}`)
      expect(status).toBe(204)
      expect((await renew(first, 'first')).error).toBe('invalid_grant')
      expect((await renew(second, 'second')).error).toBe('invalid_grant')
      expect((await renew(other, 'quiet')).status).toBe(200)
      await toldOf(sid)
    })

    capability(name, 'all sessions of a person are ended', async () => {
      const one = await inBoth('shirin-couple')
      const two = await signIn(engine, 'quiet', 'shirin-couple', {
        browser: new Browser(engine.issuer),
      })
      const id = await idOf(engine, 'users', 'shirin-couple')
      expect((await administer(engine, 'POST', `/users/${id}/logout`)).status).toBe(204)
      expect((await renew(one.first, 'first')).error).toBe('invalid_grant')
      expect((await renew(two, 'quiet')).error).toBe('invalid_grant')
      await toldOf(one.sid)
    })
  })
})

/** The applications, each at its own path. */
function listen(told: Told[]): Promise<Server> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      told.push({ clientId: (request.url ?? '').slice(1), token })
      response.writeHead(200).end()
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
