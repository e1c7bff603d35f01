// Headers of replies that the description declares (totals, links, limits): part of the reply, under `$header`.

import type { ExchangeReply, Shape, Tree } from '../adapter.ts'
import type { Document } from './document.ts'
import type { Model } from './model.ts'
import { asNode, type Node } from './nodes.ts'
import { readSchema, toShape } from './schema.ts'
import { readXmlText } from './xml-text.ts'

export const HEADERS = '$header'

/** Models by lower-case name; a header that is no single value stays its text. */
export type ReplyHeaders = ReadonlyMap<string, Model>

const TEXT: Model = { nullable: true, kind: { is: 'scalar', type: 'string', whole: false } }

export function readReplyHeaders(response: Node, document: Document): ReplyHeaders {
  const declared = Object.entries(asNode(response['headers'])).map(([name, node]) => {
    const header = document.resolve(node)
    const model = readSchema(header['schema'] ?? header, document)
    return [name.toLowerCase(), model.kind.is === 'scalar' ? model : TEXT] as const
  })
  return new Map(declared)
}

export function headerShape(headers: ReplyHeaders): Shape {
  const fields = [...headers].map(([name, model]) => [name, toShape(model)] as const)
  return { kind: 'object', fields: new Map(fields) }
}

/** An absent one is null. Throws Mismatch. */
export function decodeHeaders({ headers: sent }: ExchangeReply, headers: ReplyHeaders): Tree {
  const entries = [...headers].map(([name, model]) => {
    const path = (): string => `${HEADERS}.${name}`
    const text = sent[name]
    return [name, text === undefined ? null : readXmlText(text, { model, required: false, path })]
  })
  return Object.fromEntries(entries)
}
