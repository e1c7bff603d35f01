// One field of a record, checked against the contract. In: annotation, GraphQL type, shape. Out: a reader, or findings.

import type { ASTNode } from 'graphql'

import type { Shape, Value } from '../../adapters/adapter.ts'
import {
  compileValue,
  compileValues,
  type ReadValue,
  typeAfter,
} from '../../adapters/mapping/field.ts'
import { readGeoJson } from '../../adapters/mapping/geometry.ts'
import type { NormaliserName } from '../../adapters/mapping/normalisers.ts'
import { parsePath, type ReadPath, shapeAt, type TreePath } from '../../adapters/mapping/paths.ts'
import { compileSelect, GRAMMAR, parseSelector, shapeOf } from '../../adapters/mapping/selectors.ts'
import { isList } from '../../adapters/tree.ts'
import { closest } from '../closest.ts'
import type { FromAnnotation, Report } from './annotations.ts'
import { type Finish, finishEnum, finishScalar, isKnownScalar, misfit } from './fits.ts'
import type { ReadField } from './mapping.ts'

/** What a published scalar or enum must be. */
export interface Target {
  readonly name: string
  /** Members, when it is an enum. */
  readonly members: ReadonlySet<string> | undefined
  readonly list: boolean
  /** A list may hold null. */
  readonly holdsNull: boolean
}

/** Where something is read. */
export interface Place {
  readonly read: ReadPath
  readonly shape: Shape
  /** It gives a list, whatever the shape says. */
  readonly each: boolean
  /** What was done to find it, for provenance. */
  readonly done: readonly string[]
}

export interface Reporting {
  readonly node: ASTNode
  readonly report: Report
}

/** A path that the record has; otherwise a finding and undefined. */
export function placeIn(
  text: string,
  record: Shape,
  { node, report }: Reporting,
): Place | undefined {
  const selector = parseSelector(text)
  if (selector === undefined) {
    report(node, `"${text}" is not a path; ${GRAMMAR}`)
    return undefined
  }
  const { shape, problem } = shapeOf(selector, record)
  if (problem !== undefined) report(node, problem)
  if (shape === undefined) return undefined
  const done = selector.literal === undefined ? [] : ['CONSTANT']
  return { read: compileSelect(selector), shape, each: selector.each, done }
}

/** A path of the input, where a value can be put. */
export function inputPlaceIn(
  text: string,
  input: Shape,
  { node, report }: Reporting,
): { readonly path: TreePath; readonly shape: Shape } | undefined {
  const path = parsePath(text)
  if (path === undefined) {
    report(node, `"${text}" is not a path of an input; write a.b, a[0].b, . or a.b[]`)
    return undefined
  }
  const { shape, problem } = shapeAt(path, input)
  if (problem !== undefined) report(node, problem)
  return shape === undefined ? undefined : { path, shape }
}

/** Where a field is read: one path, several joined, one parted into a list. */
export function placeOf(from: FromAnnotation, field: string, record: Shape, report: Report) {
  const reporting = { node: from.node, report }
  if (from.path !== undefined && from.paths !== undefined) {
    report(from.node, 'write path or paths, not both')
  }
  const place =
    from.paths === undefined
      ? placeIn(from.path ?? field, record, reporting)
      : joinedPlace(from.paths, from.join, record, reporting)
  return place && from.split !== undefined ? partedPlace(place, from.split, reporting) : place
}

function joinedPlace(
  texts: readonly string[],
  join: string,
  record: Shape,
  reporting: Reporting,
): Place | undefined {
  const places = texts.map((text) => placeIn(text, record, reporting))
  const parts = places.filter((each) => each !== undefined)
  const odd = parts.find(({ shape, each }) => each || !['scalar', 'any'].includes(shape.kind))
  if (odd !== undefined) reporting.report(reporting.node, 'paths join single values only')
  if (parts.length < places.length || odd !== undefined) return undefined
  return {
    read: (tree) => joinTexts(parts, tree, join),
    shape: { kind: 'scalar', type: 'string' },
    each: false,
    done: ['JOIN'],
  }
}

/** Null when there is nothing but constants; undefined when a part is no single value. */
function joinTexts(parts: readonly Place[], tree: Value, join: string): Value | undefined {
  const texts: string[] = []
  let found = false
  for (const { read, done } of parts) {
    const value = read(tree)
    if (value === undefined || (typeof value === 'object' && value !== null)) return undefined
    if (value === null || value === '') continue
    found ||= done.length === 0
    texts.push(String(value))
  }
  return found ? texts.join(join) : null
}

function partedPlace(
  { read, shape, each, done }: Place,
  split: string,
  { node, report }: Reporting,
): Place | undefined {
  const isOneText = shape.kind === 'any' || (shape.kind === 'scalar' && shape.type === 'string')
  if (each || !isOneText || split === '') {
    report(node, 'split parts one text by what stands between its items')
    return undefined
  }
  return {
    read: (tree) => {
      const value = read(tree)
      if (value === null || value === undefined) return value
      return typeof value === 'string' ? partsOf(value, split) : undefined
    },
    shape: { kind: 'list', of: { kind: 'scalar', type: 'string' } },
    each: false,
    done: [...done, 'SPLIT'],
  }
}

