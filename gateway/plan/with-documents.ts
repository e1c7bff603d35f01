// A plan as an engine leaves it in, the same with the documents of its calls out, and what each call fills.

import { parse } from 'graphql'

import { filledBy } from './filled-by.ts'
import type { Entities, EntityPart, Fetch, PlanNode } from './plan.ts'

export function withDocuments(node: PlanNode): PlanNode {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return { ...node, nodes: node.nodes.map(withDocuments) }
    case 'condition': {
      const { whenTrue, whenFalse } = node
      return {
        ...node,
        whenTrue: whenTrue && withDocuments(whenTrue),
        whenFalse: whenFalse && withDocuments(whenFalse),
      }
    }
    case 'fetch':
      return fetchWith(node)
    case 'entities':
      return entitiesWith(node)
    case 'defer': {
      const { primary, deferred } = node
      return {
        ...node,
        primary: primary && withDocuments(primary),
        deferred: deferred.map((part) => ({
          ...part,
          node: part.node && withDocuments(part.node),
        })),
      }
    }
    case 'subscription':
      return {
        ...node,
        source: fetchWith(node.source),
        rest: node.rest && withDocuments(node.rest),
      }
  }
}

function fetchWith(node: Fetch): Fetch {
  const document = parse(node.text, { noLocation: true })
  return { ...node, document, fills: filledBy(document, '') }
}

function entitiesWith(node: Entities): Entities {
  const document = parse(node.text, { noLocation: true })
  const parts = node.parts.map((part): EntityPart => {
    return { ...part, fills: filledBy(document, part.key) }
  })
  return { ...node, document, parts }
}
