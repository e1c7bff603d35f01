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
}

interface Kept {
  readonly stages: Record<string, number>
  readonly caches: Record<string, 'hit' | 'miss'>
}

const CACHED = ['operation', 'plan'] as const

export class StageTimes<Work extends Made> {
  readonly #kept = new WeakMap<Work, Kept>()
  readonly #known = new WeakSet<object>()

  /** The same stage; how long it took is kept with the work, in milliseconds. */
  wrap(stage: Timed<Work>): Timed<Work> {
    const { name } = stage
    const cached = CACHED.find((one) => one === name)
    const keep = (work: Work, startedAt: number): void => {
      const kept = this.#of(work)
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
        return running.finally(() => keep(work, startedAt))
      },
    }
  }

  of(work: Work): Seen {
    return this.#of(work)
  }

  #of(work: Work): Kept {
    const known = this.#kept.get(work)
    if (known !== undefined) return known
    const fresh: Kept = { stages: {}, caches: {} }
    this.#kept.set(work, fresh)
    return fresh
  }

  #lookUp(made: object): 'hit' | 'miss' {
    if (this.#known.has(made)) return 'hit'
    this.#known.add(made)
    return 'miss'
  }
}
