// One variant on all its gateways: floors are told their calls, every gateway is warmed up, then rounds in which each has
// one window.

import { setTimeout as pause } from 'node:timers/promises'

import type { Contender } from './contender.ts'
import type { FloorWork } from './floor.ts'
import { Load } from './load.ts'
import type { SubgraphServer } from './subgraph-server.ts'
import type { Variant } from './variants.ts'

export interface Window {
  readonly requests: number
  readonly wrong: number
  readonly rps: number
  readonly p50: number
  readonly p99: number
  /** CPU milliseconds of one request, which is CPU seconds of a thousand. */
  readonly cpuMs: number
  /** CPU time by the clock's time: 1 is a whole processor. Less: something else was waited for. */
  readonly busy: number
  readonly callsPerRequest: number
  readonly peakMb: number
}

export interface Row {
  readonly name: string
  readonly windows: Window[]
  readonly notes: Set<string>
}

export interface Plan {
  readonly rounds: number
  readonly windowMs: number
  readonly warmMs: number
  /** performance.now() after which nothing more is begun. */
  readonly until: number
}

const SETTLE_MS = 150
const WARM_UP = 200

export async function measure(
  variant: Variant,
  {
    contenders,
    server,
    plan,
  }: { contenders: readonly Contender[]; server: SubgraphServer; plan: Plan },
): Promise<readonly Row[]> {
  const idle = await prepareFloors(variant, contenders, server)
  server.delayMs = variant.delayMs ?? 0
  const ready = contenders.filter((contender) => !idle.includes(contender))
  const lanes = ready.map((contender) => new Lane(variant, contender, server))
  try {
    for (const lane of lanes) {
      if (performance.now() < plan.until) await lane.warmUp(plan.warmMs)
    }
    for (let round = 0; round < plan.rounds; round += 1) {
      // Every other round runs backwards, so that nobody always follows the same neighbour.
      await measureRound(round % 2 === 0 ? lanes : lanes.toReversed(), plan)
    }
  } finally {
    for (const lane of lanes) lane.close()
    server.delayMs = 0
  }
  return lanes.map(({ row }) => row)
}

async function measureRound(lanes: readonly Lane[], { windowMs, until }: Plan): Promise<void> {
  for (const lane of lanes) {
    if (performance.now() < until) await lane.measure(windowMs)
  }
}

class Lane {
  readonly row: Row
  readonly #contender: Contender
  readonly #server: SubgraphServer
  readonly #load: Load
  readonly #warmUp: number
  #broken = false

  constructor(variant: Variant, contender: Contender, server: SubgraphServer) {
    this.row = { name: contender.kind.name, windows: [], notes: new Set() }
    this.#contender = contender
    this.#server = server
    this.#warmUp = variant.warmUp ?? WARM_UP
    const requests = variant.requests(() => this.row.notes.add('keys in another order'))
    // A floor's answer is always the same bytes, whatever is asked.
    const floor = contender.kind.family === 'floor'
    const next = floor ? () => ({ ...requests(), check: () => true }) : requests
    this.#load = new Load({ url: contender.url, concurrency: variant.concurrency, next })
    contender.forgetPeak()
  }

  async warmUp(ms: number): Promise<void> {
    await this.#load.open()
    const { requests, wrong, sample } = await this.#load.run(ms, this.#warmUp)
    if (wrong === 0) return
    this.row.notes.add(`${wrong} of ${requests} wrong while warming up: ${sample}`)
    this.#broken = wrong > requests / 2
  }

  async measure(ms: number): Promise<void> {
    if (this.#broken) return
    await this.#load.open()
    await pause(SETTLE_MS)
    const cpu = this.#contender.cpuMs()
    const { calls } = this.#server
    const from = performance.now()
    const { requests, wrong, sample, rps, latencies } = await this.#load.run(ms)
    const tookMs = performance.now() - from
    await pause(SETTLE_MS)
    const spentMs = this.#contender.cpuMs() - cpu
    if (wrong > 0) this.row.notes.add(`${wrong} of ${requests} wrong: ${sample}`)
    this.row.windows.push({
      requests,
      wrong,
      rps,
      p50: at(latencies, 0.5),
      p99: at(latencies, 0.99),
      cpuMs: spentMs / requests,
      busy: spentMs / tookMs,
      callsPerRequest: (this.#server.calls - calls) / requests,
      peakMb: this.#contender.peakMb(),
    })
  }

  close(): void {
    this.#load.close()
  }
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Tells every floor its calls, as the gateway makes them that it belongs to. Those without that gateway are returned. */
async function prepareFloors(
  { sample }: Variant,
  contenders: readonly Contender[],
  server: SubgraphServer,
): Promise<readonly Contender[]> {
  const idle: Contender[] = []
  const orders = new Map<Contender, string>()
  for (const floor of contenders) {
    const { callsOf } = floor.kind
    const model = contenders.find(({ kind }) => kind.name === callsOf)
    if (callsOf === undefined) continue
    const order = model && (orders.get(model) ?? (await orderFrom(model, sample, server)))
    if (model === undefined || order === undefined) {
      idle.push(floor)
      continue
    }
    orders.set(model, order)
    await post(floor.url, 'PUT', order)
  }
  return idle
}

/** Undefined: it refuses the request. */
async function orderFrom(
  { url }: Contender,
  { body, answer }: Variant['sample'],
  server: SubgraphServer,
): Promise<string | undefined> {
  const waves = await server.record(() => post(url, 'POST', body))
  if (waves.length === 0) return undefined
  const work: FloorWork = { origin: server.origin, waves, answer: JSON.stringify(answer) }
  return JSON.stringify(work)
}

async function post(url: URL, method: string, body: string): Promise<void> {
  const reply = await fetch(url, { method, headers: { 'content-type': 'application/json' }, body })
  await reply.text()
}
