// What the gateway and the process that plans say to each other, as JSON.

import { parse } from 'graphql'

import { filledBy } from './filled-by.ts'
import type { EntityPart, Entities, Fetch, PlanNode } from './plan.ts'

export type EngineName = 'hive' | 'apollo'

export type Asked =
  | {
      readonly kind: 'open'
      readonly engine: EngineName
      readonly supergraph: number
      readonly sdl: string
    }
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

export type Reply =
  | { readonly id: number; readonly plan: PlanNode; readonly failure?: undefined }
  | { readonly id: number; readonly plan?: undefined; readonly failure: Failure }

/** Why there is no plan: the engine is not for this platform, or it finds no plan. */
export type Failure = 'absent' | 'unplanned'

/** A plan as text. Documents stand in it as text only. */
export function toText(reply: Reply): string {
  return JSON.stringify(reply, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value))
}

/** Made again from the texts. No other part of a plan has these names. */
const LEFT_OUT: ReadonlySet<string> = new Set(['document', 'fills'])

/** The plan of such a text, its documents made again. */
export function revived(node: PlanNode): PlanNode {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return { ...node, nodes: node.nodes.map(revived) }
    case 'condition': {
      const { whenTrue, whenFalse } = node
      return {
        ...node,
        whenTrue: whenTrue && revived(whenTrue),
        whenFalse: whenFalse && revived(whenFalse),
      }
    }
    case 'fetch':
      return revivedFetch(node)
    case 'entities':
      return revivedEntities(node)
    case 'defer': {
      const { primary, deferred } = node
      return {
        ...node,
        primary: primary && revived(primary),
        deferred: deferred.map((part) => ({ ...part, node: part.node && revived(part.node) })),
      }
    }
    case 'subscription':
      return { ...node, source: revivedFetch(node.source), rest: node.rest && revived(node.rest) }
  }
}

function revivedFetch(node: Fetch): Fetch {
  const document = parse(node.text, { noLocation: true })
  return { ...node, document, fills: filledBy(document, '') }
}

function revivedEntities(node: Entities): Entities {
  const document = parse(node.text, { noLocation: true })
  const parts = node.parts.map((part): EntityPart => {
    return { ...part, fills: filledBy(document, part.key) }
  })
  return { ...node, document, parts }
}
