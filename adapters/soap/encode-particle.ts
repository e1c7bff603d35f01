// The order of elements in a record (XSD 1.0 part 1 §3.8): sequences, choices, repeated groups and wildcards as writers.
// Which elements there are and how each is written is encode.ts's.

import type { Tree } from '../adapter.ts'
import { isGiven, memberPath, own, refuse, toList } from './input.ts'
import type { Particle } from './model.ts'
import { toRawXml } from './raw-xml.ts'

/** What one particle writes of a record, and whether the record says anything for it. */
export interface ParticleWriter {
  write(record: Tree, path: string): string
  given(record: Tree): boolean
  /** Keys, for the message when none of a choice is given. */
  readonly names: readonly string[]
  readonly optional: boolean
}

export const NOTHING: ParticleWriter = {
  write: () => '',
  given: () => false,
  names: [],
  optional: true,
}

interface GroupOptions {
  readonly repeated: boolean
  readonly optional: boolean
}

interface SequenceOptions {
  readonly optional: boolean
  readonly whole: boolean
  readonly rows: boolean
}

/** Branches that begin alike are told apart by all that is given. */
export function choiceWriter(
  writers: readonly ParticleWriter[],
  { repeated, optional }: GroupOptions,
): ParticleWriter {
  const names = writers.flatMap((writer) => writer.names)
  const mayBeEmpty = optional || writers.some((writer) => writer.optional)
  const write = (record: Tree, path: string): string => {
    const active = writers.filter((writer) => writer.given(record))
    if (repeated) return active.map((writer) => writer.write(record, path)).join('')
    const chosen = active.length > 1 ? whole(active, record) : active[0]
    if (chosen !== undefined) return chosen.write(record, path)
    if (active.length > 1) return refuse(path, `may have only one of: ${names.join(', ')}`)
    return mayBeEmpty ? '' : refuse(path, `needs one of: ${names.join(', ')}`)
  }
  const given = (record: Tree) => writers.some((writer) => writer.given(record))
  return { write, given, names, optional: mayBeEmpty }
}

function whole(active: readonly ParticleWriter[], record: Tree): ParticleWriter | undefined {
  const names = new Set(active.flatMap((writer) => writer.names))
  const wanted = [...names].filter((name) => isGiven(own(record, name)))
  return active.find((writer) => wanted.every((name) => writer.names.includes(name)))
}

/** `whole`: left out altogether when nothing of it is given. `rows`: the lists of a repeated group of single elements are written row by row. */
export function sequenceWriter(
  writers: readonly ParticleWriter[],
  { optional, whole: together, rows }: SequenceOptions,
): ParticleWriter {
  const names = writers.flatMap((writer) => writer.names)
  const given = (record: Tree) => writers.some((writer) => writer.given(record))
  const once = (record: Tree, path: string) => {
    if (together && !given(record)) return ''
    let all = ''
    for (const writer of writers) all += writer.write(record, path)
    return all
  }
  const many = (record: Tree, path: string) =>
    toRows(record, names)
      .map((row) => once(row, path))
      .join('')
  return { write: rows ? many : once, given, names, optional }
}

/** A repeated group of single elements: its lists are written row by row. */
function toRows(record: Tree, names: readonly string[]): readonly Tree[] {
  const lists = names.map((name) => toList(own(record, name)))
  const count = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: count }, (_, row) => {
    const cells = names.flatMap((name, column) => {
      const cell = lists[column]?.[row]
      return cell === undefined ? [] : [[name, cell] as const]
    })
    return Object.fromEntries(cells)
  })
}

/** Elements by xsd:any, raw, one after the other. */
export function wildcardWriter(key: string, optional: boolean): ParticleWriter {
  const write = (record: Tree, path: string) => {
    const values = toList(own(record, key)).filter((value) => value !== null)
    const place = memberPath(path, key)
    if (values.length === 0 && !optional) return refuse(place, 'is missing')
    return values.map((value) => toRawXml(value, place)).join('')
  }
  return { write, given: (record) => isGiven(own(record, key)), names: [key], optional }
}

export function isSingle(particle: Particle): boolean {
  return particle.kind === 'element' && particle.max === 1
}
