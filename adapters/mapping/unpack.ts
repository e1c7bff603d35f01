// Records packed into one string (Q20): `name:علی;grade:1` by key, `12|علی|1` by position.

import type { Shape, Tree } from '../adapter.ts'
import type { OperationSettings } from '../settings.ts'

export type UnpackRule = NonNullable<OperationSettings['unpack']>

export interface Unpacked {
  readonly record: Tree
  /** All fields stand where they should; otherwise only an outcome rule may still make sense of it. */
  readonly whole: boolean
}

export function unpackedShape(rule: UnpackRule): Shape {
  const text: Shape = { kind: 'scalar', type: 'string' }
  return { kind: 'object', fields: new Map(rule.fields.map((field) => [field, text])) }
}

/** An unknown key, a key twice, or another number of positions is drift: `whole` is false. */
export function unpack(text: string, rule: UnpackRule): Unpacked {
  const parts = text.split(rule.separator)
  return rule.assign === undefined
    ? byPosition(parts, rule.fields)
    : byKey(parts, rule.fields, rule.assign)
}

function byPosition(parts: readonly string[], fields: readonly string[]): Unpacked {
  const kept = withoutLastEmpty(parts, fields.length)
  const entries = fields.slice(0, kept.length).map((field, place) => [field, kept[place] ?? ''])
  return { record: Object.fromEntries(entries), whole: kept.length === fields.length }
}

function byKey(parts: readonly string[], fields: readonly string[], assign: string): Unpacked {
  const record = new Map<string, string>()
  let whole = true
  for (const part of parts) {
    if (part.trim() === '') continue
    const at = part.indexOf(assign)
    const key = part.slice(0, Math.max(at, 0)).trim()
    if (at < 0 || !fields.includes(key) || record.has(key)) whole = false
    else record.set(key, part.slice(at + assign.length).trim())
  }
  return { record: Object.fromEntries(record), whole: whole && record.size > 0 }
}

/** A separator at the very end ends the last field, it does not open another. */
function withoutLastEmpty(parts: readonly string[], expected: number): readonly string[] {
  return parts.length === expected + 1 && parts.at(-1)?.trim() === '' ? parts.slice(0, -1) : parts
}
