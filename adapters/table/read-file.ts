// A table file of any length → its rows, kept so that they are found by what is asked. In: the file as it comes. Out: a
// store. Never: the whole text of a long file at once, rows of half a file.

import { Readable } from 'node:stream'

import { parse } from 'csv-parse'

import type { ExchangeReply } from '../adapter.ts'
import { contradicts } from '../assumed-charset.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import type { TableOperation } from './contract.ts'
import { decodeRows } from './decode.ts'
import { rowReader } from './row-reader.ts'
import { RowStore } from './row-store.ts'

/** Longer ones of delimited text are read piece by piece. */
export const WHOLE = 1_000_000

/** Throws SYSTEM_REPLY_INVALID, naming row and column but never a cell. */
export async function readFileRows(
  reply: ExchangeReply,
  table: TableOperation,
  place: Place,
): Promise<RowStore> {
  const store = new RowStore(askedColumns(table))
  const names = table.columns.map(({ name }) => name)
  const add = (row: Readonly<Record<string, unknown>>): void =>
    store.add(names.map((name) => cellOf(row[name])))
  const { rest } = reply
  if (rest === undefined || (table.format ?? 'delimited') !== 'delimited') {
    for (const row of decodeRows(await whole(reply), table, place)) add(row)
    return store.seal()
  }
  let read = table.header ? undefined : rowReader(table, place, undefined)
  for await (const cells of delimited(reply.body, rest, { table, place })) {
    if (read === undefined) read = rowReader(table, place, cells)
    else add(read(cells))
  }
  return store.seal()
}

/** Places of the columns by which rows are asked for. */
function askedColumns({ columns, query }: TableOperation): number[] {
  const asked = new Set(query.map(({ column }) => column))
  return columns.flatMap(({ name }, at) => (asked.has(name) ? [at] : []))
}

function cellOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

async function whole(reply: ExchangeReply): Promise<ExchangeReply> {
  const pieces = [reply.body]
  for await (const piece of reply.rest ?? []) pieces.push(piece)
  return { ...reply, body: Buffer.concat(pieces), rest: undefined }
}

interface Reading {
  readonly table: TableOperation
  readonly place: Place
}

async function* delimited(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  { table, place }: Reading,
): AsyncGenerator<string[]> {
  const { delimiter = ',', quote = '"', comment = '' } = table
  const text = Readable.from(texts(first, rest, place), { objectMode: true })
  const parser = parse({
    delimiter,
    quote,
    comment,
    comment_no_infix: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
  })
  let fault: Error | undefined
  text.once('error', (error) => {
    fault = error
    parser.destroy(error)
  })
  try {
    for await (const row of text.pipe(parser)) yield row
  } catch {
    // The parser's message quotes the text, so the error is not kept.
    throw fault ?? invalidReply(place, 'not delimited text')
  } finally {
    text.destroy()
  }
}

/** Of the charset that the first bytes tell, else of the assumed one. */
async function* texts(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  place: Place,
): AsyncGenerator<string> {
  const marked = charsetOfMark(first)
  // A piece may end within a letter.
  const begun = first.subarray(0, first.findLastIndex((byte) => byte === 0x0a) + 1)
  if (marked === undefined && contradicts(begun, place.charset)) {
    throw invalidReply(place, 'not of its charset')
  }
  const decoder = new TextDecoder(marked ?? place.charset, { fatal: true })
  const decode = (piece?: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined })
    } catch {
      throw invalidReply(place, 'not of its charset')
    }
  }
  yield decode(first)
  for await (const piece of rest) yield decode(piece)
  yield decode()
}

function charsetOfMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}
