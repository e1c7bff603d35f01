// How long the event loop did nothing else while something ran, by the histogram of node:perf_hooks.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

/** Milliseconds. The histogram looks once a millisecond, so that much is in every figure. */
export interface Blocks {
  readonly longest: number
  readonly p99: number
}

export function watchLoop(): () => Promise<Blocks> {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  return async () => {
    // A block is told when it is over.
    await setTimeout(5)
    histogram.disable()
    return { longest: histogram.max / 1e6, p99: histogram.percentile(99) / 1e6 }
  }
}
