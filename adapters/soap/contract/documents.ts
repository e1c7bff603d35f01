// The parsed documents of a contract, as they are handed from the reader of files to those who make sense of them.

import type { Finding } from '../../finding.ts'
import type { XmlElement } from '../../xml/document.ts'

export interface ContractDocument {
  /** Relative to the system folder, or an address. */
  readonly file: string
  readonly root: XmlElement
}

export interface SchemaDocument extends ContractDocument {
  /** Of the schema, or of the one that includes it when it has none (XSD 1.0 part 1 §4.2.1). */
  readonly targetNamespace: string
  /** Holds components that take the place of those of their names (§4.2.2). */
  readonly redefines?: boolean
  /** Of one such component: the one that it replaces, and still names. */
  readonly original?: Original | undefined
}

interface Original {
  readonly kind: string
  readonly key: string
  readonly component: { readonly document: SchemaDocument; readonly node: XmlElement }
}

export interface ContractFiles {
  readonly definitions: readonly ContractDocument[]
  readonly schemas: readonly SchemaDocument[]
  /** Why the file itself cannot be read. */
  readonly findings: readonly Finding[]
  /** Files that could not be had and that nothing else stands for: wrong as soon as an operation needs them. */
  readonly unmet: readonly Finding[]
}
