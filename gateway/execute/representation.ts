// Objects to be completed by another subgraph, as the `_entities` call wants them: compiled from what a plan requires to
// the text of one representation. The text is what is sent, and by it equal objects are known.

import type { EntityPart, PlanPath, Rewrite, Selection } from '../plan/plan.ts'
import type { IsTrue } from './conditions.ts'
import { type Overlay, read, type Spot, typenameAt } from './overlay.ts'
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

/** Types of objects come from subgraphs' answers, so not all that come are remembered. */
const MOST_TYPES = 1000

/** By type, because what is required may depend on it. */
export class Representation {
  readonly #wanted: Wanted
  readonly #byType = new Map<string | undefined, Writer>()

  constructor(wanted: Wanted) {
    this.#wanted = wanted
  }

  of(type: string | undefined): Writer {
    const known = this.#byType.get(type)
    if (known !== undefined) return known
    const writer = compileWriter(this.#wanted, type)
    if (this.#byType.size < MOST_TYPES) this.#byType.set(type, writer)
    return writer
  }

  textOf(overlay: Overlay, tree: Tree): string | undefined {
    const spot = overlay.spotAt(this.#wanted.position?.joint, tree)
    return this.of(typenameAt(tree, spot)).write(overlay, tree, spot)
  }
}

/** Writes the objects of one type. */
export class Writer {
  /** May objects of this type be asked for at all? */
  readonly typed: boolean
  /** All that an object at this position can hold before it is completed: objects of equal text are equal. */
  readonly whole: boolean
  /** The only key, of a leaf, by whose value texts differ; undefined if there are several. */
  readonly only: string | undefined
  readonly #members: readonly Member[]

  constructor(members: readonly Member[], of: Pick<Writer, 'typed' | 'whole'>) {
    this.#members = members
    this.typed = of.typed
    this.whole = of.whole
    const varying = members.filter(({ fixed }) => fixed === undefined)
    const [only] = varying
    this.only = varying.length === 1 && only?.below === undefined ? only?.from : undefined
  }

  /** Undefined if a required value was never fetched: then the call cannot be made, and the reason is already known. */
  write(overlay: Overlay, tree: Tree, spot: Spot | undefined): string | undefined {
    let text = '{'
    for (const { from, opening, fixed, below } of this.#members) {
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
}

export function compileRepresentation(
  { requires, inputRewrites }: Pick<EntityPart, 'requires' | 'inputRewrites'>,
  position: Position,
  deciding: Deciding,
): Representation {
  const rewrites = inputRewrites.map((rewrite) => ({ rewrite, path: rewrite.path }))
  return new Representation({ selections: requires, rewrites, position, deciding })
}

/** As JSON; what is no text costs less without its rules. */
function leafText(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
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

function compileWriter(wanted: Wanted, type: string | undefined): Writer {
  const { selections, rewrites, position, deciding } = wanted
  const drafts = new Map<string, Draft>()
  collect(selections, type, deciding, drafts)
  for (const pending of rewrites) apply(pending, type, deciding.meets, drafts)
  const members = [...drafts].map(([name, draft], index) => {
    const opening = `${index === 0 ? '' : ','}${JSON.stringify(name)}:`
    return toMember(draft, opening, wanted, type)
  })
  const leaves = [...drafts.values()].filter(
    (draft) => !draft.selections && draft.fixed === undefined,
  )
  const told = new Set(leaves.map(({ from }) => from))
  const ownKeys = position?.ownKeys
  return new Writer(members, {
    typed: type !== undefined && drafts.has('__typename'),
    whole: ownKeys !== undefined && ownKeys.isSubsetOf(told),
  })
}

function toMember(
  { from, fixed, selections, rewrites }: Draft,
  opening: string,
  { position, deciding }: Wanted,
  type: string | undefined,
): Member {
  if (selections === undefined) {
    const isType = from === '__typename' && type !== undefined
    return {
      from,
      opening,
      fixed: fixed ?? (isType ? JSON.stringify(type) : undefined),
      below: undefined,
    }
  }
  const below = { selections, rewrites, position: position?.below(from), deciding }
  return { from, opening, fixed, below: new Representation(below) }
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
