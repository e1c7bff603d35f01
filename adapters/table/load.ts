// A table contract → one compiled query encoder and row decoder per operation. In: a system folder. Out: its contract
// and an adapter. Never: a row of another width taken for data, a character lost to a wrong charset.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { CallerError } from '../../schema/errors.ts'
import type {
  Adapter,
  AdapterSource,
  CallContext,
  LoadedAdapter,
  OperationContract,
  Reply,
  Shape,
  Tree,
} from '../adapter.ts'
import { type Finding, FindingsError } from '../finding.ts'
import { assertAnswered } from '../transport/reply-fault.ts'
import { parseContract, type TableOperation } from './contract.ts'
import { decodeRows } from './decode.ts'
import { encodeQuery } from './encode.ts'

/**
 * Input: query parameters by name. Output: `{rows: [{column: text}]}`, rows in their order, an empty body no rows,
 * an empty cell null. Throws FindingsError with everything that is wrong with the contract.
 */
export async function loadTable(source: AdapterSource): Promise<LoadedAdapter> {
  const file = source.settings.contract
  const findings: Finding[] = []
  const text = await readFile(join(source.folder, file), 'utf8')
  const described = parseContract(file, text, findings)
  if (findings.length > 0) throw new FindingsError(findings)
  const operations = new Map(described.map((each) => [each.operation, toContract(each)]))
  const byName = new Map(described.map((each) => [each.operation, each]))
  return { contract: { operations }, adapter: new TableAdapter(source, byName) }
}

class TableAdapter implements Adapter {
  readonly #source: AdapterSource
  readonly #operations: ReadonlyMap<string, TableOperation>

  constructor(source: AdapterSource, operations: ReadonlyMap<string, TableOperation>) {
    this.#source = source
    this.#operations = operations
  }

  async call(operation: string, input: Tree, context: CallContext): Promise<Reply> {
    const table = this.#operations.get(operation)
    if (!table) throw new CallerError('NOT_FOUND', `The contract has no operation ${operation}.`)
    const { system, settings, transport } = this.#source
    const charset = table.charset ?? settings.charset ?? 'utf-8'
    const reply = await transport.exchange(
      {
        method: 'GET',
        path: table.path + encodeQuery(table.query, input, charset),
        headers: { accept: 'text/csv, text/plain;q=0.9, */*;q=0.1' },
      },
      context,
    )
    const at = Date.now()
    const place = { system, operation, charset }
    assertAnswered(reply, place)
    return { value: { rows: decodeRows(reply, table, place) }, at }
  }
}

function toContract(table: TableOperation): OperationContract {
  const rows: Shape = { kind: 'list', of: fields(table.columns) }
  return {
    name: table.operation,
    input: fields(table.query),
    output: { kind: 'object', fields: new Map([['rows', rows]]) },
  }
}

function fields(named: readonly { name: string; type: 'string' | 'exact' }[]): Shape {
  const entries = named.map(({ name, type }): [string, Shape] => [name, { kind: 'scalar', type }])
  return { kind: 'object', fields: new Map(entries) }
}
