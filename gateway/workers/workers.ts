// Several processes behind one port. The first one shows whether the configuration is good; the others follow. One that
// dies is replaced, later each time if it dies soon. Nothing of a request passes through here but its connection.

import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Log } from '../../schema/log.ts'

export interface WorkersOptions {
  /** The program that each process runs; it calls `joinWorkers`. */
  readonly program: string
  readonly args: readonly string[]
  readonly count: number
  /** How long a process may take to end after it was asked to. */
  readonly endMs: number
  readonly log: Log
  /** Told of each process as soon as it is begun. */
  readonly joined?: ((worker: Worker) => void) | undefined
}

/** What the processes say to each other; anything else on the channel is not ours. */
export type WorkerNews = 'ready'

const SOON_MS = 10_000
const BACKOFF_LEAST_MS = 100
const BACKOFF_MOST_MS = 10_000

export class Workers {
  readonly #options: WorkersOptions
  readonly #listening = new Set<Worker>()
  readonly #startedAtMs = new Map<Worker, number>()
  #soonDead = 0
  readonly #ending = new AbortController()
  #url = ''

  constructor(options: WorkersOptions) {
    this.#options = options
  }

  /** Gives the address when all listen; `failed` if the first one could not begin, `ended` if all were asked to end. */
  async start(): Promise<{ readonly url: string } | 'failed' | 'ended'> {
    const { program, args, count } = this.#options
    cluster.setupPrimary({ exec: program, args: [...args] })
    if (!(await this.#first())) return this.#ending.signal.aborted ? 'ended' : 'failed'
    await Promise.all(Array.from({ length: count - 1 }, () => this.#fork()))
    return this.#ending.signal.aborted ? 'ended' : { url: this.#url }
  }

  tell(news: WorkerNews): void {
    for (const worker of this.#startedAtMs.keys()) {
      if (worker.isConnected()) worker.send({ panjareh: news })
    }
  }

  /** Asks all to finish what they do, and waits until they have ended. */
  async close(): Promise<void> {
    this.#ending.abort()
    const workers = [...this.#startedAtMs.keys()]
    const last = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL')
    }, this.#options.endMs)
    await Promise.all(workers.map((worker) => this.#ended(worker)))
    clearTimeout(last)
  }

  async #ended(worker: Worker): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    worker.once('exit', () => resolve())
    if (worker.isDead()) return
    worker.process.kill('SIGTERM')
    await promise
  }

  async #first(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const worker = this.#begin()
    worker.once('listening', () => {
      worker.off('exit', onExit)
      worker.once('exit', () => void this.#died(worker))
      resolve(true)
    })
    const onExit = () => {
      this.#forget(worker)
      resolve(false)
    }
    worker.once('exit', onExit)
    return promise
  }

  /** Resolves when this one, or the one that replaced it, listens. */
  #fork(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const worker = this.#begin()
    worker.once('listening', () => resolve())
    worker.once('exit', () => void this.#died(worker).then(resolve))
    return promise
  }

  #begin(): Worker {
    const worker = cluster.fork()
    this.#startedAtMs.set(worker, performance.now())
    this.#options.joined?.(worker)
    worker.once('listening', ({ address, port }) => {
      this.#listening.add(worker)
      this.#url = urlOf(address, port)
      this.#options.log.info({ worker: worker.id, pid: worker.process.pid }, 'a worker listens')
      if (this.#listening.size >= this.#options.count) this.tell('ready')
    })
    return worker
  }

  #forget(worker: Worker): number {
    const aliveMs = performance.now() - (this.#startedAtMs.get(worker) ?? 0)
    this.#startedAtMs.delete(worker)
    this.#listening.delete(worker)
    return aliveMs
  }

  async #died(worker: Worker): Promise<void> {
    const aliveMs = this.#forget(worker)
    if (this.#ending.signal.aborted) return
    this.#soonDead = aliveMs < SOON_MS ? this.#soonDead + 1 : 0
    const waitMs = Math.min(BACKOFF_LEAST_MS * 2 ** this.#soonDead, BACKOFF_MOST_MS)
    const { exitCode, signalCode } = worker.process
    const facts = { worker: worker.id, exitCode, signal: signalCode, replacedInMs: waitMs }
    this.#options.log.error(facts, 'a worker died')
    const { signal } = this.#ending
    await sleep(waitMs, undefined, { signal }).catch(() => {})
    if (!signal.aborted) await this.#fork()
  }
}

export interface Membership {
  /** By it a process is told from others in the log. */
  readonly id: number
  /** Do all listen? Once true, it stays so. */
  readonly isReady: () => boolean
  /** Ends the process's part in the group, so that it can end. */
  readonly leave: () => void
}

/** Undefined in a process that is not one of several. */
export function joinWorkers(): Membership | undefined {
  const { worker } = cluster
  if (worker === undefined) return undefined
  let ready = false
  process.on('message', (message: unknown) => {
    const news = newsOf(message)
    if (news === 'ready') ready = true
  })
  return { id: worker.id, isReady: () => ready, leave: () => worker.process.disconnect() }
}

function newsOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null
    ? Reflect.get(message, 'panjareh')
    : undefined
}

function urlOf(address: string | null, port: number): string {
  const host = address ?? '127.0.0.1'
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
