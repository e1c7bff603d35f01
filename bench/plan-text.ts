// The plan of a query as text, from the composed supergraph: `node bench/plan-text.ts '{ me { firstName } }'`.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { print, stripIgnoredCharacters } from 'graphql'

import { openApolloPlanner } from '../gateway/plan/apollo.ts'
import { NOTHING, type PlanNode, type PlanPath, type SubgraphCall } from '../gateway/plan/plan.ts'
import { withDocuments } from '../gateway/plan/with-documents.ts'
import { EIGHT } from './questions.ts'

const SUPERGRAPH = path.join(import.meta.dirname, '..', 'schema', 'supergraph.graphql')

export async function planText(query: string): Promise<string> {
  const planner = openApolloPlanner(await readFile(SUPERGRAPH, 'utf8'))
  const plan = withDocuments(planner.plan(query))
  return plan === NOTHING ? 'nothing to fetch' : linesOf(plan, '').join('\n')
}

function linesOf(node: PlanNode, indent: string): readonly string[] {
  const below = (nodes: readonly PlanNode[]) =>
    nodes.flatMap((next) => linesOf(next, `${indent}  `))
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return [`${indent}${node.kind}`, ...below(node.nodes)]
    case 'defer':
      return [
        `${indent}first`,
        ...below([node.primary].filter((each) => each !== undefined)),
        ...node.deferred.flatMap(({ path: at, node: later }) => [
          `${indent}later at ${at.join('.')}`,
          ...below([later].filter((each) => each !== undefined)),
        ]),
      ]
    case 'condition': {
      const { whenTrue, whenFalse } = node
      return [
        `${indent}if $${node.variable}`,
        ...below([whenTrue, whenFalse].filter((each) => each !== undefined)),
      ]
    }
    case 'subscription':
      return [
        `${indent}events of ${node.source.subgraph}`,
        ...below([node.rest].filter((each) => each !== undefined)),
      ]
    case 'fetch':
      return [`${indent}${node.subgraph}: ${textOf(node)}`]
    case 'entities': {
      const places = node.parts.flatMap(({ paths }) => paths.map(placeOf)).join(', ')
      return [`${indent}at ${places}`, `${indent}  ${node.subgraph}: ${textOf(node)}`]
    }
  }
}

function textOf({ document }: SubgraphCall): string {
  const text = stripIgnoredCharacters(print(document))
  return text.replace(/^.*_entities\(representations:\$representations\)/, '')
}

function placeOf(at: PlanPath): string {
  const steps = at.map((step) => {
    if (step.kind === 'items') return '@'
    return step.kind === 'key' ? step.name : `(${step.names.join('|')})`
  })
  return steps.join('.')
}

if (import.meta.main) process.stdout.write(`${await planText(process.argv[2] ?? EIGHT.text)}\n`)
