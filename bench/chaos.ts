// A world in which one system after the other is slow, dead, hangs, answers garbage or half an answer, fails one call in
// ten or takes only a few calls, while two hundred citizens ask (`node bench/chaos.ts [--users N] [--seconds N] [--think MS]
// [--only ID,ID] [--faults NAME,NAME]`). No answer may be wrong, and no question may wait for a system that it does not
// touch. Prints Markdown; ends by itself, with 1 if a value was wrong.

import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'

import { invariant } from '../schema/errors.ts'
import { type Persona, readPopulation } from '../test/estate/personas.ts'
import type { WireFault } from './chaos/fault-proxy.ts'
import { readQuestions, type SystemQuestion } from './chaos/question.ts'
import { type Fault, type Recovery, reportAll, type SavedRow } from './chaos/report.ts'
import { checkFacts, type Json, judge, merged } from './chaos/truth.ts'
import { Users } from './chaos/users.ts'
import { type Gateway, openWorld, SUBGRAPHS, type World } from './chaos/world.ts'

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '4' },
    think: { type: 'string', default: '4000' },
    only: { type: 'string' },
    faults: { type: 'string' },
  },
})

interface FaultKind {
  readonly name: string
  readonly wire?: WireFault
  readonly switches?: Readonly<Record<string, unknown>>
}

/** What the relay does, or the simulator's own switches. */
const FAULTS: readonly FaultKind[] = [
  { name: 'slow (3 s)', switches: { latency: 3_000 } },
  { name: 'dead (refused)', wire: 'dead' },
  { name: 'hanging', wire: 'hanging' },
  { name: 'garbage', switches: { garbage: true } },
  { name: 'truncated', wire: 'truncated' },
  { name: '10 % faults', switches: { failRate: 0.1 } },
  { name: 'limited (5/s)', wire: 'limited' },
]
/** All systems alike, so that a window is not ruled by the one that is slow by nature. */
const LATENCY = [10, 40] as const
const LONGEST_RECOVERY_MS = 60_000
const TRIES = 20
const WARM_UP_MS = 8_000
const WELL = { garbage: false, failRate: 0, latency: LATENCY }

const rooms = new AsyncDisposableStack()
try {
  await run()
} finally {
  await rooms.disposeAsync()
}

async function run(): Promise<void> {
  const { personas } = await readPopulation()
  const world = await openWorld(personas)
  rooms.defer(() => world.close())
  const gateway = await world.openGateway()
  rooms.defer(() => gateway.close())
  for (const system of world.systems) await world.switches.set(system, { latency: 0 })
  const found = await readQuestions(SUBGRAPHS)
  const asked = found.filter(({ system }) => world.systems.includes(system))
  const { truths, questions, facts } = await learn({ world, gateway, personas, asked })
  const leftOut = world.systems.filter((id) => !questions.some(({ system }) => system === id))
  say(`# Chaos run\n`)
  say(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}, load average at start ${loadavg()[0]?.toFixed(1)}`,
  )
  say(
    `${values.users} users, ${personas.length} people, think time ${values.think} ms on average, windows of ${values.seconds} s`,
  )
  say(
    `${questions.length} systems asked; not within a citizen's reach: ${leftOut.join(', ') || 'none'}`,
  )
  say(`${facts} facts of the calm answers held against the population`)
  const knownUsers = (to: Gateway, seed: number) =>
    usersOf({ world, gateway: to, personas, questions, truths, seed })
  await chaos({ world, gateway, questions, users: knownUsers(gateway, 1), personas })
  await keeping({ world, knownUsers, questions, personas })
}

// --- What is right

interface Learning {
  readonly world: World
  readonly gateway: Gateway
  readonly personas: readonly Persona[]
  readonly asked: readonly SystemQuestion[]
}

