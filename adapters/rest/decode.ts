// The replies of one operation, compiled from its `responses`: by status, then by the media type that is declared.

import { SystemError } from '../../schema/errors.ts'
import type { ExchangeReply, Shape, Tree, Value } from '../adapter.ts'
import { decodeText } from '../transport/content.ts'
import { invalidReply, type Place } from '../transport/reply-fault.ts'
import { isTree } from '../tree.ts'
import { decodeXmlBytes } from '../xml/charset.ts'
import { XmlError } from '../xml/parse.ts'
import { csvProblem, readCsv } from './csv-read.ts'
import type { Document, Operation } from './document.ts'
import { parseExact, writeExact } from './exact-json.ts'
import { bareType, type Content, contentOf, type Format } from './media.ts'
import type { Model } from './model.ts'
import { asNode } from './nodes.ts'
import { Mismatch, readValue } from './read.ts'
import {
  decodeHeaders,
  HEADERS,
  headerShape,
  readReplyHeaders,
  type ReplyHeaders,
} from './reply-headers.ts'
import { readSchema, toShape } from './schema.ts'
import { writeText, writeValue } from './write.ts'
import { rootNameOf } from './xml-form.ts'
import { planXml } from './xml-plan.ts'
import { readXml } from './xml-read.ts'
import { writeXml } from './xml-write.ts'

export interface Replies {
  readonly shape: Shape
  /** Does the contract declare 404, as its way to say that there is no such record? */
  readonly notFound: boolean
  /** What the reply is asked to be: `application/json`, `text/xml`. */
  readonly accept: string
  /** A 2xx reply → our tree. Throws SYSTEM_REPLY_INVALID, naming the place that is not the contract. */
  decode(reply: ExchangeReply, place: Place): Tree
  /** The reply that would be read as this tree. Throws CallerError INPUT_REJECTED. */
  encode(value: Tree): ExchangeReply
}

const FORMATS: readonly Format[] = ['json', 'xml', 'csv', 'text', 'bytes']

/** One declared success. */
interface Success {
  /** `200`, `2XX`. */
  readonly status: string
  readonly content: Content | undefined
  readonly model: Model | undefined
  readonly headers: ReplyHeaders
  readonly read: Reader
}

export function compileReplies(operation: Operation, document: Document): Replies {
  const successes = Object.entries(operation.responses)
    .filter(([status]) => /^2(?:[0-9]{2}|XX)$/i.test(status))
    .map(([status, response]) =>
      compileSuccess(status, document.resolve(response), { operation, document }),
    )
  const told = successes.filter(({ model }) => model !== undefined)
  const [first] = told
  const accepted = new Set(told.map(({ content }) => bareType(content?.type ?? '*/*')))
  return {
    notFound: '404' in operation.responses,
    accept: [...accepted].join(', ') || 'application/json',
    shape: shapeOf(told),
    decode: (reply, place) => {
      const success = successFor(reply.status, successes) ?? first
      if (success?.model === undefined) return {}
      // Without content there is no record, even where another success has one.
      if (reply.status === 204 || reply.status === 205) return {}
      return decodeBody(success, { reply, model: success.model, place })
    },
    encode: (value) => encodeReply(value, first, { operation, document }),
  }
}

interface Compiling {
  readonly operation: Operation
  readonly document: Document
}

function compileSuccess(
  status: string,
  response: Readonly<Record<string, unknown>>,
  compiling: Compiling,
): Success {
  const { operation, document } = compiling
  const content = contentOf(response['content'], FORMATS)
  if (content === undefined) {
    const types = Object.keys(asNode(response['content']))
    if (types.length > 0)
      document.report(`${operation.id}: a reply of ${types.join(', ')} is not spoken`)
    return { status, content, model: undefined, headers: new Map(), read: () => null }
  }
  const model = content.format === 'bytes' ? BYTES : readSchema(content.schema, document)
  const read = READERS[content.format]({ ...compiling, content, model })
  return { status, content, model, headers: readReplyHeaders(response, document), read }
}

/** What a body of bytes is to us: base64. */
const BYTES: Model = { nullable: false, kind: { is: 'scalar', type: 'binary', whole: false } }

function successFor(status: number, successes: readonly Success[]): Success | undefined {
  return (
    successes.find((each) => each.status === String(status)) ??
    successes.find((each) => each.status.toUpperCase() === '2XX')
  )
}

