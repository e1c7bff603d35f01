// One citizen, one session, all processes of the house; then the session ends in every way that there is, and is over at
// every place where it was alive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { engineNames } from '../conformance/sign-on/engines/open-engine.ts'
import { ENDINGS, reuseRefreshToken, signOutEverywhere } from './house/endings.ts'
import { isSignedIn, signInAtPage, statusAt, welcome } from './house/guest.ts'
import { type House, openHouse } from './house/open-house.ts'
import { until, watchEnding } from './house/watch-ending.ts'

/** The promise is seconds; on a machine that does other things at the same time. */
const SOON_MS = 5000

describe.each(engineNames())('with %s, a session', (name) => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(name)
    house.estate.set('tamin-history', { latency: 9000 })
  }, 120_000)
  afterAll(() => house?.close())

  test.each(ENDINGS)(
    'is over everywhere when $name',
    async (ending) => {
      const guest = await welcome(house, 'mina-joint')
      const other = await welcome(house, 'omid-joint')
      const statuses = house.copies.map((copy) => statusAt(copy, guest))
      expect(await Promise.all(statuses)).toEqual([200, 200])
      const { tookMs, streams } = await watchEnding(house, guest, ending)
      expect(Math.max(...Object.values(tookMs)), JSON.stringify(tookMs)).toBeLessThan(SOON_MS)
      for (const stream of streams) expect(stream).not.toContain('totalDays')
      const others = house.copies.map((copy) => statusAt(copy, other))
      expect(await Promise.all(others)).toEqual([200, 200])
      expect(await isSignedIn(house, other)).toBe(true)
      await ending.undo?.(house, guest)
    },
    60_000,
  )

  // Keycloak ends only what came of the refresh token and tells nobody: access tokens go on until their `exp`.
  test.runIf(name === 'embedded')(
    'is over everywhere when a refresh token is used twice',
    async () => {
      const guest = await welcome(house, 'mina-joint')
      await reuseRefreshToken(house, guest)
      await until(async () => !(await isSignedIn(house, guest)))
      for (const copy of house.copies)
        await until(async () => (await statusAt(copy, guest)) === 401)
    },
  )

  test('hears of it late at a copy that the store does not reach, and then ends there', async () => {
    const [first, second] = house.copies
    const guest = await welcome(house, 'omid-joint')
    house.valkey.pause()
    try {
      await signOutEverywhere(house, guest)
      await until(async () => (await statusAt(first, guest)) === 401)
      expect(await statusAt(second, guest)).toBe(200)
    } finally {
      house.valkey.resume()
    }
    await until(async () => (await statusAt(second, guest)) === 401)
  }, 40_000)

  test.runIf(name === 'keycloak')(
    'takes browsers alone through the front door: all else is asked inside',
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
  )
})
