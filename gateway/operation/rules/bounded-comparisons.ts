// Fields of the same name in the same place must be mergeable (GraphQL §5.3.2), and validation compares each with each:
// the work grows with the square of what a document repeats. Two thousand tokens are enough for a second of it.

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql'

import type { LimitRule } from './rule.ts'

/**
 * Pairs of fields that come to stand in the same place when fragments are written out, and pairs of fragments. Written
 * out for real, so the limit on selections must come before; stops when there are enough to refuse.
 */
export const boundedComparisons: LimitRule = {
  limit: 'comparisons',
  reason: 'comparisons',
  measure: (document, most) => {
    const fragments = fragmentsOf(document)
    let pairs = (fragments.size * (fragments.size - 1)) / 2
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION) continue
      pairs += new Counting(fragments, most - pairs).pairsOf(node.selectionSet)
    }
    return pairs
  },
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  return fragments
}

/** A place in the answer: how many fields fill it. */
interface Spot {
  fields: number
  readonly below: Map<string, Spot>
}

class Counting {
  readonly #fragments: Fragments
  readonly #most: number
  /** Spread around what is counted now: a circle is for validation to name. */
  readonly #open = new Set<string>()
  #pairs = 0

  constructor(fragments: Fragments, most: number) {
    this.#fragments = fragments
    this.#most = most
  }

  pairsOf(set: SelectionSetNode): number {
    this.#count(set, { fields: 1, below: new Map() })
    return this.#pairs
  }

  #count(set: SelectionSetNode, spot: Spot): void {
    for (const node of set.selections) {
      if (this.#pairs > this.#most) return
      if (node.kind === Kind.INLINE_FRAGMENT) this.#count(node.selectionSet, spot)
      else if (node.kind === Kind.FRAGMENT_SPREAD) this.#countFragment(node.name.value, spot)
      else {
        const below = spotOf(node.alias?.value ?? node.name.value, spot)
        this.#pairs += below.fields
        below.fields += 1
        if (node.selectionSet !== undefined) this.#count(node.selectionSet, below)
      }
    }
  }

  #countFragment(name: string, spot: Spot): void {
    const fragment = this.#fragments.get(name)
    if (fragment === undefined || this.#open.has(name)) return
    this.#open.add(name)
    this.#count(fragment.selectionSet, spot)
    this.#open.delete(name)
  }
}

function spotOf(name: string, { below }: Spot): Spot {
  const known = below.get(name)
  if (known !== undefined) return known
  const spot: Spot = { fields: 0, below: new Map() }
  below.set(name, spot)
  return spot
}
