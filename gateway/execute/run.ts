// What one execution of a program knows while it runs.

import type { AnswerError, RequestContext } from '../../schema/context.ts'
import type { ProvenanceEntry } from '../../schema/provenance.ts'
import type { Deferred } from '../plan/plan.ts'
import type { SubgraphLink } from '../subgraph-link/link.ts'
import type { Overlay } from './overlay.ts'
import { Sent } from './send.ts'
import type { MeetsCondition } from './types.ts'
import type { RefuseObjects } from './withhold.ts'

export interface Sources {
  readonly links: ReadonlyMap<string, SubgraphLink>
  /** Reads the whole supergraph's types. */
  readonly meets: MeetsCondition
  /** Absent: every object may be asked for on behalf of everybody. */
  readonly refuseObjects?: RefuseObjects | undefined
}

export interface Asked {
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: RequestContext
}

/** What subgraphs reported for the answer, or for one later part of it; paths lead through the gathered data. */
export interface Reports {
  readonly errors: AnswerError[]
  readonly provenance: ProvenanceEntry[]
}

/** A later part whose calls are under way. */
export interface Begun {
  readonly deferred: Deferred
  readonly reports: Reports
  readonly done: Promise<void>
}

export class Run {
  readonly asked: Asked
  readonly overlay: Overlay
  readonly sent: Sent
  readonly refuseObject: ReturnType<RefuseObjects>
  readonly reporting: { readonly reference: string; readonly withProvenance: boolean }
  readonly begun: Begun[] = []
  readonly #answered = new Map<string, PromiseWithResolvers<void>>()

  constructor(asked: Asked, overlay: Overlay, sources: Sources) {
    this.asked = asked
    this.overlay = overlay
    this.sent = new Sent(asked, sources.links)
    this.refuseObject = sources.refuseObjects?.(asked.context)
    const { requestId, provenance } = asked.context
    this.reporting = { reference: requestId, withProvenance: provenance }
  }

  /** Of a call that later parts wait for. */
  answered(id: string): PromiseWithResolvers<void> {
    const known = this.#answered.get(id)
    if (known !== undefined) return known
    const fresh = Promise.withResolvers<void>()
    this.#answered.set(id, fresh)
    return fresh
  }
}

export function noReports(): Reports {
  return { errors: [], provenance: [] }
}
