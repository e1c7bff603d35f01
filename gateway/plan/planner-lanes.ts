// All that one engine is asked, so that no document holds up the others for long. One process plans, one document at a
// time. What takes longer than a moment while others wait goes on in a lane of its own: its process is the slow one from
// then on, and a second, quick one plans for the others. Where the slow lane is taken already, it waits for that, and so do
// those that are as long: trying each of them in turn would hold up the others again.

import { PlanQueue, type Waiting } from './plan-queue.ts'
import type { Overrides } from './plan.ts'
import { type Made, PlannerProcess, type ProcessOptions } from './planner-process.ts'

/**
 * `late`: given up because it took too long. `busy`: too many wait, or nobody waits for this one any more. `resting`: the
 * engine has failed so often that it is not asked for a while.
 */
export type PlanOutcome =
  | Made
  | { readonly plan?: undefined; readonly failure: 'late' | 'busy' | 'resting' }

export interface LanesOptions extends ProcessOptions {
  /** How long one plan may take. */
  readonly longestMs: number
  /** How long one plan may hold up others. */
  readonly quickMs: number
  /** How long a second process waits for something to do. */
  readonly idleMs: number
  /** After so many ends of processes, each within half a minute of the one before, the engine rests. */
  readonly freeLosses: number
}

/** Of those that took long already or are as long; most have no requester any more when it is their turn. */
const MOST_SLOW = 100
const MOST_WAITING = 1000
const MOST_LENGTH = 16 * 1024 * 1024

/** A supergraph takes milliseconds; a starved machine may take seconds. */
const OPENING_MS = 30_000

/** Rests double. They are short, because the other engine does not plan all that this one does. */
const FORGIVEN_MS = 30_000
const FIRST_REST_MS = 200
const LONGEST_REST_MS = 2000

/** A process and what it is doing. */
interface Lane {
  process: PlannerProcess | undefined
  waiting?: Waiting<PlanOutcome> | undefined
  /** It has had the time in which it may hold up others. */
  isOverdue: boolean
  /** Why it was ended by us. */
  cut?: 'late' | 'busy' | 'moved' | undefined
  timer?: NodeJS.Timeout | undefined
}

export class PlannerLanes {
  readonly #options: LanesOptions
  readonly #supergraphs = new Map<number, string>()
  readonly #short = new PlanQueue<PlanOutcome>(queueOf(MOST_WAITING))
  readonly #long = new PlanQueue<PlanOutcome>(queueOf(MOST_SLOW))
  #quick: Lane = idle()
  #slow: Lane = idle()
  /** Characters from which on a document waits for the slow lane, while that is taken. */
  #longFrom = Infinity
  #next = 0
  #losses = 0
  #lostAt = -Infinity
  #restsUntil = -Infinity

  constructor(options: LanesOptions) {
    this.#options = options
  }

