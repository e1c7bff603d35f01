// How undici keeps connections to a subgraph.

import type { Pool } from 'undici'

export interface ConnectionLimits {
  /** From the call to the last byte of the reply. */
  readonly timeoutMs: number
  /** Bytes of one reply. */
  readonly replyBytes: number
  /** Calls under way at once: sockets, or streams where HTTP/2 is spoken. */
  readonly connections: number
  /** Calls that wait for one of them. */
  readonly queue: number
}

export interface ConnectionOptions {
  readonly url: URL
  readonly limits: ConnectionLimits
  /** Certificates of issuers in PEM, in place of those that Node knows. */
  readonly ca?: string | undefined
}

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