function partsOf(text: string, split: string): readonly string[] {
  const parts = text.split(split).map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

/** Compiles the reader of a scalar, an enum, or a list of them. */
export function compileRecordValue(
  from: FromAnnotation,
  target: Target,
  { read: readPath, shape, each, done }: Place,
  report: Report,
): ReadField | undefined {
  const item = shape.kind === 'list' && target.list ? shape.of : shape
  const isItems = each || shape.kind === 'list'
  if (isItems !== target.list && shape.kind !== 'any') {
    report(from.node, target.list ? 'a list is published, but here is no list' : 'here is a list')
    return undefined
  }
  if (isGeoJson(from, target)) return compileGeoJson(readPath)
  const codes = toCodes(from, target, report)
  if (!isFitting(from, target, item, report)) return undefined
  const finish = target.members ? finishEnum(target.members) : finishScalar(target.name)
  const read = noting(done, (target.list ? compileValues : compileValue)({ as: from.as, codes }))
  return (record) => {
    const raw = readPath(record)
    const found = raw === undefined ? undefined : read(raw)
    if (found === undefined) return undefined
    const value = target.list
      ? finishAll(found.value, finish, target)
      : finishOne(found.value, finish)
    if (value === undefined) return undefined
    if (value === found.value || target.list) return { ...found, value }
    const named = isText(value) && isText(found.value) && String(found.value) !== value
    return {
      value,
      normalisations: named ? [...found.normalisations, target.name] : found.normalisations,
    }
  }
}

/** What was joined, parted or is constant is named before what changed it. */
function noting(done: readonly string[], read: ReadValue): ReadValue {
  if (done.length === 0) return read
  return (raw) => {
    const found = read(raw)
    if (found === undefined || found.value === null) return found
    return { ...found, normalisations: [...done, ...found.normalisations] }
  }
}

/** The one normaliser that reads a record rather than a value. */
function isGeoJson({ as }: FromAnnotation, { name, list }: Target): boolean {
  return name === 'GeoJson' && !list && as.length === 1 && as[0] === 'GEO_JSON'
}

function compileGeoJson(readPath: ReadPath): ReadField {
  return (record) => {
    const raw = readPath(record)
    if (raw === null) return { value: null, normalisations: [] }
    const value = raw === undefined ? undefined : readGeoJson(raw)
    return value && { value, normalisations: isSame(raw, value) ? [] : ['GEO_JSON'] }
  }
}

function isSame(raw: Value | undefined, value: Value): boolean {
  return JSON.stringify(raw) === JSON.stringify(value)
}

function isText(value: Value): value is number | string {
  return typeof value === 'string' || typeof value === 'number'
}

function finishOne(value: Value, finish: Finish): Value | undefined {
  return value === null ? null : finish(value)
}

function finishAll(value: Value, finish: Finish, { holdsNull }: Target): Value | undefined {
  if (!isList(value)) return undefined
  const finished: Value[] = []
  for (const item of value) {
    const one = finishOne(item, finish)
    if (one === undefined || (one === null && !holdsNull)) return undefined
    finished.push(one)
  }
  return finished
}

function isFitting(from: FromAnnotation, target: Target, shape: Shape, report: Report): boolean {
  if (target.members === undefined && !isKnownScalar(target.name)) {
    report(from.node, `there is no scalar ${target.name} in schema/scalars`)
    return false
  }
  if (target.members !== undefined && from.codes === undefined) {
    report(from.node, `${target.name} needs codes: which of theirs is which of ours`)
    return false
  }
  if (shape.kind === 'any') return true
  if (shape.kind !== 'scalar') {
    report(
      from.node,
      `here is no single value but ${shape.kind === 'list' ? 'a list' : 'a record'}`,
    )
    return false
  }
  const after = typeAfter(shape.type, from.as)
  const problem =
    'problem' in after ? after.problem : from.codes ? undefined : misfit(target.name, after.type)
  if (problem !== undefined) report(from.node, problem)
  return problem === undefined
}

function toCodes(
  { codes, node }: FromAnnotation,
  { name, members }: Target,
  report: Report,
): ReadonlyMap<string, string> | undefined {
  if (codes === undefined) return undefined
  const allowed = name === 'Boolean' ? new Set(['true', 'false']) : members
  const listed = new Map<string, string>()
  for (const { code, value } of codes) {
    if (listed.has(code)) report(node, `code "${code}" is listed twice`)
    if (allowed && !allowed.has(value)) {
      report(node, `${name} has no value ${closest(value, [...allowed])}`)
    }
    listed.set(code, value)
  }
  return listed
}

/** A reader without a published type: the key by which batch answers find their questions. */
export function compileKey(place: Place, as: readonly NormaliserName[]): ReadField {
  const read = compileValue({ as })
  return (record) => {
    const raw = place.read(record)
    return raw === undefined ? undefined : read(raw)
  }
}