  /** `opened` never rejects: it says when plans can be made, or why none can be. */
  open(sdl: string): { readonly supergraph: number; readonly opened: Promise<Made['failure']> } {
    const supergraph = (this.#next += 1)
    this.#supergraphs.set(supergraph, sdl)
    return { supergraph, opened: this.#processOf(this.#quick).open(supergraph, sdl) }
  }

  close(supergraph: number): void {
    this.#supergraphs.delete(supergraph)
    this.#quick.process?.close(supergraph)
    this.#slow.process?.close(supergraph)
  }

  /** Always settles, and never rejects. */
  plan(
    supergraph: number,
    text: string,
    { overrides, isWanted }: { overrides: Overrides; isWanted: () => boolean },
  ): Promise<PlanOutcome> {
    if (performance.now() < this.#restsUntil) return Promise.resolve({ failure: 'resting' })
    const { promise, resolve } = Promise.withResolvers<PlanOutcome>()
    const { percent, labels } = overrides
    const id = (this.#next += 1)
    const asked = { kind: 'plan', id, supergraph, text, percent, labels: [...labels] } as const
    if (!this.#short.add({ asked, isWanted, settle: resolve })) resolve({ failure: 'busy' })
    this.#advance()
    return promise
  }

  #advance(): void {
    if (this.#slow.waiting === undefined && this.#long.peek() === undefined)
      this.#longFrom = Infinity
    this.#setAside()
    if (this.#quick.isOverdue && this.#short.peek() !== undefined) {
      this.#giveWay()
      this.#setAside()
    }
    this.#beginNext(this.#quick, this.#short)
    this.#beginNext(this.#slow, this.#long)
    const { process, waiting } = this.#slow
    if (process === undefined || waiting !== undefined) return
    this.#slow.timer ??= setTimeout(() => this.#endIdle(), this.#options.idleMs).unref()
  }

  #giveWay(): void {
    const { waiting } = this.#quick
    if (waiting === undefined) return
    this.#longFrom = Math.min(this.#longFrom, waiting.asked.text.length)
    if (this.#slow.waiting === undefined) {
      clearTimeout(this.#slow.timer)
      const quick = this.#slow
      this.#slow = this.#quick
      this.#quick = quick
    } else cut(this.#quick, this.#long.add(waiting) ? 'moved' : 'busy')
  }

  /** The shortest is first: if that is long, all others are. */
  #setAside(): void {
    while ((this.#short.peek()?.asked.text.length ?? 0) >= this.#longFrom) {
      const waiting = this.#short.take()
      if (waiting !== undefined && !this.#long.add(waiting)) waiting.settle({ failure: 'busy' })
    }
  }

  #beginNext(lane: Lane, queue: PlanQueue<PlanOutcome>): void {
    if (lane.waiting !== undefined) return
    const next = queue.take()
    if (next !== undefined) void this.#work(lane, next)
  }

  async #work(lane: Lane, waiting: Waiting<PlanOutcome>): Promise<void> {
    clearTimeout(lane.timer)
    lane.waiting = waiting
    const { plan, failure } = await this.#made(lane, waiting)
    clearTimeout(lane.timer)
    const reason = lane.cut
    Object.assign(lane, idle(lane.process))
    if (plan !== undefined) waiting.settle({ plan })
    else if (reason === undefined) waiting.settle({ failure })
    else if (reason !== 'moved') waiting.settle({ failure: reason })
    if (failure === 'lost' && reason === undefined) this.#rest()
    this.#advance()
  }

  /** The time begins when the engine does: a process that is still starting has not been slow. */
  async #made(lane: Lane, { asked }: Waiting<PlanOutcome>): Promise<Made> {
    const sdl = this.#supergraphs.get(asked.supergraph)
    if (sdl === undefined) return { failure: 'unplanned' }
    const { quickMs, longestMs } = this.#options
    const process = this.#processOf(lane)
    lane.timer = setTimeout(() => process.end(), OPENING_MS)
    await process.open(asked.supergraph, sdl)
    clearTimeout(lane.timer)
    lane.timer = setTimeout(() => {
      lane.timer = setTimeout(() => cut(lane, 'late'), longestMs - quickMs)
      lane.isOverdue = true
      this.#advance()
    }, quickMs)
    return process.plan(asked)
  }

  #processOf(lane: Lane): PlannerProcess {
    if (lane.process === undefined || lane.process.hasEnded)
      lane.process = new PlannerProcess(this.#options)
    return lane.process
  }

  /** An engine that cannot even start would be started without end. */
  #rest(): void {
    const now = performance.now()
    this.#losses = now - this.#lostAt > FORGIVEN_MS ? 1 : this.#losses + 1
    this.#lostAt = now
    const pauses = this.#losses - this.#options.freeLosses
    if (pauses <= 0) return
    this.#restsUntil = now + Math.min(FIRST_REST_MS * 2 ** (pauses - 1), LONGEST_REST_MS)
    this.#short.settle({ failure: 'resting' })
  }

  #endIdle(): void {
    this.#slow.process?.end()
    this.#slow = idle()
  }
}

function idle(process?: PlannerProcess): Lane {
  return { process, waiting: undefined, isOverdue: false, cut: undefined, timer: undefined }
}

function cut(lane: Lane, reason: NonNullable<Lane['cut']>): void {
  lane.cut = reason
  lane.isOverdue = false
  lane.process?.end()
}

function queueOf(most: number) {
  return { most, mostLength: MOST_LENGTH, unwanted: { failure: 'busy' } } as const
}
