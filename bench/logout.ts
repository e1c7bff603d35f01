// How long after a click a session is over, at each place where it was alive: the whole house as processes (two copies of
// the gateway, the portal's server, a store, a database), on both sign-on engines. Prints Markdown; ends by itself. Keycloak
// has to run (`npm run keycloak` and PANJAREH_TEST_KEYCLOAK=http://localhost:8080); without it the embedded engine alone.
//
// node bench/logout.ts [--rounds N]

import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import type { EngineName } from '../test/conformance/sign-on/engine.ts'
import { engineNames } from '../test/conformance/sign-on/engines/open-engine.ts'
import { ENDINGS, signOutEverywhere } from '../test/journeys/house/endings.ts'
import { statusAt, welcome } from '../test/journeys/house/guest.ts'
import { type House, openHouse } from '../test/journeys/house/open-house.ts'
import { PLACES, until, type Watched, watchEnding } from '../test/journeys/house/watch-ending.ts'
import { spreadText, tableOf } from './figures.ts'

/** In turn, so that no person is locked out or remembered from the round before. */
const PEOPLE = ['mina-joint', 'omid-joint', 'ali-arabic', 'zahra-zero', 'leila-driver', 'jalal-bus']
/** The deferred part must not come before the end; longer than any round takes. */
const SLOW_MS = 9000
/** How long the store does not answer. */
const STILL_MS = 1000

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '11' } } })
for (const name of engineNames()) await run(name, Number(values.rounds))

async function run(name: EngineName, rounds: number): Promise<void> {
  await using rooms = new AsyncDisposableStack()
  const house = await openHouse(name)
  rooms.defer(() => house.close())
  house.estate.set('tamin-history', { latency: SLOW_MS })
  say(
    `\n${name}, ${house.valkey.kind} between the copies, ${rounds} rounds, ms: median (least–most)\n`,
  )
  const rows = [['', ...PLACES]]
  for (const ending of ENDINGS) {
    const watched: Watched[] = []
    // The first is for warming up.
    for (let round = 0; round <= rounds; round += 1) {
      const guest = await welcome(house, PEOPLE[round % PEOPLE.length] ?? '')
      const one = await watchEnding(house, guest, ending)
      if (round > 0) watched.push(one)
      await ending.undo?.(house, guest)
    }
    const cells = PLACES.map((place) => spreadText(watched.map(({ tookMs }) => tookMs[place])))
    rows.push([ending.name, ...cells])
  }
  say(tableOf(rows))
  const back = await whileTheStoreStandsStill(house, rounds)
  say(`\nThe store stands still for ${STILL_MS} ms; the second copy after it is back: ${back} ms`)
}

/** The second copy hears of it only through the store. */
async function whileTheStoreStandsStill(house: House, rounds: number): Promise<string> {
  const tookMs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const guest = await welcome(house, PEOPLE[round % PEOPLE.length] ?? '')
    house.valkey.pause()
    await signOutEverywhere(house, guest)
    await wait(STILL_MS)
    house.valkey.resume()
    const from = performance.now()
    await until(async () => (await statusAt(house.copies[1], guest)) === 401)
    tookMs.push(performance.now() - from)
  }
  return spreadText(tookMs)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
