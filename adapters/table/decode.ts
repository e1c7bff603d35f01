// Delimited text (RFC 4180 in the contract's dialect) → rows by column name.

import type { ExchangeReply, Tree } from '../adapter.ts'
import { splitDelimited } from '../delimited.ts'
import { decodeText } from '../transport/content.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import type { TableColumn, TableOperation } from './contract.ts'

const EXACT = /^-?[0-9]+(?:\.[0-9]+)?$/

/** Throws SYSTEM_REPLY_INVALID, naming row and column but never a cell. */
export function decodeRows(reply: ExchangeReply, table: TableOperation, place: Place): Tree[] {
  const text = decodeText(reply, place.charset)
  if (text === undefined) throw invalidReply(place, 'not of its charset')
  const { delimiter, quote = '"', comment } = table
  const records = splitDelimited(text, { delimiter, quote, comment })
  if (records === undefined) throw invalidReply(place, 'not delimited text')
  if (records.length === 0) return []
  const positions = table.header ? fromHeader(records.shift() ?? [], table.columns) : undefined
  if (table.header && positions === undefined) throw invalidReply(place, 'a column is missing')
  return records.map((record, index) => {
    const width = record.length
    if (!positions && width !== table.columns.length) {
      throw invalidReply(place, `row ${index + 1} has ${width} columns`)
    }
    const entries = table.columns.map(({ name, type }, column): [string, string | null] => {
      const cell = record[positions?.[column] ?? column]
      if (cell === undefined || (type === 'exact' && cell !== '' && !EXACT.test(cell))) {
        throw invalidReply(place, `rows[${index}].${name}: expected ${type}`)
      }
      return [name, cell === '' ? null : cell]
    })
    return Object.fromEntries(entries)
  })
}

/** For each of our columns its place in the header; undefined if one is not there. */
function fromHeader(
  header: readonly string[],
  columns: readonly TableColumn[],
): number[] | undefined {
  const positions = columns.map(({ name }) => header.indexOf(name))
  return positions.includes(-1) ? undefined : positions
}
