// A contract in one object: services, ports and operations as `npm run soap -- describe` prints them.

import { type Finding, toLine } from '../../finding.ts'
import { ContractError } from '../contract/contract-error.ts'
import type { SoapContract } from '../contract/contract.ts'
import { toFaultDetails } from '../contract/messages.ts'
import type { BrokenOperation, Part, SoapOperation, SoapPort } from '../contract/port.ts'
import { type Compilers, compileOperation } from '../operation.ts'
import { PlanCompiler } from '../plan.ts'
import { ShapeCompiler } from '../shape.ts'

export interface Outline {
  readonly services: readonly string[]
  readonly ports: readonly object[]
  readonly operations: readonly object[]
  /** What is missing and was gone over, as lines; absent when nothing is. */
  readonly notes?: readonly string[]
}

export function outline(contract: SoapContract): Outline {
  const { ports, schema } = contract
  const checker = new Checker(contract)
  const operations = ports.flatMap((port) => [
    ...port.operations.map((operation) => describeOperation(port, operation, checker)),
    ...port.broken.map((operation) => describeBroken(port, operation)),
  ])
  const notes = [...new Set([...contract.unmet, ...schema.notes].map(toLine))]
  return {
    services: [...new Set(ports.map(({ service }) => service))].filter((name) => name !== ''),
    ports: ports.map(describePort),
    operations,
    ...(notes.length > 0 ? { notes } : {}),
  }
}

function describePort({ name, service, binding, version, address }: SoapPort) {
  return { name, service, binding, soapVersion: version, address }
}

function describeOperation(port: SoapPort, operation: SoapOperation, checker: Checker) {
  const { name, wireName, version, style, action, input, output, faults } = operation
  const wrong = checker.check(operation)
  return {
    name,
    ...(wireName === name ? {} : { wireName }),
    port: port.name,
    soapVersion: version,
    style,
    use: input.encoded ? 'encoded' : 'literal',
    action,
    oneWay: output === undefined,
    headers: [...input.headers, ...(output?.headers ?? [])]
      .map(partName)
      .filter((each, at, all) => all.indexOf(each) === at),
    faults: [...new Set(faults.map(({ fault }) => fault))],
    input: input.message,
    ...(output === undefined ? {} : { output: output.message }),
    ...(wrong === undefined ? {} : { error: toLine(wrong) }),
  }
}

function describeBroken(port: SoapPort, operation: BrokenOperation) {
  const { name, style, encoded, action, finding } = operation
  const use = encoded ? 'encoded' : 'literal'
  return {
    name,
    port: port.name,
    soapVersion: port.version,
    style,
    use,
    action,
    error: toLine(finding),
  }
}

/** A header block goes by its element's name. */
function partName({ element, name }: Part): string {
  return element === undefined ? name : element.slice(element.lastIndexOf('}') + 1)
}

/** Compiles operations only to learn whether they can be called. Ports often bind the same messages twice. */
class Checker {
  readonly #contract: SoapContract
  #compilers: Compilers

  constructor(contract: SoapContract) {
    this.#contract = contract
    this.#compilers = this.#fresh()
  }

  check(operation: SoapOperation): Finding | undefined {
    try {
      compileOperation(this.#compilers, operation)
      toFaultDetails(this.#contract.schema, operation)
      return undefined
    } catch (error) {
      // What was remembered while it failed may be half done.
      this.#compilers = this.#fresh()
      if (error instanceof ContractError) return error.finding
      throw error
    }
  }

  #fresh(): Compilers {
    const { schema } = this.#contract
    return { schema, plans: new PlanCompiler(), shapes: new ShapeCompiler() }
  }
}
