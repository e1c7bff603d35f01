// A table contract → one compiled query encoder and row decoder per operation. In: a system folder. Out: its contract
// and an adapter. Never: a row of another width taken for data, a character lost to a wrong charset.

import { CallerError, invariant } from '../../schema/errors.ts'
import type {
  Adapter,
  AdapterSource,
  CallContext,
  ExchangeReply,
  ExchangeRequest,
  LoadedAdapter,
  OperationContract,
  Reply,
  Shape,
  Tree,
} from '../adapter.ts'
import { type Finding, FindingsError } from '../finding.ts'
import { NOT_INSIDE, readInside } from '../read-inside.ts'
import { isFileAddress } from '../transport/file-drop.ts'
import { assertAnswered, type Place } from '../transport/reply-fault.ts'
import { statusFault } from '../transport/status.ts'
import { memberOf } from '../tree.ts'
import { checkFileQueries } from './check-file-queries.ts'
import { parseContract, type TableOperation } from './contract.ts'
import { decodeRows } from './decode.ts'
import { encodeRows } from './encode-rows.ts'
import { encodeQuery } from './encode.ts'
import { FileTable } from './file-table.ts'

/**
 * Input: query parameters by name. Output: `{rows: [{column: text}]}`, rows in their order, an empty body no rows,
 * an empty cell null. Throws FindingsError with everything that is wrong with the contract.
 */
export async function loadTable(source: AdapterSource): Promise<LoadedAdapter> {
  const file = source.settings.contract
  const findings: Finding[] = []
  const text = await readInside(source.folder, file)
  if (text === undefined) throw new FindingsError([{ file, message: NOT_INSIDE }])
  const described = parseContract(file, text, findings)
  if (isFileAddress(source.secret(source.settings.address))) {
    findings.push(...checkFileQueries(file, described))
  }
  if (findings.length > 0) throw new FindingsError(findings)
  const operations = new Map(described.map((each) => [each.operation, toContract(each)]))
  const byName = new Map(described.map((each) => [each.operation, each]))
  return {
    contract: { operations },
    adapter: new TableAdapter(source, byName),
    answer: (name, value) => {
      const table = byName.get(name)
      invariant(table !== undefined, 'an answer is made of an operation of the contract')
      return encodeRows(table, value, table.charset ?? source.settings.charset ?? 'utf-8')
    },
  }
}

class TableAdapter implements Adapter {
  readonly #source: AdapterSource
  readonly #operations: ReadonlyMap<string, TableOperation>
  readonly #files: ReadonlyMap<string, FileTable> | undefined

  constructor(source: AdapterSource, operations: ReadonlyMap<string, TableOperation>) {
    this.#source = source
    this.#operations = operations
    const { system, settings, transport, secret } = source
    if (!isFileAddress(secret(settings.address))) return
    this.#files = new Map(
      Array.from(operations, ([operation, table]) => {
        const charset = table.charset ?? settings.charset ?? 'utf-8'
        return [operation, new FileTable(transport, table, { system, operation, charset })]
      }),
    )
  }

  async call(operation: string, input: Tree, context: CallContext): Promise<Reply> {
    const table = this.#operations.get(operation)
    if (!table) throw new CallerError('NOT_FOUND', `The contract has no operation ${operation}.`)
    const { system, settings, transport } = this.#source
    const charset = table.charset ?? settings.charset ?? 'utf-8'
    const file = this.#files?.get(operation)
    if (file !== undefined) return rowsOfFile(file, table, { input, context })
    const reply = await transport.exchange(toRequest(table, input, charset), context)
    const at = Date.now()
    const place = { system, operation, charset }
    assertTable(reply, table, place)
    const rows = keep(decodeRows(reply, table, place), table, input)
    return { value: { rows }, at }
  }
}

interface Asked {
  readonly input: Tree
  readonly context: CallContext
}

async function rowsOfFile(file: FileTable, table: TableOperation, asked: Asked): Promise<Reply> {
  const { input, context } = asked
  // Refuses what the contract does not know; there is nobody to send the rest to.
  encodeQuery(table.query, input, 'utf-8')
  const { rows, at } = await file.rows(input, context)
  return { value: { rows: keep(rows, table, input) }, at }
}

/** A page is what a table of a page is expected in. */
function assertTable(reply: ExchangeReply, { format }: TableOperation, place: Place): void {
  if (format !== 'html-table') assertAnswered(reply, place)
  const fault = statusFault(reply.status, place.system, place.operation)
  if (fault) throw fault
}

function toRequest(table: TableOperation, input: Tree, charset: string): ExchangeRequest {
  const query = encodeQuery(table.query, input, charset)
  if (table.method !== 'POST') {
    return { method: 'GET', path: query === '' ? table.path : `${table.path}?${query}`, headers }
  }
  const type = `application/x-www-form-urlencoded; charset=${charset}`
  return {
    method: 'POST',
    path: table.path,
    headers: { ...headers, 'content-type': type },
    body: query,
  }
}

const headers = { accept: 'text/csv, text/plain;q=0.9, */*;q=0.1' }

/** The rows that are asked for, where the system gives all of them. Numbers are equal whatever zeros stand around them. */
function keep(
  rows: readonly Tree[],
  { query, columns }: TableOperation,
  input: Tree,
): readonly Tree[] {
  const wanted = query.flatMap(({ name, column }) => {
    const value = memberOf(input, name)
    const isAsked = value !== undefined && value !== null && typeof value !== 'object'
    if (column === undefined || !isAsked) return []
    const isNumber = columns.some((each) => each.name === column && each.type === 'exact')
    const plain = isNumber ? plainNumber : (text: string): string => text
    return [{ column, plain, text: plain(String(value)) }]
  })
  if (wanted.length === 0) return rows
  return rows.filter((row) =>
    wanted.every(({ column, plain, text }) => {
      const cell = row[column]
      return typeof cell === 'string' && plain(cell) === text
    }),
  )
}

function plainNumber(text: string): string {
  const bare = text.replace(/^(-?)0+(?=[0-9])/, '$1')
  if (!bare.includes('.')) return bare
  let end = bare.length
  while (bare[end - 1] === '0') end -= 1
  return bare.slice(0, bare[end - 1] === '.' ? end - 1 : end)
}

function toContract(table: TableOperation): OperationContract {
  const rows: Shape = { kind: 'list', of: fields(table.columns) }
  return {
    name: table.operation,
    input: { ...fields(table.query), required: required(table.query) },
    output: { kind: 'object', fields: new Map([['rows', rows]]) },
  }
}

function required(query: TableOperation['query']): ReadonlySet<string> {
  return new Set(query.filter((each) => each.required).map(({ name }) => name))
}

function fields(named: readonly { name: string; type: 'string' | 'exact' }[]) {
  const entries = named.map(({ name, type }): [string, Shape] => [name, { kind: 'scalar', type }])
  return { kind: 'object', fields: new Map(entries) } as const
}
