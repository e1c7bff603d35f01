// Rows as the system would send them: for samples made from the contract alone.

import { invariant } from '../../schema/errors.ts'
import type { ExchangeReply, Tree, Value } from '../adapter.ts'
import { encodeText } from '../encode-text.ts'
import { isList, isTree } from '../tree.ts'
import type { TableColumn, TableOperation } from './contract.ts'

const TYPES: Readonly<Record<NonNullable<TableOperation['format']>, string>> = {
  delimited: 'text/csv',
  fixed: 'text/plain',
  'html-table': 'text/html',
}

/** Throws (a bug) for a character that the charset has not: samples are invented in the system's own words. */
export function encodeRows(table: TableOperation, value: Tree, charset: string): ExchangeReply {
  const rows = isList(value['rows']) ? value['rows'].filter(isTree) : []
  const cells = rows.map((row) => table.columns.map(({ name }) => toCell(row[name])))
  const names = table.columns.map(({ name, header = name }) => header)
  const text = WRITERS[table.format ?? 'delimited'](table, names, cells)
  const body = encodeText(text, charset)
  invariant(body !== undefined, 'a sample is written in the charset of its system')
  const type = `${TYPES[table.format ?? 'delimited']}; charset=${charset}`
  return { status: 200, headers: { 'content-type': type }, body }
}

type Write = (
  table: TableOperation,
  names: readonly string[],
  rows: readonly (readonly string[])[],
) => string

const WRITERS: Readonly<Record<NonNullable<TableOperation['format']>, Write>> = {
  delimited: ({ delimiter = ',', quote = '"', header }, names, rows) =>
    [...(header ? [names] : []), ...rows]
      .map((row) => row.map((cell) => quoted(cell, quote)).join(delimiter))
      .join('\r\n'),
  fixed: ({ columns, header }, names, rows) =>
    [...(header ? [names] : []), ...rows].map((row) => padded(row, columns)).join('\r\n'),
  'html-table': ({ header }, names, rows) => {
    const head = header ? [htmlRow(names, 'th')] : []
    return `<table>${[...head, ...rows.map((row) => htmlRow(row, 'td'))].join('')}</table>`
  },
}

function toCell(value: Value | undefined): string {
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value)
}

function quoted(cell: string, quote: string | null): string {
  return quote === null ? cell : `${quote}${cell.replaceAll(quote, quote + quote)}${quote}`
}

function padded(row: readonly string[], columns: readonly TableColumn[]): string {
  return columns.map(({ width = 0 }, at) => (row[at] ?? '').slice(0, width).padEnd(width)).join('')
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function htmlRow(row: readonly string[], tag: 'td' | 'th'): string {
  return `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`
}
