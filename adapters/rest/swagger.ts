// Swagger 2.0 as OpenAPI 3 says it: parameters in the body or of a form become a request body, `collectionFormat` a
// style, `consumes` and `produces` media types. References stay: `#/definitions/…` is a place of the document as it is.

import { asList, asNode, asText, type Node } from './nodes.ts'

type Resolve = (value: unknown) => Node

const JSON_ONLY: readonly unknown[] = ['application/json']

/** A whole operation with the parameters of its path. */
export function fromSwagger(
  operation: Node,
  { root, item, resolve }: { root: Node; item: Node; resolve: Resolve },
): Node {
  const parameters = [...asList(item['parameters']), ...asList(operation['parameters'])].map(
    resolve,
  )
  const body = parameters.find((each) => each['in'] === 'body')
  const form = parameters.filter((each) => each['in'] === 'formData')
  const consumes = mediaTypes(operation['consumes'] ?? root['consumes'])
  const produces = mediaTypes(operation['produces'] ?? root['produces'])
  return {
    ...operation,
    parameters: parameters.filter((each) => each !== body && !form.includes(each)).map(toParameter),
    ...(body && { requestBody: toBody(body['schema'], body['required'], consumes) }),
    ...(form.length > 0 && { requestBody: toForm(form, consumes) }),
    responses: Object.fromEntries(
      Object.entries(asNode(operation['responses'])).map(([status, response]) => [
        status,
        toResponse(resolve(response), produces),
      ]),
    ),
  }
}

function mediaTypes(value: unknown): readonly string[] {
  const types = asList(value)
  return (types.length > 0 ? types : JSON_ONLY).map(String)
}

const STYLES: ReadonlyMap<string, Node> = new Map<string, Node>([
  ['csv', { explode: false }],
  ['multi', { explode: true }],
  ['ssv', { style: 'spaceDelimited', explode: false }],
  ['pipes', { style: 'pipeDelimited', explode: false }],
  ['tsv', { style: 'tab', explode: false }],
])

function toParameter(node: Node): Node {
  const style =
    node['type'] === 'array' ? STYLES.get(asText(node['collectionFormat']) ?? 'csv') : {}
  return { name: node['name'], in: node['in'], required: node['required'], ...style, schema: node }
}

function toBody(schema: unknown, required: unknown, types: readonly string[]): Node {
  return { required, content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}

function toForm(fields: readonly Node[], consumes: readonly string[]): Node {
  const isMultipart =
    fields.some(({ type }) => type === 'file') ||
    consumes.some((type) => type.startsWith('multipart/'))
  const properties = fields.map((field) => [
    field['name'],
    field['type'] === 'file' ? { type: 'string', format: 'binary' } : field,
  ])
  const required = fields.filter((field) => field['required'] === true)
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: required.map(({ name }) => name),
  }
  const declared = consumes.find((type) => type.startsWith('application/x-www-form-urlencoded'))
  const type = isMultipart
    ? 'multipart/form-data'
    : (declared ?? 'application/x-www-form-urlencoded')
  return toBody(schema, required.length > 0, [type])
}

function toResponse(response: Node, types: readonly string[]): Node {
  const { schema } = response
  if (schema === undefined) return response
  return { ...response, content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}
