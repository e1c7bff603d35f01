// The replies of one operation, compiled from its `responses`.

import type { ExchangeReply, Shape, Tree, Value } from '../adapter.ts'
import { decodeText } from '../transport/content.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import { isTree } from '../tree.ts'
import { decodeXmlBytes } from '../xml/charset.ts'
import { XmlError } from '../xml/parse.ts'
import { contentOf, type Document, type Operation } from './document.ts'
import { parseExact } from './exact-json.ts'
import { Mismatch, readValue } from './read.ts'
import { type Model, readSchema, toShape } from './schema.ts'
import { rootNameOf } from './xml-form.ts'
import { planXml } from './xml-plan.ts'
import { readXml } from './xml-read.ts'

export interface Replies {
  readonly shape: Shape
  /** Does the contract declare 404, as its way to say that there is no such record? */
  readonly notFound: boolean
  /** What the reply is asked to be: `application/json`, `text/xml`. */
  readonly accept: string
  /** A 2xx reply → our tree. Throws SYSTEM_REPLY_INVALID, naming the place that is not the contract. */
  decode(reply: ExchangeReply, place: Place): Tree
}

const SUCCESS = /^(?:2[0-9]{2}|2XX|default)$/i

/** The first success declared decides: a contract with several successes of different schema is a finding. */
export function compileReplies(operation: Operation, document: Document): Replies {
  const notFound = '404' in operation.responses
  const successes = Object.entries(operation.responses)
    .filter(([status]) => SUCCESS.test(status) && status !== 'default')
    .map(([, response]) => contentOf(document.resolve(response)['content']))
    .filter((content) => content !== undefined)
  if (new Set(successes.map((content) => JSON.stringify(content))).size > 1) {
    document.report(`${operation.id}: successes of different schema`)
  }
  const [content] = successes
  if (content === undefined) {
    return {
      notFound,
      accept: 'application/json',
      shape: replyShape(undefined),
      decode: () => ({}),
    }
  }
  const model = readSchema(content.schema, document)
  const read =
    content.format === 'xml' ? xmlReader(content.schema, model, { operation, document }) : readJson
  return {
    notFound,
    accept: content.format === 'xml' ? content.type : 'application/json',
    shape: replyShape(model),
    decode: (reply, place) => decodeBody(read, { reply, model, place }),
  }
}

interface Body {
  readonly reply: ExchangeReply
  readonly model: Model
  readonly place: Place
}

/** Throws SYSTEM_REPLY_INVALID for what is not of the format, Mismatch for what is not the contract. */
type Reader = (body: Body) => Value

function replyShape(model: Model | undefined): Shape {
  if (model === undefined) return { kind: 'object', fields: new Map() }
  const shape = toShape(model)
  if (shape.kind === 'list') return { kind: 'object', fields: new Map([['items', shape]]) }
  if (shape.kind === 'scalar') return { kind: 'object', fields: new Map([['value', shape]]) }
  return shape
}

function decodeBody(read: Reader, body: Body): Tree {
  try {
    return asTree(read(body), body.model)
  } catch (error) {
    if (error instanceof Mismatch) throw invalidReply(body.place, error.message)
    throw error
  }
}

function readJson({ reply, model, place }: Body): Value {
  const text = decodeText(reply, place.charset)
  if (text === undefined) throw invalidReply(place, 'not of its charset')
  const json = parseExact(text)
  if (json === undefined) throw invalidReply(place, 'not JSON')
  return readValue(json, model, '')
}

function xmlReader(
  schema: unknown,
  model: Model,
  { operation, document }: { readonly operation: Operation; readonly document: Document },
): Reader {
  const plan = planXml(model, document, operation.id)
  const root = rootNameOf(schema, document)
  return ({ reply, place }) => {
    try {
      const text = decodeXmlBytes(reply.body, reply.headers['content-type'], place.charset)
      return readXml(text, plan, root)
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
      const reason = error.reason === 'charset' ? 'not of its charset' : `not XML: ${error.reason}`
      throw invalidReply(place, reason)
    }
  }
}

function asTree(value: Value, model: Model): Tree {
  if (model.kind.is === 'list' || Array.isArray(value)) return { items: value }
  return isTree(value) ? value : { value }
}
