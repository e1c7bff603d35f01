// What a gateway counts, for Prometheus. All of it is seen from outside: finished requests, links, and numbers that others
// keep anyway and that are read when somebody asks. Labels are from closed lists (kinds, codes, reasons, stages) or name
// what the supergraph names; never a text, a name or an id that a client chose.

import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

import type { Answer, RequestContext } from '../../schema/context.ts'
import type { SystemHealth } from '../../schema/subgraph.ts'
import {
  Counter,
  type Distribution,
  Gauge,
  Histogram,
  type Metric,
  type Snapshot,
} from './metric.ts'
import { codesOf, type Observed, reasonOf, type Seen } from './request-line.ts'
import { systemGauges } from './system-gauges.ts'

interface Sent {
  readonly context: RequestContext
}

interface Link<Request extends Sent> {
  readonly name: string
  send(request: Request): Promise<Answer>
}

/** Numbers that others keep. */
export interface Sources {
  readonly systems: () => readonly SystemHealth[]
  readonly supergraph: () => { readonly hash: string; readonly loadedAt: string }
  readonly knownOperations: () => number
  /** Answers whose parts or events still come. */
  readonly openStreams: () => number
}

export type ReloadOutcome = 'accepted' | 'refused' | 'failed' | 'unchanged'

const NANOSECONDS = 1e9
const MICROSECONDS = 1e6

export class Metrics {
  readonly #requests = new Counter({
    name: 'panjareh_requests_total',
    help: 'Answered GraphQL requests. Outcome: ok, partial (some fields failed), refused (the client can mend it), failed, gone.',
    labels: ['kind', 'status', 'outcome'],
  })
  readonly #durations = new Histogram({
    name: 'panjareh_request_duration_seconds',
    help: 'From the request to the end of its answer.',
    labels: ['kind'],
  })
  readonly #stages = new Histogram({
    name: 'panjareh_stage_duration_seconds',
    help: 'Time in each stage of the pipeline.',
    labels: ['stage'],
  })
  readonly #refusals = new Counter({
    name: 'panjareh_refusals_total',
    help: 'Refused requests by reason.',
    labels: ['reason'],
  })
  readonly #fetches = new Counter({
    name: 'panjareh_subgraph_fetches_total',
    help: 'Answers of subgraphs by the code of their first error, or OK.',
    labels: ['subgraph', 'code'],
  })
  readonly #fetchDurations = new Histogram({
    name: 'panjareh_subgraph_fetch_duration_seconds',
    help: 'Time of a fetch, as the executor waits for it.',
    labels: ['subgraph'],
  })
  readonly #shared = new Counter({
    name: 'panjareh_shared_total',
    help: 'Calls of subgraphs, and requests of clients, that an equal one under way answered.',
    labels: ['level'],
  })
  readonly #sharedCalls = this.#shared.at('subgraph')
  readonly #sharedRequests = this.#shared.at('client')
  readonly #reloads = new Counter({
    name: 'panjareh_reloads_total',
    help: 'Attempts to load a new supergraph.',
    labels: ['outcome'],
  })
  readonly #lookups = new Counter({
    name: 'panjareh_cache_lookups_total',
    help: 'Whether checked operations and plans were known.',
    labels: ['cache', 'result'],
  })
  readonly #waiting = new Map<string, { value: number }>()
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 })
  readonly #all: readonly Metric[]
  #begun = 0
  #finished = 0

  constructor(sources: Sources) {
    this.#all = [
      this.#requests,
      this.#durations,
      this.#stages,
      this.#refusals,
      this.#fetches,
      this.#fetchDurations,
      this.#shared,
      this.#reloads,
      this.#lookups,
      ...this.#ownGauges(),
      ...gaugesOf(sources),
      ...processGauges(),
    ]
    for (const outcome of ['accepted', 'refused', 'failed']) this.#reloads.at(outcome)
  }

  begin(): void {
    this.#begun += 1
  }

  finish(observed: Observed, seen: Seen): void {
    this.#finished += 1
    const { status, startedAtMs, work, sharedWith } = observed
    const kind = work?.operation?.operation.operation ?? 'none'
    this.#requests.at(kind, String(status), outcomeOf(observed)).value += 1
    this.#durations.at(kind).observe((performance.now() - startedAtMs) / 1000)
    if (sharedWith !== undefined) this.#sharedRequests.value += 1
    this.#sharedCalls.value += work?.context?.tally?.shared ?? 0
    const reason = reasonOf(observed)
    if (reason !== undefined) this.#refusals.at(reason).value += 1
    this.#saw(seen)
  }

  #saw({ stages, caches }: Seen): void {
    for (const name in stages) this.#stages.at(name).observe((stages[name] ?? 0) / 1000)
    for (const name in caches) this.#lookups.at(name, caches[name] ?? '').value += 1
  }

  link<Request extends Sent, Wrapping extends Link<Request>>(
    link: Wrapping & Link<Request>,
  ): Wrapping {
    const { name } = link
    const duration: Distribution = this.#fetchDurations.at(name)
    const ok = this.#fetches.at(name, 'OK')
    const waiting = this.#waiting.get(name) ?? { value: 0 }
    this.#waiting.set(name, waiting)
    return {
      ...link,
      send: async (request: Request) => {
        const startedAt = performance.now()
        waiting.value += 1
        const { tally } = request.context
        if (tally !== undefined) tally.fetches += 1
        try {
          const answer = await link.send(request)
          const [first] = answer.errors ?? []
          const cell = first === undefined ? ok : this.#fetches.at(name, codeOf(first))
          cell.value += 1
          return answer
        } finally {
          waiting.value -= 1
          duration.observe((performance.now() - startedAt) / 1000)
        }
      },
    }
  }

  reloaded(outcome: ReloadOutcome): void {
    this.#reloads.at(outcome).value += 1
  }

  snapshots(): readonly Snapshot[] {
    // Begun by the first scrape, because watching wakes the process up; that scrape has nothing to tell of it yet.
    this.#loopDelay.enable()
    return this.#all.map((metric) => metric.snapshot())
  }

  close(): void {
    this.#loopDelay.disable()
  }

  #ownGauges(): readonly Metric[] {
    return [
      new Gauge({
        name: 'panjareh_requests_in_flight',
        help: 'GraphQL requests that are not answered yet.',
        read: () => [[[], this.#begun - this.#finished]],
      }),
      new Gauge({
        name: 'panjareh_subgraph_fetches_in_flight',
        help: 'Fetches that are not answered yet.',
        labels: ['subgraph'],
        read: () => [...this.#waiting].map(([name, { value }]) => [[name], value]),
      }),
      new Gauge({
        name: 'panjareh_event_loop_delay_seconds',
        help: 'How late timers came since the last look; of several workers the worst.',
        labels: ['quantile'],
        merge: 'max',
        read: () => this.#readLoopDelay(),
      }),
    ]
  }

  #readLoopDelay(): readonly (readonly [readonly string[], number])[] {
    const quantiles = ['0.5', '0.99', '1']
    const read = quantiles.map((quantile): readonly [readonly string[], number] => {
      const value = this.#loopDelay.percentile(Number(quantile) * 100)
      return [[quantile], value / NANOSECONDS]
    })
    this.#loopDelay.reset()
    return read
  }
}

