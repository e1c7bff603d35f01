// Plans and drift as lines for people. Secrets are masked by their place and, whatever the place, by their value; values of
// people are not shown at all.

import { isFields } from './objects/fields.ts'
import type { Item } from './objects/kinds.ts'
import { isSecretName, MASK } from './objects/secret-places.ts'
import type { Change, Plan } from './plan/change.ts'
import type { Difference } from './plan/differences.ts'
import type { Drift } from './plan/drift.ts'
import type { WhoChanged } from './server/admin-events.ts'

/** Longer values are cut: a plan is read, not diffed by eye. */
const WIDTH = 100
const SIGNS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  delete: '-',
  adopt: '=',
  collision: '!',
}
const DRIFT_SIGNS: Readonly<Record<Drift['action'], string>> = {
  added: '+',
  changed: '~',
  gone: '-',
}
const PERSONAL: ReadonlySet<Item['kind']> = new Set(['user'])

export type Masker = (value: unknown) => unknown

/** Replaces each of these secrets, as it is and as JSON, URLs and base64 write it, wherever it stands. */
export function maskerOf(secrets: readonly string[]): Masker {
  const forms = new Set(
    secrets.flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ]),
  )
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length)
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return longestFirst.reduce((text, form) => text.replaceAll(form, MASK), value)
    }
    if (Array.isArray(value)) return value.map(mask)
    if (!isFields(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, isHidden(name, each) ? MASK : mask(each)]),
    )
  }
  return mask
}

function isHidden(name: string, value: unknown): boolean {
  return isSecretName(name) && typeof value === 'string' && value !== 'true' && value !== 'false'
}

/** The same plan with nothing in it that must not be seen: what is printed, saved and hashed. */
export function maskChanges(changes: readonly Change[], mask: Masker): readonly Change[] {
  return changes.map((change) => ({ ...change, differences: hide(change, mask) }))
}

export function maskDrift(drift: readonly Drift[], mask: Masker): readonly Drift[] {
  return drift.map((each) => ({ ...each, differences: hide(each, mask) }))
}

function hide(
  { kind, differences }: Pick<Change, 'kind' | 'differences'>,
  mask: Masker,
): readonly Difference[] {
  return differences.map(({ place, before, after }) => {
    const name = place.slice(place.lastIndexOf('/') + 1)
    if (PERSONAL.has(kind)) return { place, before: undefined, after: undefined }
    const hidden = (value: unknown): unknown => (isHidden(name, value) ? MASK : mask(value))
    return { place, before: hidden(before), after: hidden(after) }
  })
}

export function planLines({ realm, changes, notes, same }: Plan, where: string): readonly string[] {
  const title = `${realm} at ${where}`
  const noted = notes.map(({ kind, key, text }) => `i ${label(kind, key)}: ${text}`)
  if (changes.length === 0) return [...noted, `${title}: in sync, ${same} objects`]
  return [
    ...changes.flatMap(changeLines),
    ...noted,
    `${title}: ${count(changes)}; ${same} objects as they should be`,
  ]
}

function count(changes: readonly Change[]): string {
  const words = {
    create: 'to create',
    update: 'to change',
    delete: 'to delete',
    adopt: 'to take over',
    collision: 'not ours',
  }
  const parts = Object.entries(words).flatMap(([action, word]) => {
    const number = changes.filter((change) => change.action === action).length
    return number === 0 ? [] : [`${number} ${word}`]
  })
  const held = changes.filter((change) => change.held !== undefined).length
  return [...parts, ...(held === 0 ? [] : [`${held} held back`])].join(', ')
}

export function changeLines(change: Change): readonly string[] {
  const { action, kind, key, differences, secrets, held } = change
  const told = action === 'create' ? [] : differences
  return [
    `${SIGNS[action]} ${label(kind, key)}${action === 'collision' ? ` is there and not ours; --adopt "${kind}:${key}" takes it over` : ''}`,
    ...told.map((each) => differenceLine(each, kind)),
    ...(action === 'create' ? [] : secrets.map((place) => `    ${place}: a secret, changed`)),
    ...(held === undefined ? [] : [`    held back: ${held}`]),
  ]
}

export interface DriftWithWho extends Drift {
  readonly who: readonly WhoChanged[]
}

export function driftLines(drift: readonly DriftWithWho[], where: string): readonly string[] {
  if (drift.length === 0) return [`${where}: nothing has changed since it was applied`]
  return [
    ...drift.flatMap(({ action, kind, key, differences, secrets, who }) => [
      `${DRIFT_SIGNS[action]} ${label(kind, key)} ${action}`,
      ...(action === 'gone' ? [] : differences.map((each) => differenceLine(each, kind))),
      ...secrets.map((place) => `    ${place}: a secret, changed`),
      ...who.map(
        ({ at, operation, user, client, from }) =>
          `    by ${user} with ${client} from ${from}, ${at} (${operation})`,
      ),
      ...(who.length === 0 ? ['    by whom: no admin event tells it'] : []),
    ]),
    `${where}: ${drift.length} ${drift.length === 1 ? 'object differs' : 'objects differ'} from what was applied`,
  ]
}

function differenceLine({ place, before, after }: Difference, kind: Item['kind']): string {
  if (PERSONAL.has(kind)) return `    ${place}: changed (values of people are not shown)`
  const [old, fresh] = [textsIn(before), textsIn(after)]
  if (old !== undefined && fresh !== undefined && old.length + fresh.length > 0) {
    const more = fresh.filter((each) => !old.includes(each)).map((each) => `+ ${short(each)}`)
    const less = old.filter((each) => !fresh.includes(each)).map((each) => `− ${short(each)}`)
    return `    ${place}: ${[...more, ...less].join(', ')}`
  }
  return `    ${place}: ${short(before)} → ${short(after)}`
}

/** A list of texts, or none at all; undefined for everything else. */
function textsIn(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return []
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string')
  return isList ? value : undefined
}

function short(value: unknown): string {
  if (value === undefined || value === null) return '—'
  const text = JSON.stringify(value)
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}… (${text.length} characters)` : text
}

function label(kind: Item['kind'], key: string): string {
  return `${kind} ${key}`
}
