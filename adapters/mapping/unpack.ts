// Records packed into one string (Q20): `name:علی;grade:1` by key, `12|علی|1` by position.

import type { Shape, Tree } from '../adapter.ts'
import type { OperationSettings } from '../settings.ts'

export type UnpackRule = NonNullable<OperationSettings['unpack']>

export interface Unpacked {
  readonly record: Tree
  /** What is wrong, by names of the contract; otherwise only an outcome rule may still make sense of it. */
  readonly drift: string | undefined
}

export function unpackedShape(rule: UnpackRule): Shape {
  const text: Shape = { kind: 'scalar', type: 'string' }
  return { kind: 'object', fields: new Map(rule.fields.map((field) => [field, text])) }
}

/** A missing, an unknown or a double key, or another number of positions is drift. Unknown ones are not named: they may be data. */
export function unpack(text: string, rule: UnpackRule): Unpacked {
  const parts = text.split(rule.separator)
  return rule.assign === undefined
    ? byPosition(parts, rule.fields)
    : byKey(parts, rule.fields, rule.assign)
}

function byPosition(parts: readonly string[], fields: readonly string[]): Unpacked {
  const kept = withoutLastEmpty(parts, fields.length)
  const entries = fields.slice(0, kept.length).map((field, place) => [field, kept[place] ?? ''])
  const drift =
    kept.length === fields.length ? undefined : `${kept.length} fields, not ${fields.length}`
  return { record: Object.fromEntries(entries), drift }
}

function byKey(parts: readonly string[], fields: readonly string[], assign: string): Unpacked {
  const record = new Map<string, string>()
  let unknown = 0
  for (const part of parts) {
    if (part.trim() === '') continue
    const at = part.indexOf(assign)
    const key = part.slice(0, Math.max(at, 0)).trim()
    if (at < 0 || !fields.includes(key) || record.has(key)) unknown += 1
    else record.set(key, part.slice(at + assign.length).trim())
  }
  return { record: Object.fromEntries(record), drift: keyDrift(fields, record, unknown) }
}

function keyDrift(
  fields: readonly string[],
  record: ReadonlyMap<string, string>,
  unknown: number,
): string | undefined {
  const missing = fields.filter((field) => !record.has(field))
  if (missing.length > 0) return `no ${missing.join(', ')}`
  return unknown > 0 ? 'a field beyond the contract' : undefined
}

/** A separator at the very end ends the last field, it does not open another. */
function withoutLastEmpty(parts: readonly string[], expected: number): readonly string[] {
  return parts.length === expected + 1 && parts.at(-1)?.trim() === '' ? parts.slice(0, -1) : parts
}
