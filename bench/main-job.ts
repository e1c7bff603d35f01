// What the gateway costs on the main job (`npm run bench`): the estate and the gateway as processes of their own, one
// citizen's query over six and over eight systems, each beside the same systems asked without the gateway, in interleaved
// rounds. Prints tables; ends by itself.

import { availableParallelism, cpus } from 'node:os'

import { type Estate, startEstate } from '../deploy/embedded/estate.ts'
import { invariant } from '../schema/errors.ts'
import { type Direct, openDirect, type Together } from './direct.ts'
import { medianOf, spreadText, tableOf } from './figures.ts'
import { type Asked, type GatewayProcess, startGateway } from './gateway-process.ts'
import { openIssuer } from './issuer.ts'
import { planText } from './plan-text.ts'
import { EIGHT, NATIONAL_ID, type Query, QUESTIONS, SINGLES, SIX } from './questions.ts'
import { openSwitches, type Switches } from './switches.ts'

interface Bench {
  readonly estate: Estate
  readonly switches: Switches
  readonly gateway: GatewayProcess
  readonly direct: Direct
}

/** Two rounds at once where systems are slow: the processors idle, and cra-shahkar takes two calls at a time. */
const SLOW = { rounds: 50, lanes: 2 }
const FAST = { rounds: 100, lanes: 1 }
const WARM_UP = 30
const CPU_BLOCKS = 3
const CPU_REQUESTS = 100
const AT_ONCE = 16
const EVEN_MS = 50

/** One system of each kind of trouble; all three are among the six. */
const TROUBLE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'tamin-history': { down: true },
  'vazife-status': { window: 'on' },
  'rmto-smartcard': { garbage: true },
}

const rooms = new AsyncDisposableStack()
try {
  await run(await open())
} finally {
  await rooms.disposeAsync()
}

async function open(): Promise<Bench> {
  const issuer = await openIssuer()
  rooms.defer(() => issuer.close())
  const estate = await startEstate()
  rooms.defer(() => estate.close())
  const environment = { ...estate.environment, PANJAREH_ISSUER: issuer.issuer }
  const from = performance.now()
  const gateway = await startGateway(environment, await issuer.tokenOf(NATIONAL_ID))
  rooms.defer(() => gateway.close())
  say(`gateway ready in ${((performance.now() - from) / 1000).toFixed(1)} s`)
  const direct = await openDirect(estate.environment, QUESTIONS)
  rooms.defer(() => direct.close())
  return { estate, switches: openSwitches(estate.control), gateway, direct }
}

