// `/health`: may traffic come (ready), is the process sound (live), and how the systems behind it do.

import type { SystemHealth } from '../../schema/subgraph.ts'
import type { Reply } from './respond.ts'

export interface Health {
  /** False before the start is complete and while draining. A failing system does not make the gateway unready. */
  readonly ready: boolean
  readonly live: boolean
  readonly systems: readonly SystemHealth[]
  readonly supergraph?: SupergraphHealth
}

/** Which supergraph answers, and why a newer one does not. */
interface SupergraphHealth {
  readonly hash: string
  /** ISO 8601 in UTC. */
  readonly loadedAt: string
  readonly ageSeconds: number
  readonly refused?: {
    readonly at: string
    readonly hash: string
    readonly findings: readonly { readonly message: string }[]
  }
}

export function replyOfHealth(health: Health): Reply {
  return {
    status: health.ready ? 200 : 503,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(health),
  }
}
