// One place in a contract that cannot be used, thrown while an operation is compiled and turned to a finding at its border.

import type { Finding } from '../../finding.ts'
import type { XmlElement } from '../../xml/document.ts'
import type { Place } from '../model.ts'
import type { ContractDocument } from './documents.ts'

export class ContractError extends Error {
  readonly finding: Finding

  constructor({ file, line }: Place, message: string) {
    super(message)
    this.name = 'ContractError'
    this.finding = { file, line, message }
  }
}

/** A QName in an attribute value: its namespace and local name (Namespaces in XML 1.0 §4). */
export function parseQName(
  document: Pick<ContractDocument, 'file'>,
  node: XmlElement,
  value: string,
): { readonly namespace: string; readonly local: string } {
  const name = value.trim()
  // Some tools put colons into the name itself; the first one ends the prefix.
  const colon = name.indexOf(':')
  const prefix = name.slice(0, Math.max(colon, 0))
  const namespace = node.prefixes.get(prefix)
  if (namespace === undefined) {
    const place = { file: document.file, line: node.line }
    throw new ContractError(place, `the prefix of "${value}" is not declared`)
  }
  return { namespace, local: name.slice(colon + 1) }
}
