// Apollo's query planner behind our port. It plans; it does not execute, so @apollo/gateway is not needed.

import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import {
  type FetchDataRewrite,
  type FetchNode,
  isPlanNode,
  type PlanNode as ApolloNode,
  type QueryPlanSelectionNode,
  QueryPlanner,
} from '@apollo/query-planner'
import { OperationTypeNode, parse } from 'graphql'

import { SUPERGRAPH_FEATURES } from '../../schema/compose/features.ts'
import { invariant, ServiceError } from '../../schema/errors.ts'
import { filledBy } from './filled-by.ts'
import { percentageOf } from './override-labels.ts'
import {
  type Entities,
  type Fetch,
  NO_OVERRIDES,
  NOTHING,
  type Overrides,
  type Planner,
  type PlanNode,
  type Rewrite,
  type Selection,
  type Step,
  type SubgraphCall,
} from './plan.ts'

export function openApolloPlanner(supergraphSdl: string): Planner {
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: SUPERGRAPH_FEATURES })
  // What a call fills is read from its selections, which a fragment would hide; and finding fragments again is slow.
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false })
  const schema = supergraph.apiSchema()
  const labels = labelsOf(supergraph)
  return {
    percentages: [...labels].map(percentageOf).filter((share) => share !== undefined),
    plan(document, overrides = NO_OVERRIDES) {
      const operation = operationFromDocument(schema, document, { validate: false })
      const overrideConditions = conditionsOf(labels, overrides)
      const { node } = planner.buildQueryPlan(operation, { overrideConditions })
      if (node === undefined) return NOTHING
      invariant(isPlanNode(node), 'subscriptions are refused before planning')
      return toNode(node)
    },
  }
}

function labelsOf({ schema }: Supergraph): ReadonlySet<string> {
  const labels = new Set<string>()
  for (const application of schema.directive('join__field')?.applications() ?? []) {
    const label: unknown = application.arguments()['overrideLabel']
    if (typeof label === 'string') labels.add(label)
  }
  return labels
}

function conditionsOf(labels: ReadonlySet<string>, overrides: Overrides): Map<string, boolean> {
  const conditions = new Map<string, boolean>()
  for (const label of labels) {
    const share = percentageOf(label)
    const followed = share === undefined ? overrides.labels.has(label) : overrides.percent < share
    conditions.set(label, followed)
  }
  return conditions
}

function toNode(node: ApolloNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map(toNode) }
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map(toNode) }
    case 'Flatten':
      invariant(node.node.kind === 'Fetch', 'what is flattened is one call')
      return toEntities(node.node, node.path.map(String))
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause && toNode(node.ifClause),
        whenFalse: node.elseClause && toNode(node.elseClause),
      }
    case 'Fetch':
      return node.requires === undefined ? toFetch(node) : toEntities(node, [])
    case 'Defer':
      throw new ServiceError('INTERNAL', 'a plan with @defer, which the schema does not have')
  }
}

function toFetch(node: FetchNode): Fetch {
  const call = toCall(node)
  const outputRewrites = (node.outputRewrites ?? []).map(toRewrite)
  return { kind: 'fetch', ...call, outputRewrites, fills: filledBy(call.document, '') }
}

function toEntities(node: FetchNode, path: readonly string[]): Entities {
  const call = toCall(node)
  const part = {
    key: '_entities',
    variable: 'representations',
    paths: [path.map(toStep)],
    requires: (node.requires ?? []).map(toSelection),
    inputRewrites: (node.inputRewrites ?? []).map(toRewrite),
    outputRewrites: (node.outputRewrites ?? []).map(toRewrite),
    fills: filledBy(call.document, '_entities'),
  }
  return { kind: 'entities', ...call, parts: [part] }
}

function toCall(node: FetchNode): SubgraphCall {
  invariant(
    node.contextRewrites === undefined,
    'the context feature is refused with the supergraph',
  )
  return {
    subgraph: node.serviceName,
    document: parse(node.operation, { noLocation: true }),
    text: node.operation,
    operationName: node.operationName,
    mutates: node.operationKind === OperationTypeNode.MUTATION,
    variables: node.variableUsages ?? [],
    id: node.id,
  }
}

function toSelection(node: QueryPlanSelectionNode): Selection {
  if (node.kind === 'Field') {
    const name = node.alias ?? node.name
    return { kind: 'field', from: name, name, selections: node.selections?.map(toSelection) }
  }
  const selections = node.selections.map(toSelection)
  return { kind: 'fragment', type: node.typeCondition, selections }
}

function toRewrite(rewrite: FetchDataRewrite): Rewrite {
  const path = rewrite.path.map(toStep)
  return rewrite.kind === 'ValueSetter'
    ? { kind: 'set', path, value: rewrite.setValueTo }
    : { kind: 'rename', path, to: rewrite.renameKeyTo }
}

const CONDITION = '... on '

function toStep(step: string): Step {
  if (step === '@') return { kind: 'items' }
  if (step.startsWith(CONDITION)) return { kind: 'types', names: [step.slice(CONDITION.length)] }
  return { kind: 'key', name: step }
}
