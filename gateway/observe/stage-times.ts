// Measures stages from outside: no stage knows of it.

export interface Timed<Work> {
  readonly name: string
  run(work: Work): void | Promise<void>
}

export class StageTimes<Work extends object> {
  readonly #times = new WeakMap<Work, Record<string, number>>()

  /** The same stage; how long it took is kept with the work, in milliseconds. */
  wrap(stage: Timed<Work>): Timed<Work> {
    return {
      name: stage.name,
      run: async (work) => {
        const startedAt = performance.now()
        try {
          await stage.run(work)
        } finally {
          this.#keep(work, stage.name, performance.now() - startedAt)
        }
      },
    }
  }

  of(work: Work): Readonly<Record<string, number>> {
    return this.#times.get(work) ?? {}
  }

  #keep(work: Work, name: string, tookMs: number): void {
    const times = this.#times.get(work) ?? {}
    this.#times.set(work, times)
    times[name] = Math.round(tookMs * 1000) / 1000
  }
}
