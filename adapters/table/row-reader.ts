// Cells of a row → values by column name. Never: a row of another width taken for data.

import type { Tree } from '../adapter.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import type { TableColumn, TableOperation } from './contract.ts'

const EXACT = /^-?[0-9]+(?:\.[0-9]+)?$/

export type ReadRow = (cells: readonly string[]) => Tree

/** For rows in their order. Throws SYSTEM_REPLY_INVALID, naming row and column but never a cell; at once for a header without our columns. */
export function rowReader(
  { columns }: TableOperation,
  place: Place,
  header: readonly string[] | undefined,
): ReadRow {
  const positions = header && fromHeader(header, columns)
  if (header && positions === undefined) throw invalidReply(place, 'a column is missing')
  const width = header?.length ?? columns.length
  let index = -1
  return (cells) => {
    index += 1
    // A row of another width than the header's may still hold our columns; where they are is then a guess.
    if (cells.length !== width) {
      throw invalidReply(place, `row ${index + 1} has ${cells.length} columns`)
    }
    const entries = columns.map(({ name, type }, column): [string, string | null] => {
      const cell = cells[positions?.[column] ?? column]
      if (cell === undefined || (type === 'exact' && cell !== '' && !EXACT.test(cell))) {
        throw invalidReply(place, `rows[${index}].${name}: expected ${type}`)
      }
      return [name, cell === '' ? null : cell]
    })
    return Object.fromEntries(entries)
  }
}

/** For each of our columns its place in the header; undefined if one is not there, or twice. */
function fromHeader(
  header: readonly string[],
  columns: readonly TableColumn[],
): number[] | undefined {
  const positions = columns.map(({ name, header: named = name }) => {
    const at = header.indexOf(named)
    return header.includes(named, at + 1) && at >= 0 ? -1 : at
  })
  return positions.includes(-1) ? undefined : positions
}
