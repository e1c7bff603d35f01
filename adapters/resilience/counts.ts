// What became of the questions to one system: plain numbers, because a call makes several of them.

import type { SystemCalls } from '../../schema/subgraph.ts'

export type Counts = { -readonly [Name in keyof SystemCalls]: number }

export function newCounts(): Counts {
  return {
    asked: 0,
    sent: 0,
    joined: 0,
    cacheHits: 0,
    cacheStale: 0,
    cacheMisses: 0,
    queued: 0,
    queueMs: 0,
    shed: 0,
    notTried: 0,
    retried: 0,
    hedged: 0,
    busy: 0,
    opened: 0,
    active: 0,
    waiting: 0,
  }
}
