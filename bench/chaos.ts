// A world in which one system after the other is slow, dead, hangs, answers garbage or half an answer, fails one call in
// ten or takes only a few calls, while two hundred citizens ask. No value may be wrong, and no question may wait for a
// system that it does not touch. Prints Markdown; ends by itself, with 1 if a value was wrong.
//
// node bench/chaos.ts [--quick] [--minutes N] [--users N] [--think MS] [--only ID,ID] [--faults NAME,NAME]
//
// Every system is in every trouble once, in windows of a length that fills the minutes; with --quick in one of them.

import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'

import { readPopulation } from '../test/estate/personas.ts'
import { learn, type Learnt } from './chaos/learn.ts'
import { startLoad } from './chaos/load.ts'
import { reportAll } from './chaos/report.ts'
import { callsOf, difference, type Saving, showJoined, showSaved } from './chaos/saved.ts'
import type { UsersOptions } from './chaos/users.ts'
import { type FaultKind, FAULTS, pause, sicken, WELL } from './chaos/windows.ts'
import { type Gateway, openWorld, type World } from './chaos/world.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    users: { type: 'string', default: '200' },
    think: { type: 'string', default: '4000' },
    only: { type: 'string' },
    faults: { type: 'string' },
  },
})
const QUICK_MINUTES = 0.75
const WHOLE_MINUTES = 6.5
const WARM_UP_MS = values.quick ? 2_000 : 6_000

interface Trouble {
  readonly system: string
  readonly fault: FaultKind
}

const rooms = new AsyncDisposableStack()
try {
  await run()
} finally {
  await rooms.disposeAsync()
}

async function run(): Promise<void> {
  say(`# Chaos run\n`)
  const { personas } = await readPopulation()
  const world = await openWorld(personas)
  rooms.defer(() => world.close())
  const gateway = await world.openGateway()
  rooms.defer(() => gateway.close())
  for (const system of world.systems) await world.switches.set(system, { latency: 0 })
  const from = performance.now()
  const learnt = await learn({ world, gateway, personas })
  for (const system of world.systems) await world.switches.set(system, WELL)
  say(
    `Learnt in ${Math.round((performance.now() - from) / 1_000)} s what is asked and what is right`,
  )
  const troubles = troublesOf(world, learnt)
  const minutes = Number(values.minutes ?? (values.quick ? QUICK_MINUTES : WHOLE_MINUTES))
  const units = troubles.reduce((sum, { fault }) => sum + fault.weight + 1, 1)
  const windowMs = Math.round((minutes * 60_000) / units)
  tellOfRun(learnt, { personas: personas.length, troubles: troubles.length, windowMs })
  const usersOf = (to: Gateway, seed: number): UsersOptions => ({
    graphql: to.graphql.href,
    users: Number(values.users),
    thinkMs: Number(values.think),
    citizens: learnt.citizens,
    mixtures: learnt.mixtures,
    seed,
  })
  const saving: Saving = {
    world,
    learnt,
    usersOf,
    windowMs: 5_000,
    say,
  }
  await showJoined(saving, gateway)
  await chaos({ world, gateway, learnt, troubles, windowMs, usersOf })
  // A short run has too few equal questions to save any.
  if (!values.quick) await showSaved(saving)
  say(
    `\nLoad average at the end ${loadavg()[0]?.toFixed(1)}; ${Math.round(performance.now() / 1_000)} s in all`,
  )
}

/** Faults outside, systems inside: a system has come back before it is its turn again. */
function troublesOf(world: World, { asked }: Learnt): readonly Trouble[] {
  const only = values.only?.split(',') ?? asked
  const wanted = values.faults?.split(',') ?? ['']
  const faults = FAULTS.filter(({ name }) => wanted.some((each) => name.startsWith(each)))
  const all = faults.flatMap((fault, turn) =>
    asked
      .filter((system) => only.includes(system))
      .map((system, place) => ({ system, fault, isQuick: place % faults.length === turn })),
  )
  return all.filter(({ system, fault, isQuick }) => {
    const canBe = fault.wire !== 'limited' || world.proxies.get(system)?.canLimit === true
    return canBe && (isQuick || !values.quick)
  })
}

interface Running {
  readonly world: World
  readonly gateway: Gateway
  readonly learnt: Learnt
  readonly troubles: readonly Trouble[]
  readonly windowMs: number
  readonly usersOf: (gateway: Gateway, seed: number) => UsersOptions
}

async function chaos(running: Running): Promise<void> {
  const { world, gateway, learnt, usersOf } = running
  const load = await startLoad(usersOf(gateway, 1))
  await pause(WARM_UP_MS)
  const before = await gateway.memory()
  const from = { calls: await callsOf(world), counts: await gateway.counts() }
  const { windows, recoveries } = await sicken({ ...running, load })
  const calls = (await callsOf(world)) - from.calls
  const counts = difference(await gateway.counts(), from.counts)
  const samples = await load.end()
  const after = await gateway.memory()
  const { mixtures } = learnt
  const told = { samples, mixtures, windows, recoveries, calls, counts, before, after, say }
  if (reportAll(told) > 0) process.exitCode = 1
}

function tellOfRun(
  { asked, notAsked, mixtures, facts }: Learnt,
  { personas, troubles, windowMs }: { personas: number; troubles: number; windowMs: number },
): void {
  const load = loadavg()[0]?.toFixed(1)
  const left = Array.from(notAsked, ([system, why]) => `${system} (${why})`).join(', ')
  say(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}, load average ${load}`,
  )
  say(`${values.users} users who are ${personas} people, think time ${values.think} ms on average`)
  say(`${asked.length} systems asked in ${mixtures.length} documents; not asked: ${left || 'none'}`)
  say(
    `${troubles} troubles, calm windows of ${windowMs} ms between them; slow and hanging take four times that`,
  )
  say(`${facts} values of the calm answers held against the population`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
