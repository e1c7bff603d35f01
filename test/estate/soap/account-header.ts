// A SOAP header of a service's own that holds an account. In: the header as sent, what must stand in it. Out: a fault or nothing.

import type { SoapFault } from './soap-fault.ts'
import type { XmlElement } from './soap-xml.ts'

export interface AccountHeader {
  readonly name: string
  readonly namespace: string
  /** Children in their order, each with the only right value. */
  readonly children: Readonly<Record<string, string>>
}

/** .NET and CXF answer a fault of the caller to a header that is missing, of another form or of another account. */
export function checkAccount(
  header: XmlElement | undefined,
  { name, namespace, children }: AccountHeader,
): SoapFault | undefined {
  const block = header?.children.find((each) => each.name === name && each.namespace === namespace)
  if (block === undefined) return refusal(`The header ${name} is required.`)
  const sent = block.children.map((each) => [each.name, each.namespace])
  const expected = Object.keys(children).map((child) => [child, namespace])
  if (JSON.stringify(sent) !== JSON.stringify(expected)) {
    return refusal(`The header ${name} is not of its schema.`)
  }
  const right = block.children.every((each) => children[each.name] === each.text)
  return right ? undefined : refusal('Access denied.')
}

function refusal(reason: string): SoapFault {
  return { by: 'caller', reason }
}
