// Objects and lists of an answer, by the name of their member.
import { invariant } from '../../../../schema/errors.ts'

export type Row = Record<string, unknown>

export function rowIn(row: Row, name: string): Row {
  const value = row[name]
  invariant(typeof value === 'object' && value !== null, `${name} is there`)
  return Object.fromEntries(Object.entries(value))
}

export function rowsIn(row: Row, name: string): readonly Row[] {
  const value = row[name]
  invariant(Array.isArray(value), `${name} is a list`)
  return value
}
