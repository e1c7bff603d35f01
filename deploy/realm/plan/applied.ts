// What was applied last, kept on the server in an attribute of the realm: drift is measured against it. Values that the
// files speak of are kept as they are; all others, and everything about people, as salted hashes; secrets as fingerprints.
import { createHash, randomBytes } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { canonical, type Fields, fieldsOf, isFields, textOf } from '../objects/fields.ts'
import { type Item, nameOf } from '../objects/kinds.ts'
import { APPLIED, listedAs } from '../objects/marks.ts'
import { type Observed, secretsOf } from '../server/observe.ts'
import { escaped } from './differences.ts'
import { fingerprintOf, isOf } from './fingerprint.ts'

const Texts = Type.Record(Type.String(), Type.String())
const Entry = Type.Object({
  id: Type.Optional(Type.String()),
  /** Canonical text by place. */
  shown: Texts,
  hashed: Texts,
  /** The object that it is a part of, as it is listed. */
  parent: Type.Optional(Type.String()),
  /** Fingerprint by place: of the server's secret, and of that of the files at the time. */
  secrets: Texts,
  filed: Texts,
})
const Applied = Type.Object({
  version: Type.Literal(1),
  /** ISO 8601. */
  at: Type.String(),
  /** Time of the newest admin event when it was recorded, in milliseconds of the server's clock. */
  eventsUntil: Type.Number(),
  salt: Type.String(),
  items: Type.Record(Type.String(), Entry),
})

export type Applied = Static<typeof Applied>
export type AppliedEntry = Static<typeof Entry>

/** No realm's attributes are this large; whoever wrote this was not us. */
const LARGEST = 8 * 1024 * 1024

export function readApplied(realm: Fields): Applied | undefined {
  const text = textOf(fieldsOf(realm['attributes'])[APPLIED])
  if (text === '') return undefined
  try {
    const unpacked = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: LARGEST })
    const value: unknown = JSON.parse(unpacked.toString())
    return Value.Check(Applied, value) ? value : undefined
  } catch {
    // Written over by somebody: then nothing is known of the last time.
    return undefined
  }
}

export function writeApplied(applied: Applied): string {
  return gzipSync(JSON.stringify(applied)).toString('base64')
}

export interface Recording {
  readonly desired: readonly Item[]
  readonly observed: Observed
  /** What of the server is kept: ours, with its parts. */
  readonly kept: readonly Item[]
  readonly eventsUntil: number
  readonly at: Date
  /** Fingerprints of the last time stay where the secret did not change: they are slow to make. */
  readonly before: Applied | undefined
}

export function recordApplied(recording: Recording): Applied {
  const { desired, kept, eventsUntil, at } = recording
  const salt = randomBytes(12).toString('base64url')
  const spoken = new Map(desired.map((item) => [nameOf(item), item]))
  const items = kept.map((item) => {
    const said = spoken.get(nameOf(item))
    const entry = entryOf(item, said, salt)
    const prints = said === undefined ? { secrets: {}, filed: {} } : fingerprintsOf(said, recording)
    return [listedAs(item), { ...entry, ...prints }] as const
  })
  return { version: 1, at: at.toISOString(), eventsUntil, salt, items: Object.fromEntries(items) }
}

/** What an object looks like now, in the way it was recorded. */
function entryOf(item: Item, said: Item | undefined, salt: string) {
  const places = said === undefined ? new Set() : new Set(leavesOf(said.value).keys())
  const open = item.kind !== 'user'
  const leaves = [...leavesOf(item.value)]
  const isShown = (place: string): boolean => open && places.has(place)
  return {
    ...(item.id === undefined || item.id === '' ? {} : { id: item.id }),
    ...(item.parent === undefined ? {} : { parent: item.parent }),
    shown: Object.fromEntries(leaves.filter(([place]) => isShown(place))),
    hashed: Object.fromEntries(
      leaves
        .filter(([place]) => !isShown(place))
        .map(([place, text]) => [place, hashOf(text, salt)]),
    ),
  }
}

export function hashOf(text: string, salt: string): string {
  return createHash('sha256').update(`${salt}\n${text}`).digest('base64url').slice(0, 16)
}

/** Canonical text of every member that has no members itself, by place. */
export function leavesOf(value: unknown, place = ''): ReadonlyMap<string, string> {
  if (!isFields(value)) return new Map([[place, canonical(value)]])
  const leaves = Object.entries(value).flatMap(([name, each]) => [
    ...leavesOf(each, `${place}/${escaped(name)}`),
  ])
  return new Map(leaves.filter(([, text]) => text !== '""' && text !== '[]'))
}

function fingerprintsOf(
  said: Item,
  { observed, before }: Recording,
): Pick<AppliedEntry, 'secrets' | 'filed'> {
  const told = observed.secrets.get(nameOf(said))
  const last = before?.items[listedAs(said)]
  const prints = [...secretsOf(said)].map(([place, secret]) => {
    const filed = keep(last?.filed[place], secret)
    const there = told?.get(place) ?? secret
    return { place, filed, there: there === secret ? filed : keep(last?.secrets[place], there) }
  })
  return {
    secrets: Object.fromEntries(prints.map(({ place, there }) => [place, there])),
    filed: Object.fromEntries(prints.map(({ place, filed }) => [place, filed])),
  }
}

function keep(last: string | undefined, secret: string): string {
  return last !== undefined && isOf(last, secret) ? last : fingerprintOf(secret)
}
