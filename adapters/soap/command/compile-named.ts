// The operation that a person names, compiled as the command line does: incomplete input is sent, answers are read as far as they go.

import { FindingsError } from '../../finding.ts'
import type { SoapContract } from '../contract/contract.ts'
import type { SoapOperation, SoapPort } from '../contract/port.ts'
import { type CompiledOperation, compileOperation } from '../operation.ts'
import { PlanCompiler } from '../plan.ts'
import { ShapeCompiler } from '../shape.ts'
import { UsageError } from './command.ts'
import { readNamedContract } from './contract-file.ts'
import type { FetchContract } from './fetch-contract.ts'

export interface Named {
  readonly path: string
  readonly root?: string | undefined
  readonly port?: string | undefined
  readonly operation?: string | undefined
  readonly endpoint?: string | undefined
  readonly fetch?: FetchContract | undefined
}

interface Found {
  readonly port: SoapPort
  readonly operation: SoapOperation
}

export interface CompiledNamed {
  readonly compiled: CompiledOperation
  /** As the contract writes it. */
  readonly address: string
}

/** Throws FindingsError, ContractError, or UsageError for a name that the contract does not have. */
export async function compileNamed(named: Named): Promise<CompiledNamed> {
  const { path, root, fetch } = named
  const contract = await readNamedContract({ path, root, fetch })
  const { port, operation } = find(contract, named)
  if (named.endpoint === undefined && !/^https?:\/\/./i.test(port.address)) {
    throw new UsageError(`port "${port.name}" has no address: name one by --endpoint`)
  }
  const compilers = {
    schema: contract.schema,
    plans: new PlanCompiler({ lenient: true }),
    shapes: new ShapeCompiler(),
    lenient: true,
  }
  return { compiled: compileOperation(compilers, operation), address: port.address }
}

function find({ ports, unmet }: SoapContract, named: Named): Found {
  const wanted = ports.filter(({ name }) => named.port === undefined || name === named.port)
  if (wanted.length === 0) {
    throw new UsageError(`there is no port "${named.port}", only ${quoted(ports)}`)
  }
  const found = wanted.flatMap((port) =>
    matching(port, named.operation).map((operation) => ({ port, operation })),
  )
  const [first] = found
  if (first === undefined) {
    const broken = wanted.flatMap((port) => port.broken)
    const own = broken.filter(({ name }) => name === named.operation).map(({ finding }) => finding)
    if (own.length > 0) throw new FindingsError([...own, ...unmet])
    const names = quoted(wanted.flatMap((port) => port.operations))
    throw new UsageError(`there is no operation "${named.operation ?? ''}", only ${names}`)
  }
  const twins = found.filter(({ port }) => port === first.port)
  if (twins.length > 1) {
    const names = quoted(twins.map(({ operation }) => operation))
    throw new UsageError(`several operations are meant: name one of ${names}`)
  }
  return first
}

/** By our name for it, or by the contract's own; without a name all, of which there may be one. */
function matching({ operations }: SoapPort, name: string | undefined): readonly SoapOperation[] {
  if (name === undefined) return operations
  const exact = operations.filter((each) => each.name === name)
  return exact.length > 0 ? exact : operations.filter((each) => each.wireName === name)
}

/** Each once: an operation stands in every port that speaks it. */
function quoted(named: readonly { readonly name: string }[]): string {
  return [...new Set(named.map(({ name }) => `"${name}"`))].join(', ')
}
