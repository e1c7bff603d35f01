// Apollo's query planner behind our port. It plans; it does not execute, so @apollo/gateway is not needed.

import { createRequire } from 'node:module'

import type * as Internals from '@apollo/federation-internals'
import type * as Apollo from '@apollo/query-planner'
import { OperationTypeNode, parse } from 'graphql'

import { invariant } from '../../schema/errors.ts'
import { labelsOf, percentageOf } from './override-labels.ts'
import { responseName } from './plan-name.ts'
import {
  type Deferred,
  type Entities,
  type Fetch,
  type FromContext,
  NO_OVERRIDES,
  NOTHING,
  type Overrides,
  type PlanEngine,
  type PlanNode,
  type Rewrite,
  type Selection,
  type Step,
  type SubgraphCall,
  UNREAD,
} from './plan.ts'
import { resolvableKeysFirst } from './resolvable-keys-first.ts'

/** Loaded when it is wanted: the packages take 34 MB and 170 ms of CPU. */
export function openApolloPlanner(supergraphSdl: string): PlanEngine {
  const load = createRequire(import.meta.url)
  const { operationFromDocument, Supergraph }: typeof Internals = load(
    '@apollo/federation-internals',
  )
  const { QueryPlanner }: typeof Apollo = load('@apollo/query-planner')
  // Whether its features are known was asked before (schema/compose/check-supergraph.ts).
  const supergraph = Supergraph.build(resolvableKeysFirst(supergraphSdl), {
    supportedFeatures: null,
  })
  // What a call fills is read from its selections, which a fragment would hide; and finding fragments again is slow.
  const options = { reuseQueryFragments: false, incrementalDelivery: { enableDefer: true } }
  const planner = new QueryPlanner(supergraph, options)
  const schema = supergraph.apiSchema()
  const labels = labelsOf(supergraphSdl)
  return {
    plan(text, overrides = NO_OVERRIDES) {
      const document = parse(text, { noLocation: true })
      const operation = operationFromDocument(schema, document, { validate: false })
      const overrideConditions = conditionsOf(labels, overrides)
      const { node } = planner.buildQueryPlan(operation, { overrideConditions })
      return node === undefined ? NOTHING : toNode(node)
    },
  }
}

function conditionsOf(labels: readonly string[], overrides: Overrides): Map<string, boolean> {
  const conditions = new Map<string, boolean>()
  for (const label of labels) {
    const share = percentageOf(label)
    const followed = share === undefined ? overrides.labels.has(label) : overrides.percent < share
    conditions.set(label, followed)
  }
  return conditions
}

function toNode(node: Apollo.PlanNode | Apollo.SubscriptionNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map(toNode) }
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map(toNode) }
    case 'Flatten':
      return toFlattened(node)
    case 'Condition':
      return toCondition(node)
    case 'Fetch':
      return node.requires === undefined ? toFetch(node) : toEntities(node, [])
    case 'Defer':
      return {
        kind: 'defer',
        primary: node.primary.node && toNode(node.primary.node),
        deferred: node.deferred.map(toDeferred),
      }
    case 'Subscription':
      return {
        kind: 'subscription',
        source: toFetch(node.primary),
        rest: node.rest && toNode(node.rest),
      }
  }
}

function toCondition(node: Apollo.ConditionNode): PlanNode {
  const whenTrue = node.ifClause && toNode(node.ifClause)
  const whenFalse = node.elseClause && toNode(node.elseClause)
  return { kind: 'condition', variable: node.condition, whenTrue, whenFalse }
}

function toFlattened({ node, path }: Apollo.FlattenNode): PlanNode {
  invariant(node.kind === 'Fetch', 'what is flattened is one call')
  if (node.requires !== undefined) return toEntities(node, path.map(String))
  // Root fields that are deferred. Root fields elsewhere (a payload's `query: Query`) would need a place to go.
  invariant(path.length === 0, 'root fields below the root are in the subgraph of their parent')
  return toFetch(node)
}

function toDeferred(node: Apollo.DeferNode['deferred'][number]): Deferred {
  return {
    label: node.label,
    path: node.queryPath.filter((step) => !step.startsWith(CONDITION)).map(responseName),
    after: node.depends.map(({ id }) => id),
    node: node.node && toNode(node.node),
  }
}

function toFetch(node: Apollo.FetchNode): Fetch {
  const call = toCall(node)
  const outputRewrites = (node.outputRewrites ?? []).map(toRewrite)
  return { kind: 'fetch', ...call, outputRewrites, fills: UNREAD.fills }
}

function toEntities(node: Apollo.FetchNode, path: readonly string[]): Entities {
  const call = toCall(node)
  const part = {
    key: '_entities',
    variable: 'representations',
    paths: [path.map(toStep)],
    requires: (node.requires ?? []).map(toSelection),
    inputRewrites: (node.inputRewrites ?? []).map(toRewrite),
    outputRewrites: (node.outputRewrites ?? []).map(toRewrite),
    fills: UNREAD.fills,
    ...(node.contextRewrites && { context: node.contextRewrites.map(toContext) }),
  }
  return { kind: 'entities', ...call, parts: [part] }
}

type ContextRewrite = NonNullable<Apollo.FetchNode['contextRewrites']>[number]

function toContext({ path, renameKeyTo }: ContextRewrite): FromContext {
  const up = path.findIndex((step) => step !== '..')
  return { variable: renameKeyTo, up, path: path.slice(up).map(toStep) }
}

function toCall(node: Apollo.FetchNode): SubgraphCall {
  const filled = new Set(node.contextRewrites?.map(({ renameKeyTo }) => renameKeyTo))
  return {
    subgraph: node.serviceName,
    document: UNREAD.document,
    text: node.operation,
    operationName: node.operationName,
    mutates: node.operationKind === OperationTypeNode.MUTATION,
    variables: (node.variableUsages ?? []).filter((name) => !filled.has(name)),
    id: node.id,
  }
}

function toSelection(node: Apollo.QueryPlanSelectionNode): Selection {
  if (node.kind === 'Field') {
    const name = node.alias ?? node.name
    return { kind: 'field', from: name, name, selections: node.selections?.map(toSelection) }
  }
  const selections = node.selections.map(toSelection)
  return { kind: 'fragment', type: node.typeCondition, selections }
}

function toRewrite(rewrite: Apollo.FetchDataRewrite): Rewrite {
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
