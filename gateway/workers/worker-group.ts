// What several processes of one gateway do as one, in the process that watches them: one page of metrics, one supergraph.

import type { Worker } from 'node:cluster'

import type { Log } from '../../schema/log.ts'
import { EndedSessions } from '../auth/token/endings/ended-sessions.ts'
import { readEnding } from '../auth/token/endings/endings-channel.ts'
import { UsedOnce } from '../auth/token/proof/used-once.ts'
import { type Config, ConfigError } from '../config.ts'
import { mergeSnapshots } from '../observe/exposition.ts'
import type { Snapshot } from '../observe/metric.ts'
import { type MetricsServer, openMetricsServer } from '../observe/metrics-server.ts'
import { GroupReload } from './group-reload.ts'
import { type Answers, memberOf, WorkerChannel } from './worker-channel.ts'

/** A worker that takes longer than this for its numbers is left out of a scrape. */
const ANSWER_MS = 2000
/** Longer than a proof is taken (dpop-proof.ts). */
const PROOFS_KEPT_MS = 90_000

export class WorkerGroup {
  /** Those that listen, and all. */
  readonly #channels = new Map<Worker, WorkerChannel>()
  readonly #joined = new Map<Worker, WorkerChannel>()
  readonly #reloading: GroupReload
  readonly #config: Config
  readonly #ended: EndedSessions
  readonly #used = new UsedOnce({ keptMs: PROOFS_KEPT_MS })
  #metrics: MetricsServer | undefined

  constructor(config: Config, log: Log) {
    this.#config = config
    this.#ended = new EndedSessions({ longestMs: config.longestTokenMs })
    const { supergraph: file = '', reloadMs: everyMs } = config
    const members = () => [...this.#channels.values()]
    this.#reloading = new GroupReload({ file, everyMs, members, log })
  }

  /** Throws ConfigError if the port of the metrics is taken. */
  async open(): Promise<void> {
    await this.#reloading.open()
    const { metrics: at } = this.#config
    if (at === undefined) return
    try {
      this.#metrics = await openMetricsServer({
        ...at,
        read: () => this.#read(),
        health: () => this.#health(),
      })
    } catch {
      throw new ConfigError([`PANJAREH_METRICS_PORT: ${at.host}:${at.port} cannot be listened on`])
    }
  }

  get metricsUrl(): string | undefined {
    return this.#metrics && `${this.#metrics.url}/metrics`
  }

  /** As soon as it is begun. */
  join(worker: Worker): void {
    const answers: Answers = {
      supergraph: () => this.#reloading.supergraph,
      endings: () => this.#ended.all(),
      ended: (value) => this.#end(value, channel),
      used: (value) => this.#isFirstUse(value),
    }
    const channel: WorkerChannel = new WorkerChannel(worker, answers)
    worker.once('listening', () => this.#channels.set(worker, channel))
    this.#joined.set(worker, channel)
    worker.once('exit', () => {
      this.#channels.delete(worker)
      this.#joined.delete(worker)
    })
  }

  /** One that begins asks for all, and hears of the next ones even before it listens. */
  #end(value: unknown, from: WorkerChannel): void {
    const ending = readEnding(value)
    if (ending === undefined) return
    this.#ended.end(ending)
    for (const channel of this.#joined.values()) {
      if (channel !== from) void channel.ask('ended', [ending], ANSWER_MS)
    }
  }

  #isFirstUse(value: unknown): boolean | undefined {
    const [id, issuedAtMs] = [memberOf(value, 'id'), memberOf(value, 'issuedAtMs')]
    if (typeof id !== 'string' || typeof issuedAtMs !== 'number') return undefined
    return this.#used.add(id, issuedAtMs, Date.now())
  }

  reload(): void {
    void this.#reloading.reload()
  }

  async close(): Promise<void> {
    this.#reloading.close()
    await this.#metrics?.close()
  }

  /** Each worker's own; they differ only in how systems look from them. */
  async #health(): Promise<unknown> {
    const channels = [...this.#channels.values()]
    const workers = await Promise.all(
      channels.map((channel) => channel.ask('health', undefined, ANSWER_MS)),
    )
    return { workers }
  }

  async #read(): Promise<readonly Snapshot[]> {
    const channels = [...this.#channels.values()]
    const read = await Promise.all(
      channels.map((channel) => channel.ask('metrics', undefined, ANSWER_MS)),
    )
    return mergeSnapshots(read.filter(isSnapshots))
  }
}

function isSnapshots(value: unknown): value is readonly Snapshot[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && 'series' in one)
}
