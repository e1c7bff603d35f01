// Objects to be completed by another subgraph, as the `_entities` call wants them: compiled from what a plan requires to
// the text of one representation. The text is what is sent, and by it equal objects are known.

import type { EntityPart, PlanPath, Rewrite, Selection } from '../plan/plan.ts'
import type { IsTrue } from './conditions.ts'
import { type Overlay, read, typenameAt } from './overlay.ts'
import type { Position } from './position.ts'
import { isTree, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

interface Wanted {
  readonly selections: readonly Selection[]
  readonly rewrites: readonly Pending[]
  readonly position: Position | undefined
  readonly deciding: Deciding
}

/** By what it is decided which of the selections apply. */
export interface Deciding {
  readonly meets: MeetsCondition
  readonly isTrue: IsTrue
}

/** A rewrite with the steps that are still to go. */
interface Pending {
  readonly rewrite: Rewrite
  readonly path: PlanPath
}

interface Member {
  /** Key in the gathered data. */
  readonly from: string
  /** The name in the representation with what stands before the value. */
  readonly opening: string
  /** What stands there whatever the data say. */
  readonly fixed: string | undefined
  readonly below: Representation | undefined
}

/** What is written of objects of one type. */
interface Members {
  readonly list: readonly Member[]
  readonly typed: boolean
  /** All that an object at this position can hold before it is completed: objects of equal text are equal. */
  readonly whole: boolean
}

/** Types of objects come from subgraphs' answers, so not all that come are remembered. */
const MOST_TYPES = 1000

export class Representation {
  readonly #wanted: Wanted
  readonly #byType = new Map<string | undefined, Members>()

  constructor(wanted: Wanted) {
    this.#wanted = wanted
  }

  /** Undefined if a required value was never fetched: then the call cannot be made, and the reason is already known. */
  textOf(overlay: Overlay, tree: Tree): string | undefined {
    const spot = overlay.spotAt(this.#wanted.position?.joint, tree)
    let text = '{'
    for (const { from, opening, fixed, below } of this.#of(typenameAt(tree, spot)).list) {
      if (fixed !== undefined) {
        text += opening + fixed
        continue
      }
      const value = spot === undefined ? valueAt(tree, from) : read(spot, from)
      const written = below === undefined ? leafText(value) : branchText(below, overlay, value)
      if (written === undefined) return undefined
      text += opening + written
    }
    return `${text}}`
  }

  /** May an object of this type be asked for at all? */
  isTyped(type: string | undefined): boolean {
    return this.#of(type).typed
  }

  isWhole(type: string | undefined): boolean {
    return this.#of(type).whole
  }

  #of(type: string | undefined): Members {
    const known = this.#byType.get(type)
    if (known !== undefined) return known
    const members = compileMembers(this.#wanted, type)
    if (this.#byType.size < MOST_TYPES) this.#byType.set(type, members)
    return members
  }
}

export function compileRepresentation(
  { requires, inputRewrites }: Pick<EntityPart, 'requires' | 'inputRewrites'>,
  position: Position,
  deciding: Deciding,
): Representation {
  const rewrites = inputRewrites.map((rewrite) => ({ rewrite, path: rewrite.path }))
  return new Representation({ selections: requires, rewrites, position, deciding })
}

function leafText(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}

function branchText(below: Representation, overlay: Overlay, value: unknown): string | undefined {
  if (value === null) return 'null'
  if (!Array.isArray(value)) return isTree(value) ? below.textOf(overlay, value) : undefined
  const items: string[] = []
  for (const item of value) {
    const text = branchText(below, overlay, item)
    if (text === undefined) return undefined
    items.push(text)
  }
  return `[${items.join(',')}]`
}

/** A member while rewrites still change it. */
interface Draft {
  readonly from: string
  readonly selections: Selection[] | undefined
  readonly rewrites: Pending[]
  readonly fixed: string | undefined
}

function compileMembers(wanted: Wanted, type: string | undefined): Members {
  const drafts = new Map<string, Draft>()
  collect(wanted.selections, type, wanted.deciding, drafts)
  for (const pending of wanted.rewrites) apply(pending, type, wanted.deciding.meets, drafts)
  const list = [...drafts].map(([name, { from, fixed, selections, rewrites }], index) => ({
    from,
    opening: `${index === 0 ? '' : ','}${JSON.stringify(name)}:`,
    fixed,
    below:
      selections &&
      new Representation({
        selections,
        rewrites,
        position: wanted.position?.below(from),
        deciding: wanted.deciding,
      }),
  }))
  const leaves = new Set(
    list.filter(({ fixed, below }) => fixed === undefined && !below).map(({ from }) => from),
  )
  const { ownKeys } = wanted.position ?? {}
  return {
    list,
    typed: type !== undefined && drafts.has('__typename'),
    whole: ownKeys !== undefined && ownKeys.isSubsetOf(leaves),
  }
}

function collect(
  selections: readonly Selection[],
  type: string | undefined,
  deciding: Deciding,
  into: Map<string, Draft>,
): void {
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      if (applies(selection, type, deciding)) collect(selection.selections, type, deciding, into)
      continue
    }
    const { name, from } = selection
    const known = into.get(name)
    if (known === undefined) {
      const below = selection.selections && [...selection.selections]
      into.set(name, { from, selections: below, rewrites: [], fixed: undefined })
    } else known.selections?.push(...(selection.selections ?? []))
  }
}

function applies(
  fragment: Extract<Selection, { kind: 'fragment' }>,
  type: string | undefined,
  { meets, isTrue }: Deciding,
): boolean {
  const { type: condition, skipIf, includeIf } = fragment
  if (skipIf !== undefined && isTrue(skipIf)) return false
  if (includeIf !== undefined && !isTrue(includeIf)) return false
  return condition === undefined || (type !== undefined && meets(type, condition))
}

function apply(
  { rewrite, path }: Pending,
  type: string | undefined,
  meets: MeetsCondition,
  drafts: Map<string, Draft>,
): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (head.kind === 'items') return apply({ rewrite, path: rest }, type, meets, drafts)
  if (head.kind === 'types') {
    const name = typeIn(drafts, type)
    if (name === undefined || !head.names.some((one) => meets(name, one))) return
    return apply({ rewrite, path: rest }, type, meets, drafts)
  }
  const draft = drafts.get(head.name)
  if (rest.length > 0) draft?.rewrites.push({ rewrite, path: rest })
  else if (rewrite.kind === 'set') {
    const fixed = JSON.stringify(rewrite.value)
    drafts.set(head.name, { from: head.name, selections: undefined, rewrites: [], fixed })
  } else if (draft !== undefined) {
    drafts.delete(head.name)
    drafts.set(rewrite.to, draft)
  }
}

/** The type as the representation names it by now: an earlier rewrite may have set another one. */
function typeIn(drafts: ReadonlyMap<string, Draft>, type: string | undefined): string | undefined {
  const draft = drafts.get('__typename')
  if (draft?.fixed === undefined) return draft && type
  const fixed: unknown = JSON.parse(draft.fixed)
  return typeof fixed === 'string' ? fixed : undefined
}
