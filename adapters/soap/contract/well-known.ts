// Schemas that contracts name without bringing them: what operations need of each, written by us. In: a namespace. Out: a schema.
// Parsed when first asked for. A contract's own file of the same namespace goes first.

import { parseDocument } from '../../xml/document.ts'
import { XML_NAMESPACE } from '../../xml/parse.ts'
import { WSDL, XSD } from '../namespaces.ts'
import type { SchemaDocument } from './documents.ts'
import { WELL_KNOWN_TEXTS } from './well-known-texts.ts'

/** Known without a schema: built-in.ts has their types. */
const BUILT_IN: ReadonlySet<string> = new Set([XSD, WSDL])
const PARSED = new Map<string, SchemaDocument>()

export function isWellKnown(namespace: string): boolean {
  return BUILT_IN.has(namespace) || WELL_KNOWN_TEXTS.has(namespace)
}

/** Undefined when there is nothing to be said about the namespace. */
export function wellKnownSchema(namespace: string): SchemaDocument | undefined {
  const known = PARSED.get(namespace)
  if (known !== undefined) return known
  const text = WELL_KNOWN_TEXTS.get(namespace)
  if (text === undefined) return undefined
  const prefix = namespace === XML_NAMESPACE ? '' : ` xmlns:t="${namespace}"`
  const schema = `<schema xmlns="${XSD}"${prefix} targetNamespace="${namespace}">${text}</schema>`
  const document = { file: namespace, root: parseDocument(schema), targetNamespace: namespace }
  PARSED.set(namespace, document)
  return document
}
