// One citizen, one session, all processes of the house; then the session ends in every way that there is, and is over at
// every place where it was alive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { engineNames } from '../conformance/sign-on/engines/open-engine.ts'
import { claimsOf } from '../conformance/sign-on/support/endpoints.ts'
import { signIn } from '../conformance/sign-on/support/sign-in.ts'
import { capability } from '../conformance/sign-on/table/capability.ts'
import { endInside, ENDINGS, reuseRefreshToken, signOutEverywhere } from './house/endings.ts'
import { type Guest, isSignedIn, signInAtPage, statusAt, welcome } from './house/guest.ts'
import { type House, openHouse } from './house/open-house.ts'
import { watchEnding } from './house/watch-ending.ts'

/** The promise is seconds, of processes that answer: what a look took is not counted. */
const SOON_MS = 5000

describe.each(engineNames())('the whole house with %s', (name) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(name)
    house.estate.set('tamin-history', { latency: 9000 })
  }, 180_000)
  afterAll(() => house?.close())

  const statuses = (guest: Pick<Guest, 'token'>) =>
    Promise.all(house.copies.map((copy) => statusAt(copy, guest)))

  test.each(ENDINGS)('a session is over everywhere when $name', async (ending) => {
    const guest = await welcome(house, 'mina-joint')
    const other = await welcome(house, 'omid-joint')
    expect(await statuses(guest)).toEqual([200, 200])
    const { tookMs, longestLookMs, streams } = await watchEnding(house, guest, ending)
    const most = Math.max(...Object.values(tookMs)) - longestLookMs
    expect(most, JSON.stringify({ tookMs, longestLookMs })).toBeLessThan(SOON_MS)
    for (const stream of streams) expect(stream).not.toContain('totalDays')
    expect(await statuses(other)).toEqual([200, 200])
    expect(await isSignedIn(house, other)).toBe(true)
    await ending.undo?.(house, guest)
  })

  capability(
    name,
    'a session is over everywhere when a refresh token is used twice',
    async () => {
      const guest = await welcome(house, 'jalal-bus')
      await reuseRefreshToken(house, guest)
      const page = () => isSignedIn(house, guest)
      await expect.poll(page).toBe(false)
      await expect.poll(() => statuses(guest)).toEqual([401, 401])
    },
    {
      keycloak:
        'the renewals of that client end; it tells nobody, so that access tokens go on until their `exp`',
    },
  )

  test('a session of the command line, which has no server of its own, is over everywhere', async () => {
    const changes = { redirect_uri: 'http://127.0.0.1:4003/callback' }
    const { access: token } = await signIn(house.engine, 'cli', 'leila-driver', { changes })
    const guest = { token, session: String(claimsOf(token)['sid']) }
    expect(await statuses(guest)).toEqual([200, 200])
    await endInside(house, guest)
    await expect.poll(() => statuses(guest)).toEqual([401, 401])
  })

  test('a copy that the store does not reach hears of it when it does', async () => {
    const [first, second] = house.copies
    const guest = await welcome(house, 'omid-joint')
    house.valkey.pause()
    try {
      await signOutEverywhere(house, guest)
      await expect.poll(() => statusAt(first, guest)).toBe(401)
      expect(await statusAt(second, guest)).toBe(200)
    } finally {
      house.valkey.resume()
    }
    await expect.poll(() => statusAt(second, guest)).toBe(401)
  })

  capability(
    name,
    'browsers alone come by its public address; all else goes by an inner one',
    async () => {
      const { asked = [] } = house.front ?? {}
      asked.length = 0
      const guest = await signInAtPage(house, 'ali-arabic')
      await signOutEverywhere(house, guest)
      const { realm } = house.engine
      const ends = asked.map((path) => path.replace(`/realms/${realm}/`, ''))
      expect(new Set(ends)).toEqual(
        new Set(['protocol/openid-connect/auth', 'login-actions/authenticate']),
      )
    },
    { embedded: 'it has one address' },
  )
})
