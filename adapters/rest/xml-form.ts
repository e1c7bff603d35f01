// What an OpenAPI description says of a schema as XML: the `xml` object (OpenAPI 3.1 §4.8.26, `nodeType` of 3.2 §4.27).

import type { Document } from './document.ts'
import { asNode, type Node } from './nodes.ts'

export interface XmlForm {
  /** Local name, where it is not the property's. */
  readonly name?: string
  readonly namespace?: string
  readonly prefix?: string
  /** Where the value stands; `text` is the element's own text beside its attributes. */
  readonly place: 'element' | 'attribute' | 'text'
  /** Of a list: an element around its items. */
  readonly wrapped: boolean
}

const PLACES: ReadonlyMap<string, XmlForm['place']> = new Map([
  ['element', 'element'],
  ['attribute', 'attribute'],
  ['text', 'text'],
  ['cdata', 'text'],
])

export function readXmlForm(schema: Node): XmlForm | undefined {
  if (!('xml' in schema)) return undefined
  const node = asNode(schema['xml'])
  const nodeType = PLACES.get(String(node['nodeType']))
  const { name, namespace, prefix } = node
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof namespace === 'string' && { namespace }),
    ...(typeof prefix === 'string' && prefix !== '' && { prefix }),
    place: nodeType ?? (node['attribute'] === true ? 'attribute' : 'element'),
    wrapped: node['wrapped'] === true,
  }
}

/** The name of a whole body's element: that of `xml`, or of the component it refers to; undefined: any is taken. */
export function rootNameOf(schema: unknown, document: Document): string | undefined {
  const named = readXmlForm(document.resolve(schema))?.name
  if (named !== undefined) return named
  const reference = asNode(schema)['$ref']
  return typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : undefined
}
