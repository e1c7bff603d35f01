// Walks a plan: calls subgraphs, in parallel where the plan allows, and gathers data, errors and provenance by
// response path. Knows nothing of the client's selection; shape.ts does that afterwards.

import type { Answer, AnswerError, RequestContext } from '../../schema/context.ts'
import { invariant, SystemError, toPublicError } from '../../schema/errors.ts'
import type { ProvenanceEntry } from '../../schema/provenance.ts'
import type { Fetch, PlanNode } from '../plan/plan.ts'
import type { SubgraphLink } from '../subgraph-link/link.ts'
import { mergeInto } from './merge.ts'
import { type Placement, rebaseErrors, rebaseProvenance } from './rebase.ts'
import { represent } from './representations.ts'
import { applyRewrites } from './rewrite.ts'
import { reach, type Target } from './targets.ts'
import { isTree, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

export interface Sources {
  readonly links: ReadonlyMap<string, SubgraphLink>
  readonly meets: MeetsCondition
}

export interface Asked {
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: RequestContext
}

export interface Gathered {
  readonly data: Tree
  readonly errors: AnswerError[]
  readonly provenance: ProvenanceEntry[]
}

export async function gather(plan: PlanNode, asked: Asked, sources: Sources): Promise<Gathered> {
  const gathered: Gathered = { data: {}, errors: [], provenance: [] }
  const root = [{ tree: gathered.data, path: [] }]
  await new Walk(gathered, asked, sources).run(plan, root)
  return gathered
}

class Walk {
  readonly #gathered: Gathered
  readonly #asked: Asked
  readonly #sources: Sources

  constructor(gathered: Gathered, asked: Asked, sources: Sources) {
    this.#gathered = gathered
    this.#asked = asked
    this.#sources = sources
  }

  async run(node: PlanNode, targets: readonly Target[]): Promise<void> {
    switch (node.kind) {
      case 'sequence':
        for (const next of node.nodes) await this.run(next, targets)
        return
      case 'parallel':
        await Promise.all(node.nodes.map((next) => this.run(next, targets)))
        return
      case 'flatten':
        await this.run(node.node, reach(targets, node.path))
        return
      case 'condition': {
        const chosen =
          this.#asked.variables[node.variable] === true ? node.whenTrue : node.whenFalse
        if (chosen !== undefined) await this.run(chosen, targets)
        return
      }
      case 'fetch':
        await (node.requires === undefined
          ? this.#fetchRoot(node, targets)
          : this.#fetchEntities(node, node.requires, targets))
    }
  }

  async #fetchRoot(fetch: Fetch, targets: readonly Target[]): Promise<void> {
    const placement = this.#placement(fetch, [targets])
    const data = this.#take(await this.#send(fetch, {}), placement)
    if (data === undefined) return
    applyRewrites(fetch.outputRewrites, data, this.#sources.meets)
    for (const { tree } of targets) mergeInto(tree, data)
  }

  async #fetchEntities(
    fetch: Fetch,
    requires: NonNullable<Fetch['requires']>,
    reached: readonly Target[],
  ): Promise<void> {
    const { inputRewrites } = fetch
    const { values, targets } = represent(reached, { requires, inputRewrites }, this.#sources.meets)
    if (values.length === 0) return
    const placement = this.#placement(fetch, targets)
    const data = this.#take(await this.#send(fetch, { representations: values }), placement)
    if (data === undefined) return
    const entities = data['_entities']
    if (!Array.isArray(entities)) return
    for (const [index, entity] of entities.entries()) {
      if (isTree(entity)) this.#complete(targets[index] ?? [], entity, fetch)
    }
  }

  /** Objects that share a representation must not share what is merged into them. */
  #complete(targets: readonly Target[], entity: Tree, fetch: Fetch): void {
    applyRewrites(fetch.outputRewrites, entity, this.#sources.meets)
    for (const [index, { tree }] of targets.entries()) {
      mergeInto(tree, index === 0 ? entity : structuredClone(entity))
    }
  }

  async #send(fetch: Fetch, extra: Tree): Promise<Answer> {
    const link = this.#sources.links.get(fetch.subgraph)
    invariant(link !== undefined, `a plan names the unknown subgraph "${fetch.subgraph}"`)
    const variables: Tree = { ...extra }
    for (const name of fetch.variables) {
      const value = valueAt(this.#asked.variables, name)
      if (value !== undefined) variables[name] = value
    }
    const { document, operationName } = fetch
    return link.send({ document, operationName, variables, context: this.#asked.context })
  }

  /** Books errors and provenance, gives the data. A call without data and without a reason gets one. */
  #take(answer: Answer, placement: Placement): Tree | undefined {
    const { errors = [], extensions } = answer
    const data = isTree(answer.data) ? answer.data : undefined
    this.#gathered.errors.push(...rebaseErrors(errors, placement))
    if (data === undefined && errors.length === 0) {
      const silent = new SystemError('SYSTEM_REPLY_INVALID', placement.fetch.subgraph)
      const reason = toPublicError(silent, placement.reference)
      this.#gathered.errors.push(...rebaseErrors([reason], placement))
    }
    if (extensions?.provenance !== undefined) {
      this.#gathered.provenance.push(...rebaseProvenance(extensions.provenance, placement))
    }
    return data
  }

  #placement(fetch: Fetch, targets: Placement['targets']): Placement {
    const { meets } = this.#sources
    return { fetch, targets, meets, reference: this.#asked.context.requestId }
  }
}
