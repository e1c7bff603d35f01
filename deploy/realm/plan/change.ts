// A plan as data: what is to be done, what is only told, what was asked for.

import { type Item, type ItemName, type Kind, nameOf } from '../objects/kinds.ts'
import type { Observed } from '../server/observe.ts'
import type { Applied } from './applied.ts'
import type { Difference } from './differences.ts'

export interface Change {
  /** `collision`: something of this name is there, and it is not ours. */
  readonly action: 'create' | 'update' | 'delete' | 'adopt' | 'collision'
  readonly kind: Kind
  readonly key: string
  readonly differences: readonly Difference[]
  /** Places of secrets that change; their values are nowhere in a plan. */
  readonly secrets: readonly string[]
  /** Why it is not done unless asked for by the option that it names. */
  readonly held?: string
}

export interface Note {
  readonly kind: Kind
  readonly key: string
  readonly text: string
}

export interface Plan {
  readonly realm: string
  readonly changes: readonly Change[]
  /** What a reader should know though nothing follows from it. */
  readonly notes: readonly Note[]
  /** Objects that the files have and the server has likewise. */
  readonly same: number
}

export interface PlanOptions {
  /** `client:portal`, or a kind (`client`), or `all`: what is there already and becomes ours. */
  readonly adopt: readonly string[]
  readonly allowDelete: readonly string[]
  /** As many deletions as were counted by whoever asks for them. */
  readonly yesDelete: number | undefined
  readonly allowEnable: boolean
  readonly resetSecrets: boolean
}

export interface PlanInput {
  readonly realm: string
  readonly desired: readonly Item[]
  readonly observed: Observed | undefined
  readonly applied: Applied | undefined
  readonly options: PlanOptions
}

export interface Context extends PlanInput {
  readonly observed: Observed
  readonly there: ReadonlyMap<ItemName, Item>
  readonly owned: (item: Item) => boolean
}

export function isNamed(item: Pick<Item, 'kind' | 'key'>, names: readonly string[]): boolean {
  return names.includes('all') || names.includes(item.kind) || names.includes(nameOf(item))
}