/** The calm world's whole answers, system by system; a system that a citizen may not ask is not asked. */
async function learn({ world, gateway, personas, asked }: Learning) {
  const truths = new Map<string, Json>()
  const questions: SystemQuestion[] = []
  const users = usersOf({ world, gateway, personas, questions: asked, truths, seed: 0 })
  for (const question of asked) {
    const answers = await Promise.all(personas.map((persona) => answerOf(users, persona, question)))
    const failed = answers.filter((answer) => typeof answer === 'string')
    if (failed.length > 0) {
      say(`${question.system} is not asked: ${[...new Set(failed)].join(', ')}`)
      continue
    }
    questions.push(question)
    for (const [index, persona] of personas.entries()) {
      const answer = answers[index]
      invariant(answer !== undefined && typeof answer !== 'string', 'it was answered')
      truths.set(persona.nationalId, merged(truths.get(persona.nationalId), answer.me))
    }
  }
  await users.end()
  let facts = 0
  for (const persona of personas)
    facts += checkFacts(truths.get(persona.nationalId) ?? null, persona)
  return { truths, questions, facts }
}

/** Twice the same, without an error; or why not. */
async function answerOf(users: Users, persona: Persona, question: SystemQuestion) {
  let codes = ''
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const first = await users.ask(persona, [question])
    codes = first.errors.map(({ extensions = {} }) => String(extensions['code'])).join(' ')
    if (/FORBIDDEN|OPERATION/.test(codes)) return codes
    if (first.errors.length > 0) {
      await pause(50)
      continue
    }
    const second = await users.ask(persona, [question])
    const { wrong } = judge(second.me, first.me, () => true)
    if (wrong.length > 0) return `differs each time at ${wrong[0]}`
    return first
  }
  return codes
}

function usersOf({
  world,
  gateway,
  personas,
  questions,
  truths,
  seed,
}: {
  world: World
  gateway: Gateway
  personas: readonly Persona[]
  questions: readonly SystemQuestion[]
  truths: ReadonlyMap<string, Json>
  seed: number
}): Users {
  return new Users({
    graphql: gateway.graphql,
    users: Number(values.users),
    thinkMs: Number(values.think),
    personas,
    tokens: world.tokens,
    questions,
    truths,
    random: randomFrom(seed),
  })
}

// --- One system after the other

interface Running {
  readonly world: World
  readonly gateway: Gateway
  readonly questions: readonly SystemQuestion[]
  readonly users: Users
  readonly personas: readonly Persona[]
}

async function chaos(running: Running): Promise<void> {
  const { world, gateway, questions, users } = running
  for (const system of world.systems) await world.switches.set(system, WELL)
  const only = values.only?.split(',')
  const sick = questions.filter(({ system }) => only?.includes(system) ?? true)
  const faults = FAULTS.filter(
    ({ name }) => values.faults?.split(',').some((each) => name.startsWith(each)) ?? true,
  )
  users.begin()
  await pause(WARM_UP_MS)
  const before = await gateway.memory()
  const from = { calls: await callsOf(world), counts: await gateway.counts() }
  const windows: Fault[] = []
  const recoveries: Recovery[] = []
  for (const question of sick) {
    const { system } = question
    for (const fault of faults) {
      const proxy = world.proxies.get(system)
      if (proxy === undefined || (fault.wire === 'limited' && !proxy.canLimit)) continue
      const window = `${system}/${fault.name}`
      windows.push({ window, system, fault: fault.name })
      await users.during(`${window}/calm`, () => pause(windowMs()))
      await users.during(window, async () => {
        if (fault.wire !== undefined) await proxy.set(fault.wire)
        if (fault.switches !== undefined) await world.switches.set(system, fault.switches)
        await pause(windowMs())
      })
      await proxy.set('none')
      await world.switches.set(system, WELL)
      const ms = await recovered(running, question)
      recoveries.push({ system, fault: fault.name, ms })
    }
  }
  const saved: SavedRow = {
    name: 'chaos',
    calls: (await callsOf(world)) - from.calls,
    counts: difference(await gateway.counts(), from.counts),
  }
  await users.end()
  const after = await gateway.memory()
  const wrong = reportAll({
    samples: users.samples,
    windows,
    recoveries,
    saved,
    before,
    after,
    say,
  })
  if (wrong > 0) process.exitCode = 1
}

