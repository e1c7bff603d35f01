// What joining, batching and keeping save, in calls: counts, which the machine's load does not change much.

import { tableOf } from '../figures.ts'
import { readKnownValues } from './known-values.ts'
import type { Learnt } from './learn.ts'
import { startLoad } from './load.ts'
import { Users, type UsersOptions } from './users.ts'
import { pause, WELL } from './windows.ts'
import type { Change, Gateway, World } from './world.ts'

export interface Saving {
  readonly world: World
  readonly learnt: Learnt
  readonly usersOf: (gateway: Gateway, seed: number) => UsersOptions
  readonly windowMs: number
  readonly say: (text: string) => void
}

/** The same load with what is declared, and where every query declares a freshness; each with one system dead at its end. */
export async function showSaved(saving: Saving): Promise<void> {
  const { world, learnt, usersOf, windowMs, say } = saving
  const rows: string[][] = []
  const dead = learnt.asked.includes('nocr-person') ? 'nocr-person' : (learnt.asked[0] ?? '')
  for (const [name, change] of [
    ['nothing is kept', declaring(undefined)],
    ['as the systems declare', undefined],
    ['every query fresh for a minute', declaring('1m')],
  ] as const) {
    const gateway = await world.openGateway(change)
    const options = usersOf(gateway, 2)
    // Asked more often, so that questions come again while their answers are fresh.
    const load = await startLoad({ ...options, thinkMs: options.thinkMs / 4 })
    await pause(windowMs)
    const from = { calls: await callsOf(world), counts: await gateway.counts() }
    await pause(windowMs)
    const calls = (await callsOf(world)) - from.calls
    const counts = difference(await gateway.counts(), from.counts)
    await world.proxies.get(dead)?.set('dead')
    load.enter('dead')
    await pause(windowMs)
    load.enter(undefined)
    const samples = await load.end()
    await world.proxies.get(dead)?.set('none')
    const touched = samples.filter(({ mixture }) =>
      learnt.mixtures[mixture]?.touches.includes(dead),
    )
    const whole = touched.filter(({ codes }) => codes.every((code) => !code.startsWith(dead)))
    const { asked = 0, joined = 0, cache_hit: kept = 0 } = counts
    const ratio = (calls / asked).toFixed(2)
    const stale = `${whole.length} of ${touched.length}`
    rows.push([name, ...[asked, joined, kept, calls].map(String), ratio, stale])
    await gateway.close()
  }
  const head = ['declared', 'questions', 'joined', 'kept', 'calls', 'calls ÷ questions']
  say(`\n## Calls saved, the same load\n`)
  say(tableOf([[...head, `whole while ${dead} is dead`], ...rows]))
}

const COMPANIES = 8

/** Equal requests at once, and many keys in one request. */
export async function showJoined({ world, learnt, say }: Saving, gateway: Gateway): Promise<void> {
  const graphql = gateway.graphql.href
  const users = new Users({ graphql, users: 64, thinkMs: 0, citizens: [], mixtures: [], seed: 0 })
  const [citizen] = learnt.citizens
  if (citizen === undefined) return
  const calls = async (system: string) => (await world.switches.calls())[system] ?? 0
  // Another text each time: the gateway itself answers equal ones once.
  const equal = Array.from({ length: 20 }, (_, n) => `{ me { insurance { totalDays } } } #${n}`)
  const askAll = () =>
    Promise.all(equal.map((document) => users.ask(citizen, { document, needs: [], touches: [] })))
  await askAll()
  await world.switches.set('tamin-history', { latency: 500 })
  const [first = ''] = equal
  const before = await calls('tamin-history')
  await users.ask(citizen, { document: first, needs: [], touches: [] })
  const one = await calls('tamin-history')
  await askAll()
  const all = (await calls('tamin-history')) - one
  say(`\n20 equal questions of one person at once: ${all} calls; one alone: ${one - before}`)
  await world.switches.set('tamin-history', WELL)
  const ids = (await readKnownValues()).get('legalNationalId')?.slice(0, COMPANIES) ?? []
  const parts = ids.map(
    (id, n) => `c${n}: legalPerson(legalNationalId: "${id}") { address { city } }`,
  )
  const many = await calls('post-gnaf')
  await users.ask(citizen, { document: `{ ${parts.join(' ')} }`, needs: [], touches: [] })
  say(
    `Addresses of ${ids.length} companies in one request: ${(await calls('post-gnaf')) - many} calls`,
  )
  await users.end()
}

function declaring(freshness: string | undefined): Change {
  return (settings) => {
    const operations = Object.entries(Object(settings['operations'])).map(([name, operation]) => {
      const { freshness: _, stale: __, refresh: ___, ...rest } = Object(operation)
      const isKept = freshness !== undefined && rest.kind === 'query'
      return [name, isKept ? { ...rest, freshness, stale: '1h' } : rest]
    })
    return { ...settings, operations: Object.fromEntries(operations) }
  }
}

export async function callsOf({ switches }: World): Promise<number> {
  return Object.values(await switches.calls()).reduce((sum, calls) => sum + calls, 0)
}

export function difference(
  to: Readonly<Record<string, number>>,
  from: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(to).map(([kind, n]) => [kind, n - (from[kind] ?? 0)]))
}
