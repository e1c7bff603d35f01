// Text of a reply in the contract's format → rows by column name. Never: a row of another width taken for data.

import type { ExchangeReply, Tree } from '../adapter.ts'
import { splitDelimited } from '../delimited.ts'
import { decodeText } from '../transport/content.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import type { TableColumn, TableOperation } from './contract.ts'
import { type HtmlTable, readPage } from './html-rows.ts'
import { rowReader } from './row-reader.ts'

/** Cells by place, with the header's names where the format has them apart. */
interface Grid {
  readonly header: readonly string[] | undefined
  readonly rows: readonly (readonly string[])[]
}

/** Throws SYSTEM_REPLY_INVALID, naming row and column but never a cell. */
export function decodeRows(reply: ExchangeReply, table: TableOperation, place: Place): Tree[] {
  const text = decodeText(reply, place.charset)
  if (text === undefined) throw invalidReply(place, 'not of its charset')
  const grid = READERS[table.format ?? 'delimited'](text, table, place)
  if (grid === undefined) return []
  return grid.rows.map(rowReader(table, place, grid.header))
}

/** Undefined: the words of `empty`, so no rows. */
type ReadGrid = (text: string, table: TableOperation, place: Place) => Grid | undefined

const READERS: Readonly<Record<NonNullable<TableOperation['format']>, ReadGrid>> = {
  delimited: (text, table, place) => {
    const { delimiter = ',', quote = '"', comment, header } = table
    if (saysEmpty(text, table)) return undefined
    const rows = splitDelimited(text, { delimiter, quote, comment })
    if (rows === undefined) throw invalidReply(place, 'not delimited text')
    if (rows.length === 0) return undefined
    return { header: header ? rows.shift() : undefined, rows }
  },
  fixed: (text, table, place) => {
    if (saysEmpty(text, table)) return undefined
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
    if (table.header) lines.shift()
    const rows = lines.map((line, index) => {
      const cells = toCells(line, table.columns)
      if (cells === undefined) throw invalidReply(place, `row ${index + 1} is of another width`)
      return cells
    })
    return { header: undefined, rows }
  },
  'html-table': (text, table, place) => {
    const page = readPage(text)
    if (page === undefined) throw invalidReply(place, 'a page nested without end')
    const { tables } = page
    const named = table.header ? tables.filter((each) => holds(each.header, table)) : tables
    const [found, ...others] = named
    if (others.length > 0) throw invalidReply(place, 'a page of several such tables')
    if (isBare(found) && saysEmpty(page.text, table)) return undefined
    if (found === undefined) throw invalidReply(place, 'a page without the table')
    if (found.spanned) throw invalidReply(place, 'cells across columns or rows')
    return { header: table.header ? found.header : undefined, rows: found.rows }
  },
}

/** No table, or one without rows; "no records" is often a row across all columns. */
function isBare(table: HtmlTable | undefined): boolean {
  if (table === undefined || table.rows.length === 0) return true
  return table.rows.length === 1 && table.rows[0]?.length === 1 && table.spanned
}

function saysEmpty(text: string, { empty }: TableOperation): boolean {
  return empty?.some((words) => text.includes(words)) === true
}

function holds(header: readonly string[], { columns }: TableOperation): boolean {
  return columns.every((column) => header.includes(column.header ?? column.name))
}

/** Blanks fill a cell; the last one may be cut by a writer that trims lines. */
function toCells(line: string, columns: readonly TableColumn[]): string[] | undefined {
  const characters = Array.from(line)
  let at = 0
  const cells = columns.map(({ width = 0 }) => {
    const cell = characters.slice(at, at + width).join('')
    at += width
    return cell.trim()
  })
  const last = columns.at(-1)?.width ?? 0
  const isWhole = characters.length > at - last && characters.slice(at).join('').trim() === ''
  return isWhole ? cells : undefined
}