/** Successes of different shapes can only be told apart when they come: anything may be below. */
function shapeOf(successes: readonly Success[]): Shape {
  const shapes = successes.map((each) => withHeaders(replyShape(each.model), each.headers))
  const [first = replyShape(undefined), ...others] = shapes
  const schema = JSON.stringify(successes[0]?.content?.schema)
  const alike = successes.every(({ content }) => JSON.stringify(content?.schema) === schema)
  return alike || others.length === 0 ? first : { kind: 'any' }
}

function withHeaders(shape: Shape, headers: ReplyHeaders): Shape {
  if (shape.kind !== 'object' || headers.size === 0) return shape
  return { ...shape, fields: new Map([...shape.fields, [HEADERS, headerShape(headers)]]) }
}

interface Body {
  readonly reply: ExchangeReply
  readonly model: Model
  readonly place: Place
}

/** Throws SYSTEM_REPLY_INVALID for what is not of the format, Mismatch for what is not the contract. */
type Reader = (body: Body) => Value

type Reading = Compiling & { readonly content: Content; readonly model: Model }

const READERS: Readonly<Record<Format, (reading: Reading) => Reader>> = {
  json: () => readJson,
  xml: xmlReader,
  csv: csvReader,
  text: () => readText,
  form: () => readText,
  multipart: () => readText,
  bytes:
    () =>
    ({ reply }) =>
      Buffer.from(reply.body).toString('base64'),
}

function replyShape(model: Model | undefined): Shape {
  if (model === undefined) return { kind: 'object', fields: new Map() }
  const shape = toShape(model)
  if (shape.kind === 'list') return { kind: 'object', fields: new Map([['items', shape]]) }
  if (shape.kind === 'scalar') return { kind: 'object', fields: new Map([['value', shape]]) }
  return shape
}

function decodeBody({ read, headers }: Success, body: Body): Tree {
  try {
    const tree = asTree(read(body), body.model)
    return headers.size === 0 ? tree : { ...tree, [HEADERS]: decodeHeaders(body.reply, headers) }
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    const { system, operation } = body.place
    const detail = { reason: error.message, ...(error.path !== '' && { path: error.path }) }
    throw new SystemError('SYSTEM_REPLY_INVALID', system, { operation, detail })
  }
}

function textOf({ reply, place }: Body): string {
  const text = decodeText(reply, place.charset)
  if (text === undefined) throw invalidReply(place, 'not of its charset')
  return text
}

function readJson(body: Body): Value {
  const json = parseExact(textOf(body))
  if (json === undefined) throw invalidReply(body.place, 'not JSON')
  return readValue(json, body.model, '')
}

/** Numbers and dates of a plain text are its text; a record in it is for `unpack`. */
function readText(body: Body): Value {
  const text = textOf(body)
  return body.model.kind.is === 'scalar' && body.model.kind.type !== 'string' ? text.trim() : text
}

function csvReader({ operation, document, model }: Reading): Reader {
  const problem = csvProblem(model)
  if (problem !== undefined) document.report(`${operation.id}: ${problem}`)
  return (body) => readCsv(textOf(body), model)
}

function xmlReader({ operation, document, content, model }: Reading): Reader {
  const plan = planXml(model, document, operation.id)
  const root = rootNameOf(content.schema, document)
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

function encodeReply(
  tree: Tree,
  success: Success | undefined,
  { operation, document }: Compiling,
): ExchangeReply {
  const { model, content } = success ?? {}
  if (model === undefined || content === undefined) {
    return { status: 204, headers: {}, body: new Uint8Array() }
  }
  const isRooted = model.kind.is === 'list' ? 'items' : model.kind.is === 'scalar' ? 'value' : ''
  const value = isRooted === '' ? tree : (tree[isRooted] ?? null)
  const type = `${bareType(content.type)}; charset=utf-8`
  const text = textReply(value, { content, model, operation, document })
  const body = content.format === 'bytes' ? Buffer.from(text, 'base64') : Buffer.from(text)
  return { status: 200, headers: { 'content-type': type }, body }
}

function textReply(value: Value, { content, model, operation, document }: Reading): string {
  if (content.format === 'xml') {
    const local = rootNameOf(content.schema, document) ?? 'root'
    const root = { local, namespace: model.xml?.namespace, prefix: model.xml?.prefix }
    return writeXml(value, planXml(model, document, operation.id), root, local)
  }
  if (content.format === 'json') return writeExact(writeValue(value, model, 'body'))
  return writeText(value, model, 'body')
}
