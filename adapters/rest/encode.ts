// The request of one operation, compiled from its parameters and body. In: the input tree. Out: path, headers, body.
// Strict: an input member that the contract does not have, or one that is missing, is refused by its path.

import type { ExchangeRequest, Shape, Tree, Value } from '../adapter.ts'
import { encodeText } from '../encode-text.ts'
import type { Document, Operation } from './document.ts'
import { writeExact } from './exact-json.ts'
import { bytesOf, planForm, writeForm, writeMultipart } from './form-write.ts'
import { bareType, charsetOf, type Content, contentOf, type Format } from './media.ts'
import type { Model } from './model.ts'
import {
  encodeHeaders,
  encodePath,
  encodeQuery,
  type Parameter,
  readParameter,
} from './parameters.ts'
import { readSchema, toShape } from './schema.ts'
import { refuse, writeText, writeValue } from './write.ts'
import { rootNameOf } from './xml-form.ts'
import { planXml } from './xml-plan.ts'
import { writeXml } from './xml-write.ts'

export interface RequestCodec {
  readonly shape: Shape
  /** Throws CallerError INPUT_REJECTED whose fields name paths, never values. */
  encode(input: Tree): ExchangeRequest
}

interface Written {
  readonly type: string
  readonly content: string | Uint8Array
}

type WriteBody = (value: Value) => Written

interface Body {
  readonly model: Model
  readonly required: boolean
  readonly write: WriteBody
}

export interface RequestOptions {
  /** What the operation's replies are. */
  readonly accept: string
  /** Of URLs and forms that name none: `charset` of the settings, else UTF-8. */
  readonly charset: string
}

const BODY = 'body'
const FORMATS: readonly Format[] = ['json', 'xml', 'form', 'multipart', 'text', 'bytes']

export function compileRequest(
  operation: Operation,
  document: Document,
  { accept, charset }: RequestOptions,
): RequestCodec {
  const parameters = operation.parameters.flatMap((node) =>
    readParameter(node, operation, document),
  )
  const body = readBody(operation, document, charset)
  checkTemplate(operation, parameters, document)
  const known = new Set([...parameters.map(({ name }) => name), ...(body ? [BODY] : [])])
  return {
    shape: inputShape(parameters, body),
    encode(input) {
      for (const name of Object.keys(input)) if (!known.has(name)) throw refuse(name, 'unknown')
      const written = body && encodeBody(input[BODY], body)
      const path = encodePath(operation.path, parameters, input)
      const query = encodeQuery(parameters, input, charset)
      return {
        method: operation.method,
        path: query === '' ? path : `${path}?${query}`,
        headers: {
          accept,
          ...(written && { 'content-type': written.type }),
          ...encodeHeaders(parameters, input),
        },
        body: written?.content,
      }
    },
  }
}

function readBody(operation: Operation, document: Document, charset: string): Body | undefined {
  if (operation.body === undefined) return undefined
  const content = contentOf(operation.body['content'], FORMATS)
  if (content === undefined) {
    const types = Object.keys(Object(operation.body['content'])).join(', ')
    document.report(`${operation.id}: a request body of ${types || 'no type'} is not spoken`)
    return undefined
  }
  const model = readSchema(content.schema, document, 'request')
  const required = operation.body['required'] === true
  const write = WRITERS[content.format]({ operation, document, content, model, charset })
  return { model, required, write }
}

interface Writing {
  readonly operation: Operation
  readonly document: Document
  readonly content: Content
  readonly model: Model
  readonly charset: string
}

const WRITERS: Readonly<Record<Format, (writing: Writing) => WriteBody>> = {
  json:
    ({ model }) =>
    (value) => ({
      type: 'application/json; charset=utf-8',
      content: writeExact(writeValue(value, model, BODY)),
    }),
  xml: xmlWriter,
  form: formWriter,
  multipart: formWriter,
  csv: textWriter,
  text: textWriter,
  bytes:
    ({ content: { type } }) =>
    (value) => ({ type, content: bytesOf(value, BODY) }),
}

function xmlWriter({ operation, document, content, model }: Writing): WriteBody {
  const local = rootNameOf(content.schema, document)
  if (local === undefined)
    document.report(`${operation.id}: the XML of its body has no name (xml.name)`)
  const plan = planXml(model, document, operation.id)
  const root = { local: local ?? BODY, namespace: model.xml?.namespace, prefix: model.xml?.prefix }
  const type = `${bareType(content.type)}; charset=utf-8`
  return (value) => ({ type, content: writeXml(value, plan, root, BODY) })
}

function formWriter({ operation, document, content, model, charset }: Writing): WriteBody {
  const plan = planForm(model, content.media, charsetOf(content.type) ?? charset)
  if (plan === undefined) {
    document.report(`${operation.id}: a form is an object of named members`)
    return () => ({ type: content.type, content: '' })
  }
  if (content.format === 'multipart') return (value) => writeMultipart(value, plan, BODY)
  const isNamed = plan.charset.toLowerCase() !== 'utf-8'
  const type = isNamed ? `${bareType(content.type)}; charset=${plan.charset}` : content.type
  return (value) => ({ type, content: writeForm(value, plan, BODY) })
}

function textWriter({ content, model, charset }: Writing): WriteBody {
  const named = charsetOf(content.type) ?? charset
  const type = `${bareType(content.type)}; charset=${named}`
  return (value) => {
    const bytes = encodeText(writeText(value, model, BODY), named)
    if (bytes === undefined) throw refuse(BODY, `not in ${named}`)
    return { type, content: bytes }
  }
}

function checkTemplate(
  operation: Operation,
  parameters: readonly Parameter[],
  document: Document,
): void {
  for (const [, name] of operation.path.matchAll(/\{([^}]*)\}/g)) {
    if (!parameters.some((each) => each.in === 'path' && each.name === name)) {
      document.report(`${operation.id}: {${name}} of the path is not a parameter`)
    }
  }
}

function inputShape(parameters: readonly Parameter[], body: Body | undefined): Shape {
  const fields = new Map(parameters.map(({ name, model }) => [name, toShape(model)]))
  if (body) fields.set(BODY, toShape(body.model))
  const required = parameters.filter((each) => each.required).map(({ name }) => name)
  if (body?.required === true) required.push(BODY)
  return {
    kind: 'object',
    fields,
    ...(required.length > 0 && { required: new Set(required) }),
  }
}

function encodeBody(value: Value | undefined, body: Body): Written | undefined {
  if (value !== undefined) return body.write(value)
  if (body.required) throw refuse(BODY, 'missing')
  return undefined
}
