// A plan as a few lines of data that a test can state.

import type {
  Deferred,
  Entities,
  PlanNode,
  PlanPath,
  SubgraphCall,
} from '../../../gateway/plan/plan.ts'

export function outline(node: PlanNode | undefined): unknown {
  if (node === undefined) return undefined
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return { [node.kind]: node.nodes.map(outline) }
    case 'entities':
      return { [placesOf(node)]: lineOf(node) }
    case 'fetch':
      return lineOf(node)
    case 'condition':
      return outlineCondition(node)
    case 'defer':
      return { first: outline(node.primary), later: node.deferred.map(outlineDeferred) }
    case 'subscription':
      return { on: lineOf(node.source), rest: outline(node.rest) }
  }
}

function outlineCondition(node: Extract<PlanNode, { kind: 'condition' }>): unknown {
  return {
    ...(node.whenTrue && { [`if ${node.variable}`]: outline(node.whenTrue) }),
    ...(node.whenFalse && { [`unless ${node.variable}`]: outline(node.whenFalse) }),
  }
}

function outlineDeferred({ label = '', path, after, node }: Deferred): unknown {
  return { [`${label} at ${path.join('.')} after ${after.join(' ')}`]: outline(node) }
}

function placesOf({ parts }: Entities): string {
  return parts
    .map(
      ({ key, paths }) => `${key === '_entities' ? '' : `${key} `}${paths.map(toText).join(' ')}`,
    )
    .join('; ')
}

function toText(path: PlanPath): string {
  return path
    .map((step) => {
      if (step.kind === 'items') return '@'
      return step.kind === 'key' ? step.name : `on ${step.names.join('|')}`
    })
    .join('.')
}

function lineOf({ subgraph, text }: SubgraphCall): string {
  return `${subgraph} ${text.replaceAll(/\s+/g, ' ').trim()}`
}
