// The plan of a query as text, from the composed supergraph: `node bench/plan-text.ts '{ me { firstName } }'`.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { parse, print, stripIgnoredCharacters } from 'graphql'

import { openApolloPlanner } from '../gateway/plan/apollo.ts'
import { NOTHING, type PlanNode } from '../gateway/plan/plan.ts'
import { EIGHT } from './questions.ts'

const SUPERGRAPH = path.join(import.meta.dirname, '..', 'schema', 'supergraph.graphql')

export async function planText(query: string): Promise<string> {
  const planner = openApolloPlanner(await readFile(SUPERGRAPH, 'utf8'))
  const plan = planner.plan(parse(query))
  return plan === NOTHING ? 'nothing to fetch' : linesOf(plan, '').join('\n')
}

function linesOf(node: PlanNode, indent: string): readonly string[] {
  const below = (nodes: readonly PlanNode[]) =>
    nodes.flatMap((next) => linesOf(next, `${indent}  `))
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return [`${indent}${node.kind}`, ...below(node.nodes)]
    case 'flatten':
      return [`${indent}at ${node.path.join('.')}`, ...below([node.node])]
    case 'condition': {
      const { whenTrue, whenFalse } = node
      return [
        `${indent}if $${node.variable}`,
        ...below([whenTrue, whenFalse].filter((each) => each !== undefined)),
      ]
    }
    case 'fetch': {
      const text = stripIgnoredCharacters(print(node.document))
      return [
        `${indent}${node.subgraph}: ${text.replace(/^.*_entities\(representations:\$representations\)/, '')}`,
      ]
    }
  }
}

if (import.meta.main) process.stdout.write(`${await planText(process.argv[2] ?? EIGHT.text)}\n`)
