// In: what was applied last and what is there now. Out: what somebody else has changed since, member by member. The files
// have no part in it: they may have moved on, too.

import { type Item, type ItemName, KINDS, nameOf } from '../objects/kinds.ts'
import { listedAs } from '../objects/marks.ts'
import type { Observed } from '../server/observe.ts'
import { type Applied, type AppliedEntry, hashOf, leavesOf } from './applied.ts'
import type { Difference } from './differences.ts'
import { isOf } from './fingerprint.ts'

export interface Drift {
  readonly kind: Item['kind']
  readonly key: string
  readonly action: 'changed' | 'added' | 'gone'
  /** A value that was kept only as a hash is told as undefined before. */
  readonly differences: readonly Difference[]
  /** Places of secrets that are no more those that were applied. */
  readonly secrets: readonly string[]
  readonly id: string | undefined
  readonly parentId: string | undefined
}

export interface Now {
  readonly observed: Observed
  /** Ours, and what hangs on it. */
  readonly kept: readonly Item[]
}

export function driftSince(applied: Applied, { observed, kept }: Now): readonly Drift[] {
  const ids = new Map(observed.items.map((item) => [nameOf(item), item.id]))
  const there = new Set(kept.map(listedAs))
  const gone = Object.entries(applied.items)
    .filter(([name, { parent }]) => !there.has(name) && (parent === undefined || there.has(parent)))
    .map(([name, entry]) => toGone(name, entry))
  return [...kept.flatMap((item) => driftOf(item, applied, { observed, ids })), ...gone]
}

interface Around {
  readonly observed: Observed
  readonly ids: ReadonlyMap<ItemName, string | undefined>
}

function driftOf(item: Item, applied: Applied, { observed, ids }: Around): readonly Drift[] {
  const { kind, key, id, parent } = item
  const place = { kind, key, id, parentId: parent === undefined ? undefined : ids.get(parent) }
  const entry = applied.items[listedAs(item)]
  if (entry === undefined) return [{ ...place, action: 'added', differences: [], secrets: [] }]
  const differences = membersOf(item, entry, applied.salt)
  const secrets = [...(observed.secrets.get(nameOf(item)) ?? [])]
    .filter(([at, secret]) => {
      const known = entry.secrets[at]
      return known !== undefined && secret !== undefined && !isOf(known, secret)
    })
    .map(([at]) => at)
  if (differences.length === 0 && secrets.length === 0) return []
  return [{ ...place, action: 'changed', differences, secrets }]
}

function membersOf(
  item: Item,
  { shown, hashed }: AppliedEntry,
  salt: string,
): readonly Difference[] {
  const now = leavesOf(item.value)
  const places = new Set([...now.keys(), ...Object.keys(shown), ...Object.keys(hashed)])
  return [...places].flatMap((place) => {
    const text = now.get(place)
    const isSame =
      place in shown
        ? shown[place] === text
        : text !== undefined && hashed[place] === hashOf(text, salt)
    return isSame ? [] : [{ place, before: valueOf(shown[place]), after: valueOf(text) }]
  })
}

function valueOf(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}

function toGone(name: string, { id, shown }: AppliedEntry): Drift {
  const at = name.indexOf(':')
  const differences = Object.entries(shown).map(([place, text]) => ({
    place,
    before: valueOf(text),
    after: undefined,
  }))
  const [kind, key] = [name.slice(0, at), name.slice(at + 1)]
  return {
    kind: kindOf(kind),
    key,
    action: 'gone',
    differences,
    secrets: [],
    id,
    parentId: undefined,
  }
}

function kindOf(text: string): Item['kind'] {
  const kind = KINDS.find((each) => each === text)
  return kind ?? 'realm'
}
