// A SOAP system's contract to an adapter. In: the system folder's WSDL and settings. Out: the contract's shapes and an adapter
// with one encoder and one decoder per operation. Never: a contract that is fetched, or an answer's text in an error.

import { invariant } from '../../schema/errors.ts'
import type { AdapterSource, LoadedAdapter } from '../adapter.ts'
import { type Finding, FindingsError } from '../finding.ts'
import { SoapAdapter } from './call.ts'
import { Completeness } from './completeness.ts'
import type { ReadOptions } from './contract/contract-files.ts'
import { readContract, type SoapContract } from './contract/contract.ts'
import type { SoapPort } from './contract/port.ts'
import type { SchemaOptions } from './contract/xsd.ts'
import { type CompiledOperation, compileOperation } from './operation.ts'
import { PlanCompiler } from './plan.ts'
import { compileSecurity } from './security/security.ts'
import { ShapeCompiler } from './shape.ts'

/** How the contract is read; a system folder's is read as it stands, and nothing beyond the folder. */
export type Reading = ReadOptions & SchemaOptions

/** Throws FindingsError with all that is wrong at once. */
export async function loadSoap(
  source: AdapterSource,
  reading: Reading = {},
): Promise<LoadedAdapter> {
  const { settings, system, transport } = source
  const read = await readContract(source.folder, settings.contract, reading)
  const port = choosePort(read, settings.contract, settings.port)
  const operations = compile(read, port, usedOperations(source))
  const contract = new Map([...operations].map(([name, { contract: each }]) => [name, each]))
  const adapter = new SoapAdapter({
    system,
    transport,
    operations,
    charset: settings.charset,
    secure: await compileSecurity(source),
    attachments: settings.attachments,
  })
  return { contract: { operations: contract }, adapter, answer: answering(operations) }
}

/** What the system would send, as the contract has it. */
function answering(
  operations: ReadonlyMap<string, CompiledOperation>,
): NonNullable<LoadedAdapter['answer']> {
  return (name, value) => {
    const compiled = operations.get(name)
    invariant(compiled !== undefined, `operation ${name} was not compiled at load`)
    const type = compiled.operation.version === '1.1' ? 'text/xml' : 'application/soap+xml'
    return {
      status: 200,
      headers: { 'content-type': `${type}; charset=utf-8` },
      body: new TextEncoder().encode(compiled.writeAnswer(value)),
    }
  }
}

function choosePort(contract: SoapContract, file: string, name: string | undefined): SoapPort {
  const { ports, unmet } = contract
  const port = name === undefined ? ports[0] : ports.find((each) => each.name === name)
  if (port !== undefined) return port
  const names = ports.map((each) => `"${each.name}"`).join(', ')
  const message = `has no SOAP port "${name}": write one of ${names} as "port" in system.json`
  throw new FindingsError([...unmet, { file, message }])
}

/** An operation that lacks something is wrong only if the system uses it: contracts carry more than is asked for. */
function compile(
  { schema, unmet }: SoapContract,
  port: SoapPort,
  used: ReadonlySet<string>,
): ReadonlyMap<string, CompiledOperation> {
  const compilers = { schema, plans: new PlanCompiler(), shapes: new ShapeCompiler() }
  const completeness = new Completeness(schema, { faults: false })
  const compiled = new Map<string, CompiledOperation>()
  const findings: Finding[] = port.broken
    .filter(({ name }) => used.has(name))
    .map(({ finding }) => finding)
  for (const operation of port.operations) {
    const wrong = completeness.check(operation)
    if (wrong === undefined) {
      compiled.set(operation.name, compileOperation(compilers, operation))
    } else if (used.has(operation.name)) findings.push(wrong)
  }
  if (findings.length > 0) throw new FindingsError([...unmet, ...findings])
  return compiled
}

function usedOperations({ settings }: AdapterSource): ReadonlySet<string> {
  const entries = Object.entries(settings.operations)
  return new Set(entries.map(([name, { operation }]) => operation ?? name))
}