function codeOf({ extensions }: NonNullable<Answer['errors']>[number]): string {
  const code = extensions?.['code']
  return typeof code === 'string' ? code : 'INTERNAL'
}

const CLIENT_GONE = 499

function outcomeOf(observed: Observed): string {
  const { status, work } = observed
  if (status === CLIENT_GONE) return 'gone'
  if (status >= 500) return 'failed'
  if (work?.refusal !== undefined || observed.code !== undefined) return 'refused'
  if (work?.answer?.data === null) return 'failed'
  return codesOf(observed) === undefined ? 'ok' : 'partial'
}

function gaugesOf({
  systems,
  supergraph,
  knownOperations,
  openStreams,
}: Sources): readonly Metric[] {
  return [
    new Gauge({
      name: 'panjareh_system_state',
      help: 'State of each system as this gateway sees it; 1 is the present one, open is an open breaker.',
      labels: ['system', 'state'],
      merge: 'max',
      read: () => systems().map(({ system, state }) => [[system, state], 1]),
    }),
    ...systemGauges(systems),
    new Gauge({
      name: 'panjareh_supergraph_info',
      help: 'The supergraph that answers now, by its hash; more than one hash means workers that differ.',
      labels: ['hash'],
      merge: 'max',
      read: () => [[[supergraph().hash], 1]],
    }),
    new Gauge({
      name: 'panjareh_supergraph_loaded_timestamp_seconds',
      help: 'When it was loaded.',
      merge: 'max',
      read: () => [[[], Date.parse(supergraph().loadedAt) / 1000]],
    }),
    new Gauge({
      name: 'panjareh_known_operations',
      help: 'Operations that a new supergraph is checked against.',
      merge: 'max',
      read: () => [[[], knownOperations()]],
    }),
    new Gauge({
      name: 'panjareh_open_streams',
      help: 'Subscriptions and deferred answers that still go on.',
      read: () => [[[], openStreams()]],
    }),
  ]
}

function processGauges(): readonly Metric[] {
  return [
    new Gauge({
      name: 'process_cpu_seconds_total',
      help: 'CPU time by user and system.',
      labels: ['mode'],
      type: 'counter',
      read: () => {
        const { user, system } = process.cpuUsage()
        return [
          [['user'], user / MICROSECONDS],
          [['system'], system / MICROSECONDS],
        ]
      },
    }),
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of all workers.',
      read: () => [[[], process.memoryUsage.rss()]],
    }),
    new Gauge({
      name: 'process_start_time_seconds',
      help: 'When the youngest worker started.',
      merge: 'max',
      read: () => [[[], Math.floor(performance.timeOrigin / 1000)]],
    }),
    new Gauge({ name: 'panjareh_workers', help: 'Answering processes.', read: () => [[[], 1]] }),
  ]
}