/** How long until the system is answered whole again, by a person whom nobody else asks about just now. */
async function recovered({ users, personas }: Running, question: SystemQuestion): Promise<number> {
  const from = performance.now()
  for (let turn = 0; performance.now() - from < LONGEST_RECOVERY_MS; turn += 1) {
    const persona = personas[turn % personas.length]
    invariant(persona !== undefined, 'there are people')
    const { errors } = await users.ask(persona, [question])
    if (errors.length === 0) return performance.now() - from
    await pause(100)
  }
  return Infinity
}

// --- With answers that may be kept

interface Keeping {
  readonly world: World
  readonly knownUsers: (gateway: Gateway, seed: number) => Users
  readonly questions: readonly SystemQuestion[]
  readonly personas: readonly Persona[]
}

/** The same load where every query declares a freshness; then one system after the other is dead. */
async function keeping({ world, knownUsers, questions }: Keeping): Promise<void> {
  const rows: (readonly [string, SavedRow, number, number])[] = []
  for (const [name, change] of [
    ['nothing is kept', undefined],
    ['fresh for 1 s, stale for an hour', declare('1s')],
    ['fresh for a minute, stale for an hour', declare('1m')],
  ] as const) {
    const gateway = await world.openGateway(change)
    const users = knownUsers(gateway, 2)
    users.begin()
    await pause(WARM_UP_MS)
    const from = { calls: await callsOf(world), counts: await gateway.counts() }
    await users.during('calm', () => pause(3 * windowMs()))
    const saved = {
      name,
      calls: (await callsOf(world)) - from.calls,
      counts: difference(await gateway.counts(), from.counts),
    }
    const [first] = questions
    const proxy = world.proxies.get(first?.system ?? '')
    await proxy?.set('dead')
    await users.during('dead', () => pause(2 * windowMs()))
    await proxy?.set('none')
    await users.end()
    const touched = users.samples.filter(
      ({ window, systems }) => window === 'dead' && systems.includes(first?.system ?? ''),
    )
    const failed = touched.filter(({ codes }) =>
      codes.some((code) => code.startsWith(first?.system ?? '')),
    )
    rows.push([name, saved, touched.length, touched.length - failed.length])
    await gateway.close()
  }
  say(`\n## Kept answers, the same load\n`)
  say(savedTable(rows))
}

function savedTable(rows: readonly (readonly [string, SavedRow, number, number])[]): string {
  const lines = rows.map(([name, { calls, counts }, touched, whole]) => {
    const { asked = 0, joined = 0, cache_hit: hits = 0 } = counts
    return `| ${name} | ${asked} | ${joined} | ${hits} | ${calls} | ${(calls / asked).toFixed(2)} | ${whole} of ${touched} |`
  })
  return [
    '| declared | questions | joined | kept | calls at the systems | calls ÷ questions | answered whole while the first system is dead |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

function declare(freshness: string) {
  return (settings: Record<string, unknown>): Record<string, unknown> => {
    const operations = Object.entries(Object(settings['operations'])).map(([name, operation]) => {
      const { kind } = Object(operation)
      return [name, kind === 'query' ? { ...Object(operation), freshness, stale: '1h' } : operation]
    })
    return { ...settings, operations: Object.fromEntries(operations) }
  }
}

// --- Small things

async function callsOf({ switches }: World): Promise<number> {
  return Object.values(await switches.calls()).reduce((sum, calls) => sum + calls, 0)
}

function difference(
  to: Readonly<Record<string, number>>,
  from: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(to).map(([kind, n]) => [kind, n - (from[kind] ?? 0)]))
}

function windowMs(): number {
  return Number(values.seconds) * 1_000
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** mulberry32, as the estate's own. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