async function run(bench: Bench): Promise<void> {
  const { gateway, switches } = bench
  say(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`)
  const before = await gateway.memory()
  await setAll(bench, { latency: 0 })
  await warmUp(bench)
  say(`\n## Plan of the eight-system query\n\n${await planText(EIGHT.text)}`)

  await switches.reset()
  report("With the systems' own latencies", await compare(bench, SLOW))
  await setAll(bench, { latency: 0 })
  report('With latency 0', await compare(bench, FAST))
  await reportCost(bench)
  await reportTrouble(bench)

  const after = await gateway.memory()
  say(
    `\nRSS of the gateway: ${before.rssMb.toFixed(0)} MB at start, ${after.rssMb.toFixed(0)} MB at the end, ${after.peakMb.toFixed(0)} MB at most`,
  )
}

async function warmUp({ gateway, direct }: Bench): Promise<void> {
  for (const query of [SIX, EIGHT, ...SINGLES]) {
    const { errors, data } = await gateway.ask(query.text)
    invariant(errors.length === 0, `${query.name} is answered whole: ${JSON.stringify(errors)}`)
    invariant(!JSON.stringify(data).includes(':null'), `${query.name} has every value`)
  }
  for (let n = 0; n < WARM_UP; n += 1) {
    await Promise.all([SIX, EIGHT, ...SINGLES].map(({ text }) => gateway.ask(text)))
    await direct.together(QUESTIONS)
  }
}

async function setAll({ estate, switches }: Bench, change: Record<string, unknown>): Promise<void> {
  await Promise.all(estate.systems.map(({ id }) => switches.set(id, change)))
}

// --- Whole queries beside single calls

/** Milliseconds, round by round. */
interface Compared {
  readonly wholes: ReadonlyMap<Query, Sample[]>
  readonly viaGateway: ReadonlyMap<string, number[]>
  readonly direct: ReadonlyMap<string, number[]>
}

interface Sample {
  readonly whole: number
  /** The same systems asked side by side without the gateway, next in the same round. */
  readonly floor: Together
}

async function compare(
  { gateway, direct }: Bench,
  { rounds, lanes }: typeof SLOW,
): Promise<Compared> {
  const wholes = new Map<Query, Sample[]>([
    [SIX, []],
    [EIGHT, []],
  ])
  const viaGateway = new Map(QUESTIONS.map(({ system }): [string, number[]] => [system, []]))
  const alone = new Map(QUESTIONS.map(({ system }): [string, number[]] => [system, []]))
  const round = async () => {
    for (const [query, samples] of wholes) {
      const { tookMs: whole } = await wholeOf(gateway, query)
      samples.push({ whole, floor: await direct.together(questionsOf(query)) })
    }
    if (lanes > 1) {
      // Slow systems: asked side by side, so that a round is not the sum of all of them.
      const asked = await Promise.all(SINGLES.map((query) => wholeOf(gateway, query)))
      for (const [index, { tookMs }] of asked.entries()) {
        viaGateway.get(SINGLES[index]!.name)!.push(tookMs)
      }
      const { each } = wholes.get(EIGHT)!.at(-1)!.floor
      for (const [system, tookMs] of each) alone.get(system)!.push(tookMs)
      return
    }
    for (const [index, question] of QUESTIONS.entries()) {
      viaGateway.get(question.system)!.push((await wholeOf(gateway, SINGLES[index]!)).tookMs)
      alone.get(question.system)!.push(await direct.call(question))
    }
  }
  await inLanes(rounds, lanes, round)
  return { wholes, viaGateway, direct: alone }
}

/** An answer with an error in it is not what is measured here. */
async function wholeOf(gateway: GatewayProcess, { name, text }: Query): Promise<Asked> {
  const asked = await gateway.ask(text)
  invariant(asked.errors.length === 0, `${name} is answered whole`)
  return asked
}

function questionsOf({ systems }: Query) {
  return QUESTIONS.filter(({ system }) => systems.includes(system))
}

function report(title: string, { wholes, viaGateway, direct }: Compared): void {
  const slowest = ({ systems }: Query) =>
    Math.max(...systems.map((id) => medianOf(direct.get(id)!)))
  const sum = ({ systems }: Query) =>
    systems.reduce((all, id) => all + medianOf(direct.get(id)!), 0)
  const rows = [...wholes].map(([query, samples]) => {
    const whole = medianOf(samples.map((each) => each.whole))
    const floor = medianOf(samples.map((each) => each.floor.tookMs))
    return [
      query.name,
      spreadText(samples.map((each) => each.whole)),
      spreadText(samples.map((each) => each.floor.tookMs)),
      slowest(query).toFixed(1),
      sum(query).toFixed(1),
      ratio(whole, slowest(query)),
      ratio(whole, sum(query)),
      ratio(whole, floor),
    ]
  })
  say(`\n## ${title}: median (least–most) in ms\n`)
  const head = [
    'query',
    'through the gateway',
    'same calls without it',
    'slowest single call',
    'sum of calls',
    '÷ slowest',
    '÷ sum',
    '÷ without gateway',
  ]
  say(tableOf([head, ...rows]))
  const singles = QUESTIONS.map(({ system, after }) => [
    after === undefined ? system : `${system} (after ${after})`,
    spreadText(direct.get(system)!),
    spreadText(viaGateway.get(system)!),
  ])
  say(
    `\n${tableOf([['system alone', 'adapter, no gateway', 'field through the gateway'], ...singles])}`,
  )
}

function ratio(of: number, to: number): string {
  return (of / to).toFixed(2)
}

// --- What a request costs the gateway's processor

async function reportCost({ gateway }: Bench): Promise<void> {
  const rows: string[][] = []
  for (const query of [EIGHT, SINGLES[0]!]) {
    for (const lanes of [1, AT_ONCE]) rows.push(await costOf(gateway, query, lanes))
  }
  say(`\n## Cost to the gateway's process, latency 0, ${CPU_BLOCKS} × ${CPU_REQUESTS} requests\n`)
  say(tableOf([['query', 'at once', 'CPU ms/request', 'requests/s', 'ms'], ...rows]))
}

async function costOf(gateway: GatewayProcess, query: Query, lanes: number): Promise<string[]> {
  const cpu: number[] = []
  const rate: number[] = []
  const took: number[] = []
  for (let block = 0; block < CPU_BLOCKS; block += 1) {
    const from = { at: performance.now(), cpu: await gateway.cpuMs() }
    await inLanes(CPU_REQUESTS, lanes, async () =>
      took.push((await gateway.ask(query.text)).tookMs),
    )
    cpu.push(((await gateway.cpuMs()) - from.cpu) / CPU_REQUESTS)
    rate.push(CPU_REQUESTS / ((performance.now() - from.at) / 1000))
  }
  return [query.name, `${lanes}`, spreadText(cpu), medianOf(rate).toFixed(0), spreadText(took)]
}

// --- With systems in trouble

async function reportTrouble(bench: Bench): Promise<void> {
  const { gateway, direct, switches } = bench
  await setAll(bench, { latency: EVEN_MS })
  const healthy = new Map<Query, number[]>([SIX, EIGHT].map((query) => [query, []]))
  const healthyFloors = new Map<Query, number[]>([SIX, EIGHT].map((query) => [query, []]))
  await inLanes(SLOW.rounds, SLOW.lanes, async () => {
    await askAll(gateway, healthy)
    for (const [query, floor] of healthyFloors) {
      floor.push((await direct.together(questionsOf(query))).tookMs)
    }
  })
  for (const [system, change] of Object.entries(TROUBLE)) await switches.set(system, change)
  const first = await gateway.ask(SIX.text)
  const troubled = new Map<Query, number[]>([SIX, EIGHT].map((query) => [query, []]))
  const floors = new Map<Query, number[]>([SIX, EIGHT].map((query) => [query, []]))
  await inLanes(SLOW.rounds, SLOW.lanes, async () => {
    await askAll(gateway, troubled)
    for (const [query, floor] of floors) {
      const well = questionsOf(query).filter(({ system }) => !(system in TROUBLE))
      floor.push((await direct.together(well)).tookMs)
    }
  })
  const last = await gateway.ask(SIX.text)
  const rows = [SIX, EIGHT].map((query) => [
    query.name,
    spreadText(healthy.get(query)!),
    spreadText(healthyFloors.get(query)!),
    spreadText(troubled.get(query)!),
    spreadText(floors.get(query)!),
    ratio(medianOf(healthy.get(query)!), medianOf(healthyFloors.get(query)!)),
    ratio(medianOf(troubled.get(query)!), medianOf(floors.get(query)!)),
  ])
  say(`\n## One down, one in its window, one answering HTML; every system at ${EVEN_MS} ms\n`)
  const head = [
    'query',
    'all well',
    'all well, without gateway',
    'three in trouble',
    'the others, without gateway',
    'well: ÷ without gateway',
    'trouble: ÷ without gateway',
  ]
  say(tableOf([head, ...rows]))
  say(`first answer in trouble after ${first.tookMs.toFixed(1)} ms: ${told(first)}`)
  say(`last answer in trouble after ${last.tookMs.toFixed(1)} ms: ${told(last)}`)
}

async function askAll(gateway: GatewayProcess, into: ReadonlyMap<Query, number[]>): Promise<void> {
  for (const [query, times] of into) times.push((await gateway.ask(query.text)).tookMs)
}

function told({ errors, data }: Asked): string {
  const { me } = data
  invariant(typeof me === 'object' && me !== null, 'the person is answered')
  const answered = Object.entries(me).filter(([, value]) => value !== null)
  const codes = errors.map(
    ({ path, extensions = {} }) => `${path?.join('.')} ${String(extensions['code'])}`,
  )
  return `${answered.length} of ${Object.keys(me).length} fields answered; ${codes.join(', ')}`
}

// --- Running and printing

async function inLanes(count: number, lanes: number, work: () => Promise<unknown>): Promise<void> {
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
