// The request of one operation, compiled from its parameters and body. In: the input tree. Out: path, headers, body.
// Strict: an input member that the contract does not have, or one that is missing, is refused by its path.

import type { ExchangeRequest, Shape, Tree, Value } from '../adapter.ts'
import { contentOf, type Document, type Node, type Operation } from './document.ts'
import { writeExact } from './exact-json.ts'
import { type Model, readSchema, toShape } from './schema.ts'
import { refuse, writeText, writeValue } from './write.ts'
import { rootNameOf } from './xml-form.ts'
import { planXml } from './xml-plan.ts'
import { writeXml } from './xml-write.ts'

export interface RequestCodec {
  readonly shape: Shape
  /** Throws CallerError INPUT_REJECTED whose fields name paths, never values. */
  encode(input: Tree): ExchangeRequest
}

type Place = 'path' | 'query' | 'header'

interface Parameter {
  readonly name: string
  readonly in: Place
  readonly required: boolean
  readonly model: Model
  /** `a=1&a=2` rather than `a=1,2` (OpenAPI `explode`, true by default for queries). */
  readonly explode: boolean
}

interface Body {
  readonly model: Model
  readonly required: boolean
  readonly type: string
  readonly write: (value: Value) => string
}

const BODY = 'body'

/** `accept` is what the operation's replies are. */
export function compileRequest(
  operation: Operation,
  document: Document,
  accept: string,
): RequestCodec {
  const parameters = operation.parameters.flatMap((node) =>
    readParameter(node, operation, document),
  )
  const body = readBody(operation, document)
  checkTemplate(operation, parameters, document)
  const known = new Set([...parameters.map(({ name }) => name), ...(body ? [BODY] : [])])
  return {
    shape: inputShape(parameters, body),
    encode(input) {
      for (const name of Object.keys(input)) if (!known.has(name)) throw refuse(name, 'unknown')
      const content = body && encodeBody(input[BODY], body)
      return {
        method: operation.method,
        path: encodePath(operation.path, parameters, input) + encodeQuery(parameters, input),
        headers: {
          accept,
          ...(content !== undefined && { 'content-type': `${body?.type}; charset=utf-8` }),
          ...encodeHeaders(parameters, input),
        },
        body: content,
      }
    },
  }
}

function readParameter(node: Node, operation: Operation, document: Document): Parameter[] {
  const { name, in: place } = node
  if (typeof name !== 'string' || !isPlace(place)) {
    document.report(`${operation.id}: a parameter in ${String(place)} is not spoken`)
    return []
  }
  const model = readSchema(node['schema'], document)
  const { kind } = model
  const flat = kind.is === 'scalar' || (kind.is === 'list' && kind.of.kind.is === 'scalar')
  if (!flat)
    document.report(`${operation.id}: parameter ${name} is neither a value nor a list of them`)
  const required = node['required'] === true || place === 'path'
  const explode = node['explode'] === undefined ? place === 'query' : node['explode'] === true
  return [{ name, in: place, required, model, explode }]
}

function isPlace(value: unknown): value is Place {
  return value === 'path' || value === 'query' || value === 'header'
}

function readBody(operation: Operation, document: Document): Body | undefined {
  if (operation.body === undefined) return undefined
  const content = contentOf(operation.body['content'])
  if (content === undefined) {
    document.report(`${operation.id}: a request body that is neither JSON nor XML is not spoken`)
    return undefined
  }
  const { format, type, schema } = content
  const model = readSchema(schema, document)
  const required = operation.body['required'] === true
  if (format === 'json') {
    const write = (value: Value): string => writeExact(writeValue(value, model, BODY))
    return { model, required, type: 'application/json', write }
  }
  return {
    model,
    required,
    type: type.split(';', 1)[0]?.trim() ?? type,
    write: xmlWriter(operation, schema, document),
  }
}

function xmlWriter(operation: Operation, schema: unknown, document: Document) {
  const model = readSchema(schema, document)
  const local = rootNameOf(schema, document)
  if (local === undefined)
    document.report(`${operation.id}: the XML of its body has no name (xml.name)`)
  const plan = planXml(model, document, operation.id)
  const root = { local: local ?? BODY, namespace: model.xml?.namespace, prefix: model.xml?.prefix }
  return (value: Value): string => writeXml(value, plan, root, BODY)
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
  return { kind: 'object', fields }
}

function encodeBody(value: Value | undefined, body: Body): string | undefined {
  if (value !== undefined) return body.write(value)
  if (body.required) throw refuse(BODY, 'missing')
  return undefined
}

/** Texts of a parameter; none if it is absent. */
function textsOf(parameter: Parameter, input: Tree): string[] {
  const { name, model, required } = parameter
  const value = input[name]
  if (value === undefined || value === null) {
    if (required) throw refuse(name, 'missing')
    return []
  }
  if (model.kind.is !== 'list') return [writeText(value, model, name)]
  const { of } = model.kind
  const items: readonly Value[] = Array.isArray(value) ? value : [value]
  return items.map((item, index) => writeText(item, of, `${name}[${index}]`))
}

function encodePath(template: string, parameters: readonly Parameter[], input: Tree): string {
  return template.replaceAll(/\{([^}]*)\}/g, (_whole, name: string) => {
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name)
    const text = parameter ? textsOf(parameter, input).join(',') : ''
    // An empty or dot segment would be another resource, or one above the address (RFC 3986 §5.2.4).
    if (text === '' || text === '.' || text === '..') throw refuse(name, 'not a path segment')
    return encodeURIComponent(text)
  })
}

function encodeQuery(parameters: readonly Parameter[], input: Tree): string {
  const pairs = parameters
    .filter((each) => each.in === 'query')
    .flatMap((each) => {
      const texts = textsOf(each, input).map(encodeURIComponent)
      const values = each.explode || texts.length === 0 ? texts : [texts.join(',')]
      return values.map((value) => `${encodeURIComponent(each.name)}=${value}`)
    })
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

function encodeHeaders(parameters: readonly Parameter[], input: Tree): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const parameter of parameters.filter((each) => each.in === 'header')) {
    const texts = textsOf(parameter, input)
    if (texts.some((text) => !/^[\x20-\x7e]*$/.test(text))) {
      throw refuse(parameter.name, 'not allowed in a header')
    }
    if (texts.length > 0) headers[parameter.name.toLowerCase()] = texts.join(',')
  }
  return headers
}
