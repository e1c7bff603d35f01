// What the product adds to a call of each of the 35 systems (`node bench/estate.ts [ROUNDS]`): the same question through the
// subgraph (mapping, joining, limits, credentials, codec) and as the bare exchange of the bytes that went over the wire, by
// turns, against simulators that answer at once in a process of their own. Prints a Markdown table, writes estate-overhead.json for docs/estate.md.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { CallContext, ExchangeRequest, Transport } from '../adapters/adapter.ts'
import { openTransport, type TransportOptions } from '../adapters/transport/http.ts'
import { startEstate } from '../deploy/embedded/estate.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { loadSystems } from '../subgraphs/load.ts'
import { type Question, SUBGRAPHS, toRequest } from '../test/systems/estate-graph.ts'
import { ONE_QUESTION_EACH } from '../test/systems/one-question-each.ts'
import { medianOf, tableOf } from './figures.ts'

const ROUNDS = Number(process.argv[2] ?? 150)
const WARM_UP = 30
const CPU_BLOCKS = 5
const CPU_CALLS = 30
const OUT = path.join(import.meta.dirname, 'estate-overhead.json')
/** Nothing is kept or paced: every question is to be a call. */
const KEEPING = ['freshness', 'stale', 'refresh', 'hedgeAfter', 'public']
const Settings = Type.Object({
  limits: Type.Record(Type.String(), Type.Unknown()),
  operations: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
})

/** The way to one system, which remembers what went over it. */
interface Wire {
  readonly bare: Transport
  readonly sent: {
    readonly request: ExchangeRequest
    readonly status: number
    readonly bytes: number
  }[]
  /** Milliseconds since the last question in which at least one exchange was under way. */
  within: number
  underWay: number
  since: number
}

interface Figures {
  readonly system: string
  readonly exchanges: number
  readonly whole: number[]
  readonly raw: number[]
  readonly added: number[]
  readonly cpu: number[]
}

const rooms = new AsyncDisposableStack()
const wires = new Map<string, Wire>()
try {
  await run()
} finally {
  await rooms.disposeAsync()
}

async function run(): Promise<void> {
  const estate = await startEstate()
  rooms.defer(() => estate.close())
  for (const { id } of estate.systems) {
    await fetch(`${estate.control}/switches/${id}`, { method: 'PUT', body: '{"latency":0}' })
  }
  const secret = (variable: string): string => estate.environment[variable] ?? ''
  const subgraphs = await loadSystems(await copyFolders(), { secret, open: openWire })
  rooms.defer(async () => {
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
  })
  const rows: Figures[] = []
  for (const question of ONE_QUESTION_EACH) {
    const subgraph = subgraphs.find(({ name }) => name === question.system)
    if (subgraph !== undefined) rows.push(await measure(subgraph, question))
  }
  await tell(rows)
}

/** The folders as they are, but that no answer is kept. */
async function copyFolders(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'panjareh-estate-'))
  rooms.defer(() => rm(folder, { recursive: true }))
  for (const { system } of ONE_QUESTION_EACH) {
    await cp(path.join(SUBGRAPHS, system), path.join(folder, system), { recursive: true })
    const file = path.join(folder, system, 'system.json')
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'))
    const settings = Value.Parse(Settings, parsed)
    delete settings.limits['rate']
    for (const operation of Object.values(settings.operations)) {
      for (const key of KEEPING) delete operation[key]
    }
    await writeFile(file, JSON.stringify({ ...Object(parsed), ...settings }))
  }
  return folder
}

function openWire(options: TransportOptions): Transport {
  const bare = openTransport(options)
  const wire: Wire = { bare, sent: [], within: 0, underWay: 0, since: 0 }
  wires.set(options.system, wire)
  return {
    async exchange(request, context) {
      if (wire.underWay === 0) wire.since = performance.now()
      wire.underWay += 1
      const reply = await bare.exchange({ ...request, stream: undefined }, context)
      wire.underWay -= 1
      if (wire.underWay === 0) wire.within += performance.now() - wire.since
      wire.sent.push({ request, status: reply.status, bytes: reply.body.byteLength })
      return reply
    },
    close: () => bare.close(),
  }
}

