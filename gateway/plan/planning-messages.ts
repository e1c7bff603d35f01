// What the gateway and the process that plans say to each other, as JSON.

import type { PlanNode } from './plan.ts'

export type EngineName = 'hive' | 'apollo'

export type Asked =
  | { readonly kind: 'open'; readonly supergraph: number; readonly sdl: string }
  | { readonly kind: 'close'; readonly supergraph: number }
  | PlanAsked

export interface PlanAsked {
  readonly kind: 'plan'
  /** By it the reply is known. */
  readonly id: number
  readonly supergraph: number
  readonly text: string
  readonly percent: number
  readonly labels: readonly string[]
}

export type Reply = Planned | { readonly opened: number; readonly failure: Failure | undefined }

export type Planned =
  | { readonly id: number; readonly plan: PlanNode; readonly failure?: undefined }
  | { readonly id: number; readonly plan?: undefined; readonly failure: Failure }

/** Why there is no plan: the engine is not for this platform, or it finds no plan. */
export type Failure = 'absent' | 'unplanned'

/** Documents stand in it as text only. */
export function toText(reply: Reply): string {
  return JSON.stringify(reply, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value))
}

/** What with-documents.ts adds. No other part of a plan has these names. */
const LEFT_OUT: ReadonlySet<string> = new Set(['document', 'fills'])
