// One field of a record, checked against the contract. In: annotation, GraphQL type, shape. Out: a reader, or findings.

import type { ASTNode } from 'graphql'

import type { Shape, Value } from '../../adapters/adapter.ts'
import { compileValue, compileValues, typeAfter } from '../../adapters/mapping/field.ts'
import { readGeoJson } from '../../adapters/mapping/geometry.ts'
import type { NormaliserName } from '../../adapters/mapping/normalisers.ts'
import { compileRead, parsePath, shapeAt, type TreePath } from '../../adapters/mapping/paths.ts'
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

export interface Place {
  readonly path: TreePath
  readonly shape: Shape
}

/** A path that the record has; otherwise a finding and undefined. */
export function placeIn(
  text: string,
  record: Shape,
  { node, report }: { node: ASTNode; report: Report },
): Place | undefined {
  const path = parsePath(text)
  if (path === undefined) {
    report(node, `"${text}" is not a path; write a.b, a[0].b, . or a.b[]`)
    return undefined
  }
  const { shape, problem } = shapeAt(path, record)
  if (problem !== undefined) report(node, problem)
  return shape === undefined ? undefined : { path, shape }
}

/** Compiles the reader of a scalar, an enum, or a list of them. */
export function compileRecordValue(
  from: FromAnnotation,
  target: Target,
  { path, shape }: Place,
  report: Report,
): ReadField | undefined {
  const item = shape.kind === 'list' && target.list ? shape.of : shape
  const isItems = path.each || shape.kind === 'list'
  if (isItems !== target.list && shape.kind !== 'any') {
    report(from.node, target.list ? 'a list is published, but here is no list' : 'here is a list')
    return undefined
  }
  if (isGeoJson(from, target)) return compileGeoJson(path)
  const codes = toCodes(from, target, report)
  if (!isFitting(from, target, item, report)) return undefined
  const finish = target.members ? finishEnum(target.members) : finishScalar(target.name)
  const read = (target.list ? compileValues : compileValue)({ as: from.as, codes })
  const readPath = compileRead(path)
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

/** The one normaliser that reads a record rather than a value. */
function isGeoJson({ as }: FromAnnotation, { name, list }: Target): boolean {
  return name === 'GeoJson' && !list && as.length === 1 && as[0] === 'GEO_JSON'
}

function compileGeoJson(path: TreePath): ReadField {
  const readPath = compileRead(path)
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
  const readPath = compileRead(place.path)
  return (record) => {
    const raw = readPath(record)
    return raw === undefined ? undefined : read(raw)
  }
}