async function measure(subgraph: Subgraph, question: Question): Promise<Figures> {
  const wire = wires.get(question.system)
  if (wire === undefined) throw new RangeError(question.system)
  // The first question also signs in, where there is a session.
  for (let round = 0; round < WARM_UP; round += 1) await ask(subgraph, question, wire)
  const exchanges = wire.sent.length
  const figures: Figures = {
    system: question.system,
    exchanges,
    whole: [],
    raw: [],
    added: [],
    cpu: [],
  }
  const again = await canRepeat(wire)
  for (let round = 0; round < ROUNDS; round += 1) {
    const took = await ask(subgraph, question, wire)
    figures.whole.push(took)
    figures.added.push(took - wire.within)
    if (again) figures.raw.push(await exchangeAgain(wire))
  }
  if (!again) return figures
  for (let block = 0; block < CPU_BLOCKS; block += 1) {
    const whole = await cpuOf(() => ask(subgraph, question, wire))
    figures.cpu.push(whole - (await cpuOf(() => exchangeAgain(wire))))
  }
  return figures
}

/** Milliseconds. */
async function ask(subgraph: Subgraph, question: Question, wire: Wire): Promise<number> {
  const { context, ...request } = toRequest(question)
  wire.sent.length = 0
  wire.within = 0
  const from = performance.now()
  const { errors } = await subgraph.execute({
    ...request,
    context: { ...context, provenance: false },
  })
  const took = performance.now() - from
  if (errors !== undefined) throw new RangeError(`${question.system}: ${JSON.stringify(errors)}`)
  return took
}

function contextOf(): CallContext {
  return { requestId: crypto.randomUUID(), traceparent: '', signal: AbortSignal.timeout(10_000) }
}

/** Milliseconds for the exchanges of the last question, one after the other. */
async function exchangeAgain({ bare, sent }: Wire): Promise<number> {
  const context = contextOf()
  const from = performance.now()
  for (const { request } of sent) await bare.exchange({ ...request, stream: undefined }, context)
  return performance.now() - from
}

/** Not where every request is signed anew: such a system refuses the same bytes twice. */
async function canRepeat({ bare, sent }: Wire): Promise<boolean> {
  for (const { request, status, bytes } of sent) {
    const reply = await bare.exchange({ ...request, stream: undefined }, contextOf())
    // Answers that hold a moment or an id of the request differ by some bytes.
    if (reply.status !== status || Math.abs(reply.body.byteLength - bytes) > 100) return false
  }
  return true
}

/** Processor microseconds of this process for each call. */
async function cpuOf(call: () => Promise<unknown>): Promise<number> {
  const from = process.cpuUsage()
  for (let count = 0; count < CPU_CALLS; count += 1) await call()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / CPU_CALLS
}

async function tell(rows: readonly Figures[]): Promise<void> {
  const overheads = rows.map(({ system, added }) => [system, Math.round(medianOf(added) * 1000)])
  const measured = new Date().toISOString().slice(0, 10)
  const file = { measured, rounds: ROUNDS, addedMicroseconds: Object.fromEntries(overheads) }
  await writeFile(OUT, `${JSON.stringify(file, undefined, 2)}\n`)
  const table = rows.map(({ system, exchanges, whole, raw, added, cpu }) => [
    system,
    String(exchanges),
    milliseconds(whole),
    milliseconds(raw),
    milliseconds(added),
    cpu.length === 0 ? '–' : medianOf(cpu).toFixed(0),
  ])
  const head = ['system', 'exchanges', 'whole, ms', 'bare, ms', 'added, ms', 'added CPU, µs']
  const all = rows.map(({ added }) => medianOf(added))
  const [cpu] = cpus()
  process.stdout.write(`${tableOf([head, ...table])}\n\n`)
  process.stdout.write(
    `Median of the systems ${medianOf(all).toFixed(2)} ms, most ${Math.max(...all).toFixed(2)} ms; `,
  )
  process.stdout.write(
    `${ROUNDS} rounds, Node ${process.version}, ${cpus().length} × ${cpu?.model}.\n`,
  )
}

function milliseconds(values: readonly number[]): string {
  return values.length === 0 ? '–' : medianOf(values).toFixed(2)
}
