// In: the realm of the files and the realm of a server. Out: what has to be done for the server to be as the files say, in the
// order in which it can be done, and what must not be done. Nothing here changes anything.

import { type Item, KINDS, LASTING, nameOf } from '../objects/kinds.ts'
import { isListed, listedAs, ownership } from '../objects/marks.ts'
import { secretsOf } from '../server/observe.ts'
import {
  type Change,
  type Context,
  isNamed,
  type Note,
  type Plan,
  type PlanInput,
} from './change.ts'
import { type Difference, differences } from './differences.ts'
import { isOf } from './fingerprint.ts'
import { holdBack } from './guards.ts'

export function makePlan(input: PlanInput): Plan {
  const { realm, desired, observed, options } = input
  if (observed === undefined) return newRealm(realm, desired)
  const owned = ownership(observed.realm, observed.items)
  const there = new Map(observed.items.map((item) => [nameOf(item), item]))
  const context: Context = { ...input, observed, there, owned: adopting(owned, options.adopt) }
  const results = desired.map((item) => compare(item, context))
  const changes = [
    ...inOrder(results.flatMap(({ change }) => change ?? [])),
    ...inOrder(deletions(context)).toReversed(),
  ]
  return {
    realm,
    changes: holdBack(changes, context),
    notes: [...results.flatMap(({ notes }) => notes), ...strangers(context, owned)],
    same: results.filter(({ change }) => change === undefined).length,
  }
}

interface Compared {
  readonly change?: Change
  readonly notes: readonly Note[]
}

/** A server that does not have it takes the whole realm at once, as Keycloak's own import does. */
function newRealm(realm: string, desired: readonly Item[]): Plan {
  const changes = inOrder(
    desired.flatMap((item) => compareNew(item, differences(item.value, {})).change ?? []),
  )
  return { realm, changes, notes: [], same: 0 }
}

function compareNew(item: Item, made: readonly Difference[]): Compared {
  const { kind, key, parent } = item
  // Parts that every object of their kind has are made with it; only what is in them counts.
  const isEmptyPart = parent !== undefined && LASTING.has(kind) && made.length === 0
  if (isEmptyPart) return { notes: [] }
  const secrets = [...secretsOf(item).keys()]
  return { change: { action: 'create', kind, key, differences: made, secrets }, notes: [] }
}

function compare(item: Item, context: Context): Compared {
  const { kind, key } = item
  const found = context.there.get(nameOf(item))
  if (found === undefined) return compareNew(item, differences(item.value, {}))
  const differ = differences(item.value, found.value)
  const { changed, notes } = compareSecrets(item, context)
  const change = { kind, key, differences: differ, secrets: changed }
  if (isAdopted(found, context)) return { change: { action: 'adopt', ...change }, notes }
  if (!context.owned(found)) {
    // Of a part, the object that it belongs to tells it.
    return hasOwner(found)
      ? { change: { action: 'collision', ...change }, notes: [] }
      : { notes: [] }
  }
  const isSame = differ.length === 0 && changed.length === 0
  return isSame ? { notes } : { change: { action: 'update', ...change }, notes }
}

/** Not ours before and asked for: of parts only those that carry their own mark. */
function isAdopted(found: Item, { observed, options }: Context): boolean {
  const before = ownership(observed.realm, observed.items)
  return !before(found) && isNamed(found, options.adopt) && hasOwner(found)
}

function hasOwner(item: Item): boolean {
  return isListed(item) || item.parent === undefined || item.kind === 'client-role'
}

function adopting(owned: Context['owned'], adopt: readonly string[]): Context['owned'] {
  return (item) => {
    if (owned(item) || isNamed(item, adopt)) return true
    const [kind = '', ...key] = (item.parent ?? '').split(':')
    const shares = !hasOwner(item) && item.parent !== undefined
    return (
      shares &&
      (adopt.includes('all') || adopt.includes(kind) || adopt.includes(`${kind}:${key.join(':')}`))
    )
  }
}

function compareSecrets(item: Item, context: Context) {
  const { observed, applied, options } = context
  const { kind, key } = item
  const told = observed.secrets.get(nameOf(item)) ?? new Map<string, string | undefined>()
  const last = applied?.items[listedAs(item)]?.filed ?? {}
  const verdicts = [...secretsOf(item)].map(([place, secret]) => {
    const there = { isThere: told.has(place), value: told.get(place) }
    return { place, verdict: judge(secret, there, last[place]) }
  })
  const changed = verdicts.filter(
    ({ verdict }) => verdict === 'other' || (verdict === 'rotated' && options.resetSecrets),
  )
  const rotated = options.resetSecrets ? [] : verdicts.filter((each) => each.verdict === 'rotated')
  const text =
    'was changed on the server since it was applied and stays; --reset-secrets puts back that of the files'
  return {
    changed: changed.map(({ place }) => place),
    notes: rotated.map(({ place }): Note => ({ kind, key, text: `${place} ${text}` })),
  }
}

/** `rotated`: the files are as when they were applied, and the server has another secret now. */
function judge(
  secret: string,
  there: { readonly isThere: boolean; readonly value: string | undefined },
  last: string | undefined,
): 'same' | 'rotated' | 'other' {
  if (there.value === secret) return 'same'
  const isAsApplied = last !== undefined && isOf(last, secret)
  if (!isAsApplied || !there.isThere) return 'other'
  // What the server does not tell is taken for what was applied.
  return there.value === undefined ? 'same' : 'rotated'
}

/**
 * Ours and gone from the files; of what is not ours only what is named to be taken over one by one, so that `--adopt all` never
 * deletes. What goes with something that goes is not told again.
 */
function deletions({ observed, desired, options }: Context): readonly Change[] {
  const wanted = new Set(desired.map(nameOf))
  const ours = ownership(observed.realm, observed.items)
  const owned = (item: Item): boolean => ours(item) || options.adopt.includes(nameOf(item))
  const gone = observed.items.filter(
    (item) => !LASTING.has(item.kind) && owned(item) && !wanted.has(nameOf(item)),
  )
  const names = new Set(gone.map(nameOf))
  return gone
    .filter(({ parent }) => parent === undefined || !names.has(parent))
    .map(({ kind, key }) => ({ action: 'delete', kind, key, differences: [], secrets: [] }))
}

/** On an object of ours, and not from us: worth a look, and not ours to take away. */
function strangers(
  { observed, desired, there }: Context,
  owned: Context['owned'],
): readonly Note[] {
  const wanted = new Set(desired.map(nameOf))
  return observed.items.flatMap((item) => {
    const { kind, key, parent } = item
    const above = parent === undefined ? undefined : there.get(parent)
    if (above === undefined || LASTING.has(kind) || wanted.has(nameOf(item))) return []
    const isStranger = owned(above) && !owned(item)
    const text = `is not in the files and not ours; --adopt "${nameOf(item)}" makes it so, and it is then deleted`
    return isStranger ? [{ kind, key, text }] : []
  })
}

function inOrder(changes: readonly Change[]): readonly Change[] {
  return changes.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
}
