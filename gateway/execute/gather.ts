// Walks a plan: calls subgraphs, in parallel where the plan allows, and gathers data, errors and provenance by
// response path. Knows nothing of the client's selection; shape.ts does that afterwards.

import type { Answer, AnswerError, RequestContext } from '../../schema/context.ts'
import { invariant, SystemError, toPublicError } from '../../schema/errors.ts'
import type { ProvenanceEntry } from '../../schema/provenance.ts'
import type { Entities, EntityPart, Fetch, PlanNode, SubgraphCall } from '../plan/plan.ts'
import type { Representations, SubgraphLink } from '../subgraph-link/link.ts'
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
  const root = { tree: gathered.data, path: [] }
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

  async run(node: PlanNode, root: Target): Promise<void> {
    switch (node.kind) {
      case 'sequence':
        for (const next of node.nodes) await this.run(next, root)
        return
      case 'parallel':
        await Promise.all(node.nodes.map((next) => this.run(next, root)))
        return
      case 'condition': {
        const chosen =
          this.#asked.variables[node.variable] === true ? node.whenTrue : node.whenFalse
        if (chosen !== undefined) await this.run(chosen, root)
        return
      }
      case 'fetch':
        await this.#fetchRoot(node, root)
        return
      case 'entities':
        await this.#fetchEntities(node, root)
        return
      case 'defer':
      case 'subscription':
        invariant(false, 'such plans are not made yet')
    }
  }

  async #fetchRoot(fetch: Fetch, root: Target): Promise<void> {
    const placement = this.#placement(fetch, undefined, [[root]])
    const data = this.#take(await this.#send(fetch, []), [placement])
    if (data === undefined) return
    applyRewrites(fetch.outputRewrites, data, this.#sources.meets)
    mergeInto(root.tree, data)
  }

  async #fetchEntities(entities: Entities, root: Target): Promise<void> {
    const { meets } = this.#sources
    const asked: Representations[] = []
    const placements: Placement[] = []
    for (const part of entities.parts) {
      const reached = part.paths.flatMap((path) => reach([root], path, meets))
      const { values, targets } = represent(reached, part, meets)
      const texts = values.map((value) => JSON.stringify(value))
      asked.push({ variable: part.variable, texts, values: () => values })
      placements.push(this.#placement(entities, part, targets))
    }
    if (placements.every(({ targets }) => targets.length === 0)) return
    const data = this.#take(await this.#send(entities, asked), placements)
    if (data === undefined) return
    for (const { part, targets } of placements) {
      const found = part && data[part.key]
      if (part === undefined || !Array.isArray(found)) continue
      for (const [index, entity] of found.entries()) {
        if (isTree(entity)) this.#complete(targets[index] ?? [], entity, part)
      }
    }
  }

  /** Objects that share a representation must not share what is merged into them. */
  #complete(targets: readonly Target[], entity: Tree, part: EntityPart): void {
    applyRewrites(part.outputRewrites, entity, this.#sources.meets)
    for (const [index, { tree }] of targets.entries()) {
      mergeInto(tree, index === 0 ? entity : structuredClone(entity))
    }
  }

  async #send(
    operation: SubgraphCall,
    representations: readonly Representations[],
  ): Promise<Answer> {
    const link = this.#sources.links.get(operation.subgraph)
    invariant(link !== undefined, `a plan names the unknown subgraph "${operation.subgraph}"`)
    const variables: Tree = {}
    for (const name of operation.variables) {
      const value = valueAt(this.#asked.variables, name)
      if (value !== undefined) variables[name] = value
    }
    return link.send({ operation, variables, representations, context: this.#asked.context })
  }

  /** Books errors and provenance, gives the data. A call without data and without a reason gets one. */
  #take(answer: Answer, placements: readonly Placement[]): Tree | undefined {
    const { errors = [], extensions } = answer
    const data = isTree(answer.data) ? answer.data : undefined
    this.#gathered.errors.push(...rebaseErrors(errors, placements))
    const [first] = placements
    if (data === undefined && errors.length === 0 && first !== undefined) {
      const silent = new SystemError('SYSTEM_REPLY_INVALID', first.subgraph)
      const reason = toPublicError(silent, first.reference)
      this.#gathered.errors.push(...rebaseErrors([reason], placements))
    }
    if (extensions?.provenance !== undefined) {
      this.#gathered.provenance.push(...rebaseProvenance(extensions.provenance, placements))
    }
    return data
  }

  #placement(
    call: Fetch | Entities,
    part: EntityPart | undefined,
    targets: Placement['targets'],
  ): Placement {
    const { meets } = this.#sources
    const filling = call.kind === 'fetch' ? call : part
    invariant(filling !== undefined, 'a call for entities has its parts')
    const { fills, outputRewrites } = filling
    const reference = this.#asked.context.requestId
    return { subgraph: call.subgraph, fills, outputRewrites, part, targets, meets, reference }
  }
}
