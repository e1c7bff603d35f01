// Hive's native query planner behind our port. It reads and writes text and gives plain data; nothing of it executes.

import { createRequire } from 'node:module'

import type * as Native from '@graphql-hive/router-query-planner'

import { invariant } from '../../schema/errors.ts'
import {
  type Entities,
  type EntityPart,
  type Fetch,
  NO_OVERRIDES,
  NOTHING,
  type PlanEngine,
  type PlanNode,
  type PlanPath,
  type Rewrite,
  type Selection,
  type Step,
  type SubgraphCall,
  UNREAD,
} from './plan.ts'

/** Is there a native library for this platform? */
export function hiveLoads(): boolean {
  try {
    load()
    return true
  } catch {
    return false
  }
}

export function openHivePlanner(supergraph: string): PlanEngine {
  const { QueryPlanner } = load()
  const planner = new QueryPlanner(supergraph)
  return {
    plan(text, { percent, labels } = NO_OVERRIDES) {
      const { node } = planner.plan(text, undefined, new Set(labels), percent)
      return node === undefined ? NOTHING : toNode(node)
    },
  }
}

function load(): typeof Native {
  return createRequire(import.meta.url)('@graphql-hive/router-query-planner')
}

function toNode(node: Native.PlanNode): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return toSequence(node.nodes)
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map(toNode) }
    case 'Condition':
      // The other clause is null or absent.
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause ? toNode(node.ifClause) : undefined,
        whenFalse: node.elseClause ? toNode(node.elseClause) : undefined,
      }
    case 'Flatten':
      invariant(node.node.kind === 'Fetch', 'what is flattened is one call')
      return toEntities(node.node, node.path)
    case 'Fetch':
      return node.requires === undefined ? toFetch(node) : toEntities(node, [])
    case 'BatchFetch':
      return toBatch(node)
    case 'Subscription':
      return { kind: 'subscription', source: toFetch(node.primary), rest: undefined }
    case 'Defer':
      invariant(false, 'documents with @defer are planned by the other engine')
  }
  invariant(false, 'the planner made a node that is not known')
}

/** What follows a subscription is done for each of its events. */
function toSequence([first, ...others]: readonly Native.PlanNode[]): PlanNode {
  invariant(first !== undefined, 'a sequence has nodes')
  const rest: PlanNode = { kind: 'sequence', nodes: others.map(toNode) }
  if (first.kind !== 'Subscription') {
    return { kind: 'sequence', nodes: [toNode(first), ...rest.nodes] }
  }
  return { kind: 'subscription', source: toFetch(first.primary), rest }
}

/** Input rewrites at the root, which has no input, mean nothing: the planner copies them from the calls that follow. */
function toFetch(node: Native.FetchNode): Fetch {
  const call = toCall(node)
  const outputRewrites = (node.outputRewrites ?? []).map(toRewrite)
  return { kind: 'fetch', ...call, outputRewrites, fills: UNREAD.fills }
}

function toEntities(node: Native.FetchNode, path: Native.FlattenNode['path']): Entities {
  const call = toCall(node)
  const part = toPart({
    alias: '_entities',
    representationsVariableName: 'representations',
    paths: [path],
    requires: node.requires ?? [],
    ...(node.inputRewrites === undefined ? {} : { inputRewrites: node.inputRewrites }),
    ...(node.outputRewrites === undefined ? {} : { outputRewrites: node.outputRewrites }),
  })
  return { kind: 'entities', ...call, parts: [part] }
}

function toBatch(node: Native.BatchFetchNode): Entities {
  const call = toCall(node)
  const parts = node.entityBatch.aliases.map((one) => toPart(one))
  return { kind: 'entities', ...call, parts }
}

function toPart(one: Native.EntityBatchAlias): EntityPart {
  return {
    key: one.alias,
    variable: one.representationsVariableName,
    paths: one.paths.map(toPath),
    requires: one.requires.map(toSelection),
    inputRewrites: (one.inputRewrites ?? []).map(toRewrite),
    outputRewrites: (one.outputRewrites ?? []).map(toRewrite),
    fills: UNREAD.fills,
  }
}

function toCall(node: Native.FetchNode | Native.BatchFetchNode): SubgraphCall {
  return {
    subgraph: node.serviceName,
    document: UNREAD.document,
    text: node.operation,
    operationName: node.operationName,
    mutates: node.operationKind === 'mutation',
    variables: node.variableUsages ?? [],
    id: undefined,
  }
}

function toSelection(node: Native.RequiresSelection): Selection {
  switch (node.kind) {
    case 'Field':
      // Where the planner had to ask under a name of its own, the alias is the name that the subgraph knows.
      return {
        kind: 'field',
        from: node.name,
        name: node.alias ?? node.name,
        selections: node.selections?.map(toSelection),
      }
    case 'InlineFragment':
      return {
        kind: 'fragment',
        type: node.typeCondition,
        selections: node.selections.map(toSelection),
        skipIf: node.skipIf,
        includeIf: node.includeIf,
      }
    case 'FragmentSpread':
      invariant(false, 'what a call requires is written out')
  }
  invariant(false, 'the planner requires something that is not known')
}

function toPath(path: Native.FlattenNode['path']): PlanPath {
  return path.map((segment): Step => {
    if (segment === '@') return { kind: 'items' }
    if ('Field' in segment) return { kind: 'key', name: segment.Field }
    invariant('TypeCondition' in segment, 'the planner made a step that is not known')
    return { kind: 'types', names: segment.TypeCondition }
  })
}

function toRewrite(rewrite: Native.FetchRewrite): Rewrite {
  if ('KeyRenamer' in rewrite) {
    const { path, renameKeyTo } = rewrite.KeyRenamer
    return { kind: 'rename', path: path.map(toRewriteStep), to: renameKeyTo }
  }
  const setter = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite
  invariant('setValueTo' in setter, 'the planner made a rewrite that is not known')
  return { kind: 'set', path: setter.path.map(toRewriteStep), value: setter.setValueTo }
}

function toRewriteStep(segment: Native.FetchNodePathSegment): Step {
  if ('Key' in segment) return { kind: 'key', name: segment.Key }
  invariant('TypenameEquals' in segment, 'the planner made a step that is not known')
  return { kind: 'types', names: segment.TypenameEquals }
}
