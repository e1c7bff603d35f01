// A table's description from one of its files. In: the bytes of delimited text with a header row. Out: a contract
// (adapters/table/contract.ts) and what a person has to add. Never: a row of the file, for it is about somebody.

import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'

import { splitDelimited } from '../../adapters/delimited.ts'
import { isNameable } from './is-publishable.ts'
import { toLatin } from './latin.ts'
import { toFieldName } from './names.ts'
import { recognise } from './recognise.ts'

export interface DescribedTable {
  /** JSON of the contract. */
  readonly contract: string
  readonly notes: readonly string[]
}

const DELIMITERS = [';', '\t', '|', ',']
/** What files of Iranian agencies are written in when they are not UTF-8. */
const OLD_CHARSET = 'windows-1256'
const ROWS_TO_LOOK_AT = 200

/** Undefined when it is no delimited text with names in its first row. */
export function describeTable(location: URL, bytes: Uint8Array): DescribedTable | undefined {
  const charset = isUtf8(bytes) ? 'utf-8' : OLD_CHARSET
  const text = new TextDecoder(charset).decode(bytes)
  const [first = ''] = text.split(/[\r\n]/, 1)
  const delimiter = DELIMITERS.toSorted((a, b) => count(first, b) - count(first, a))[0] ?? ','
  const rows = splitDelimited(text, { delimiter, quote: '"' })
  const names = rows?.[0]?.map((name) => name.trim()) ?? []
  if (rows === undefined || names.length < 2 || !areNames(names)) return undefined
  const values = rows.slice(1, ROWS_TO_LOOK_AT)
  const columns = names.map((name, index) => ({
    name,
    type: typeOf(
      name,
      values.map((row) => row[index] ?? ''),
    ),
  }))
  const key = columns.find(({ name, type }) => recognise(name, type)?.type === 'NationalId')
  const query = key === undefined ? [] : [{ ...key, required: true, column: key.name }]
  const file = posix.basename(decodeURIComponent(location.pathname))
  const path = `/${encodeURIComponent(file)}`
  const name = toFieldName(file.replace(/\.[^.]*$/, ''))
  const operation = { operation: name, path, charset, delimiter, header: true, query, columns }
  const asked =
    key === undefined
      ? 'All rows are read: write what the system can be asked for into "query"'
      : `All rows are read and those with the asked "${key.name}" kept: if the system can be asked for it, name its parameter in "query" and take "column" out`
  const note = `contract/table.json: ${asked}. Charset ${charset} and delimiter ${JSON.stringify(delimiter)} are as in the file.`
  return { contract: `${JSON.stringify({ operations: [operation] }, null, 2)}\n`, notes: [note] }
}

/** A description of a table, as another folder may have it. */
export function isTableContract(text: string): boolean {
  return /^\s*\{/.test(text) && /"columns"\s*:/.test(text) && /"operation"\s*:/.test(text)
}

function areNames(names: readonly string[]): boolean {
  return names.every(isName) && new Set(names).size === names.length
}

function isName(name: string): boolean {
  return /^[^<>]*\p{L}[^<>]*$/u.test(name) && isNameable(name) && name.length < 60
}

/** Codes and numbers of things are texts, whatever they are written with; a column without values is text. */
function typeOf(name: string, values: readonly string[]): 'string' | 'exact' {
  const given = values.filter((value) => value.trim() !== '')
  const isNaming = /^(?:kod|code|shomare|shenase|no|id|num)/i.test(toLatin(name))
  return !isNaming && given.length > 0 && given.every(isNumber) ? 'exact' : 'string'
}

/** With a leading zero it names something. */
function isNumber(value: string): boolean {
  return /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(value)
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
