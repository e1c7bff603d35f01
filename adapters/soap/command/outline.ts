// A contract in one object: services, ports and operations as `npm run soap -- describe` prints them.

import { toLine } from '../../finding.ts'
import { Completeness } from '../completeness.ts'
import type { SoapContract } from '../contract/contract.ts'
import type { BrokenOperation, Part, SoapOperation, SoapPort } from '../contract/port.ts'

export interface Outline {
  readonly services: readonly string[]
  readonly ports: readonly object[]
  readonly operations: readonly object[]
  /** What is missing and was gone over, as lines; absent when nothing is. */
  readonly notes?: readonly string[]
}

export function outline(contract: SoapContract): Outline {
  const { ports, schema } = contract
  const completeness = new Completeness(schema, { faults: true })
  const operations = ports.flatMap((port) => [
    ...port.operations.map((operation) => describeOperation(port, operation, completeness)),
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

function describeOperation(port: SoapPort, operation: SoapOperation, completeness: Completeness) {
  const { name, wireName, version, style, action, input, output, faults } = operation
  const wrong = completeness.check(operation)
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
  const { name, style, encoded, action, finding, outgoing = false } = operation
  const use = encoded ? 'encoded' : 'literal'
  return {
    name,
    port: port.name,
    soapVersion: port.version,
    style,
    use,
    action,
    [outgoing ? 'note' : 'error']: toLine(finding),
  }
}

/** A header block goes by its element's name. */
function partName({ element, name }: Part): string {
  return element === undefined ? name : element.slice(element.lastIndexOf('}') + 1)
}
