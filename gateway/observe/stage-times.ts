// Sees stages from outside: how long each took, and whether a cache knew what it made. No stage knows of it.

import type { Seen } from './request-line.ts'

export interface Timed<Work> {
  readonly name: string
  run(work: Work): void | Promise<void>
}

/** What caches give again and again is the same object. */
interface Made {
  readonly operation?: object | undefined
  readonly plan?: object | undefined
  seen?: Kept
}

/** Kept with the work itself: looking it up by the work would cost as much as all the rest here. */
export interface Kept extends Seen {
  readonly stages: Record<string, number>
  readonly caches: Record<string, 'hit' | 'miss'>
}

const NOTHING: Seen = { stages: {}, caches: {} }

const CACHED = ['operation', 'plan'] as const

export class StageTimes<Work extends Made> {
  readonly #known = new WeakSet<object>()

  /** The same stage; how long it took is kept with the work, in milliseconds. */
  wrap(stage: Timed<Work>): Timed<Work> {
    const { name } = stage
    const cached = CACHED.find((one) => one === name)
    const keep = (work: Work, startedAt: number): void => {
      const kept: Kept = (work.seen ??= { stages: {}, caches: {} })
      kept.stages[name] = Math.round((performance.now() - startedAt) * 1000) / 1000
      const made = cached && work[cached]
      if (cached !== undefined && made !== undefined) kept.caches[cached] = this.#lookUp(made)
    }
    return {
      name,
      run: (work) => {
        const startedAt = performance.now()
        let running: void | Promise<void>
        try {
          running = stage.run(work)
        } catch (error) {
          keep(work, startedAt)
          throw error
        }
        if (running === undefined) return keep(work, startedAt)
        return running.then(
          () => keep(work, startedAt),
          (error: unknown) => {
            keep(work, startedAt)
            throw error
          },
        )
      },
    }
  }

  of(work: Work): Seen {
    return work.seen ?? NOTHING
  }

  #lookUp(made: object): 'hit' | 'miss' {
    if (this.#known.has(made)) return 'hit'
    this.#known.add(made)
    return 'miss'
  }
}
