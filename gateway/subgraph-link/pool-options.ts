// How undici keeps connections to a subgraph.

import type { Pool } from 'undici'

import type { ConnectionOptions } from './connections.ts'

export function poolOptions({ limits, ca }: ConnectionOptions): Pool.Options {
  return {
    connections: limits.connections,
    allowH2: true,
    connectTimeout: limits.timeoutMs,
    // Timers of ours count a whole call; these two would let a reply of one byte at a time pass, and end a quiet
    // subscription.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(ca === undefined ? {} : { connect: { ca } }),
  }
}
