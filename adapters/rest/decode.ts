// The replies of one operation, compiled from its `responses`.

import type { ExchangeReply, Shape, Tree } from '../adapter.ts'
import { decodeText } from '../transport/content.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import { isTree } from '../tree.ts'
import { type Document, jsonSchema, type Operation } from './document.ts'
import { parseExact } from './exact-json.ts'
import { Mismatch, readValue } from './read.ts'
import { type Model, readSchema, toShape } from './schema.ts'

export interface Replies {
  readonly shape: Shape
  /** Does the contract declare 404, as its way to say that there is no such record? */
  readonly notFound: boolean
  /** A 2xx reply → our tree. Throws SYSTEM_REPLY_INVALID, naming the place that is not the contract. */
  decode(reply: ExchangeReply, place: Place): Tree
}

const SUCCESS = /^(?:2[0-9]{2}|2XX|default)$/i

/** The first success declared decides: a contract with several successes of different schema is a finding. */
export function compileReplies(operation: Operation, document: Document): Replies {
  const notFound = '404' in operation.responses
  const successes = Object.entries(operation.responses)
    .filter(([status]) => SUCCESS.test(status) && status !== 'default')
    .map(([, response]) => jsonSchema(document.resolve(response)['content']))
    .filter((schema) => schema !== undefined)
  if (new Set(successes.map((schema) => JSON.stringify(schema))).size > 1) {
    document.report(`${operation.id}: successes of different schema`)
  }
  const [schema] = successes
  const model = schema === undefined ? undefined : readSchema(schema, document)
  return {
    notFound,
    shape: replyShape(model),
    decode: (reply, place) => (model === undefined ? {} : decodeBody(reply, model, place)),
  }
}

function replyShape(model: Model | undefined): Shape {
  if (model === undefined) return { kind: 'object', fields: new Map() }
  const shape = toShape(model)
  if (shape.kind === 'list') return { kind: 'object', fields: new Map([['items', shape]]) }
  if (shape.kind === 'scalar') return { kind: 'object', fields: new Map([['value', shape]]) }
  return shape
}

function decodeBody(reply: ExchangeReply, model: Model, place: Place): Tree {
  const text = decodeText(reply, place.charset)
  if (text === undefined) throw invalidReply(place, 'not of its charset')
  const json = parseExact(text)
  if (json === undefined) throw invalidReply(place, 'not JSON')
  try {
    return asTree(readValue(json, model, ''), model)
  } catch (error) {
    if (error instanceof Mismatch) throw invalidReply(place, error.message)
    throw error
  }
}

function asTree(value: ReturnType<typeof readValue>, model: Model): Tree {
  if (model.kind.is === 'list' || Array.isArray(value)) return { items: value }
  return isTree(value) ? value : { value }
}
