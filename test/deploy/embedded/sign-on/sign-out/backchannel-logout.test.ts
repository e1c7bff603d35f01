import { createServer, type Server } from 'node:http'

import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type SignOn, startSignOn } from '../../../../../deploy/embedded/sign-on/sign-on.ts'
import type { LogoutOutcome } from '../../../../../deploy/embedded/sign-on/sign-out/backchannel-logout.ts'
import { CLI_URI, locationOf, redeem, startFlow, tokensOf } from '../browser.ts'

const realmFile = new URL('../../../../../deploy/keycloak/gov-realm.json', import.meta.url)
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** A client's logout address: answers what it is told to and keeps what it was sent. */
class Listener {
  readonly tokens: string[] = []
  statuses: number[] = []
  readonly #server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += String(part)))
    request.on('end', () => {
      this.tokens.push(new URLSearchParams(body).get('logout_token') ?? '')
      const status = this.statuses.shift() ?? 204
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end()
    })
  })

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return `http://127.0.0.1:${port}/logout`
  }

  close(): void {
    this.#server.close()
  }
}

let signOn: SignOn
const portal = new Listener()
const cli = new Listener()
const outcomes: LogoutOutcome[] = []

beforeAll(async () => {
  signOn = await startSignOn({
    realmFile,
    port: 0,
    onLogout: (outcome) => outcomes.push(outcome),
  })
  for (const [clientId, listener] of [
    ['portal', portal],
    ['cli', cli],
  ] as const) {
    await change(clientId, await listener.open())
  }
})
afterAll(async () => {
  await signOn.close()
  portal.close()
  cli.close()
})

async function change(clientId: string, url: string): Promise<void> {
  const client = signOn.realm.clients.byName(clientId)!
  const attributes = { ...client.attributes, 'backchannel.logout.url': url }
  await signOn.realm.clients.change(client.id, { attributes })
}

/** Ends a session of the portal, whose address answers so. */
async function endWith(...statuses: number[]) {
  outcomes.length = 0
  portal.statuses = statuses
  const before = portal.tokens.length
  await tokensOf(signOn.issuer, 'sara')
  signOn.realm.sessions.end(signOn.realm.sessions.list().at(-1)?.id ?? '', 'admin')
  await outcomeCount(1)
  return { asked: portal.tokens.length - before, ...outcomes[0] }
}

async function outcomeCount(count: number): Promise<void> {
  await expect.poll(() => outcomes.length).toBe(count)
}

describe('the end of a session', () => {
  it('is told to every client of it at once, with a token of our key', async () => {
    outcomes.length = 0
    const { id_token, browser } = await tokensOf(signOn.issuer, 'sara')
    const flow = startFlow(signOn.issuer, { client_id: 'cli', redirect_uri: CLI_URI })
    locationOf(await browser.go(flow.url), signOn.issuer)
    const query = new URLSearchParams({ id_token_hint: id_token })
    await browser.go(`${signOn.issuer}/protocol/openid-connect/logout?${query.toString()}`)
    await outcomeCount(2)
    expect(outcomes.every(({ told, status }) => told && status === 204)).toBe(true)
    const keys = createRemoteJWKSet(new URL(`${signOn.issuer}/protocol/openid-connect/certs`))
    const { payload, protectedHeader } = await jwtVerify(portal.tokens.at(-1) ?? '', keys, {
      issuer: signOn.issuer,
      audience: 'portal',
    })
    expect(protectedHeader.typ).toBe('logout+jwt')
    const { sid } = decodeJwt(id_token)
    expect(payload).toMatchObject({ sid, events: { [EVENT]: {} }, jti: expect.any(String) })
    expect(payload.exp).toBe((payload.iat ?? 0) + 120)
    expect(payload).not.toHaveProperty('nonce')
    const other = await jwtVerify(cli.tokens.at(-1) ?? '', keys, { audience: 'cli' })
    expect(other.payload['sid']).toBe(sid)
  })

  it.each([
    [
      'the administration ends it',
      (sid: string) => Promise.resolve(void signOn.realm.sessions.end(sid, 'admin')),
    ],
    [
      'the person is disabled',
      async () => {
        const { id } = signOn.realm.userNamed('sara')!
        await signOn.realm.users.change(id, { enabled: false })
        await signOn.realm.users.change(id, { enabled: true })
      },
    ],
    [
      'a used refresh token comes back',
      async (_sid: string, refresh_token: string) => {
        const form = { grant_type: 'refresh_token', client_id: 'portal', refresh_token }
        await redeem(signOn.issuer, form)
        await redeem(signOn.issuer, form)
      },
    ],
  ])('is told when %s, and the tokens hold no more', async (_title, end) => {
    outcomes.length = 0
    const { refresh_token, access_token } = await tokensOf(signOn.issuer, 'sara')
    const userinfo = () =>
      fetch(`${signOn.issuer}/protocol/openid-connect/userinfo`, {
        headers: { authorization: `Bearer ${access_token}` },
      })
    expect((await userinfo()).status).toBe(200)
    const sid = signOn.realm.sessions.list().at(-1)?.id ?? ''
    await end(sid, refresh_token)
    await outcomeCount(1)
    expect(outcomes[0]).toMatchObject({ clientId: 'portal', told: true })
    expect((await userinfo()).status).toBe(401)
  })

  it('is told once more to a client that was not there, and no third time', async () => {
    expect(await endWith(503)).toMatchObject({ asked: 2, told: true })
    expect(await endWith(503, 500)).toMatchObject({ asked: 2, told: false, status: 500 })
    // A redirect is not followed: it could lead anywhere.
    expect(await endWith(302, 302)).toMatchObject({ asked: 2, told: false, status: 302 })
  })

  it.each(['http://10.0.0.1/logout', 'https://elsewhere.example/logout', 'file:///etc/passwd'])(
    'is not told to %s, where no client of ours is',
    async (url) => {
      outcomes.length = 0
      const before = signOn.realm.clients.byName('portal')?.attributes['backchannel.logout.url']
      await change('portal', url)
      await tokensOf(signOn.issuer, 'sara')
      signOn.realm.sessions.end(signOn.realm.sessions.list().at(-1)?.id ?? '', 'admin')
      await outcomeCount(1)
      expect(outcomes[0]).toMatchObject({ told: false, status: undefined })
      expect(outcomes[0]?.tookMs).toBeLessThan(200)
      await change('portal', before ?? '')
    },
  )
})
