// What a system takes, by its own OpenAPI file (3.x or Swagger 2, JSON or YAML). In: a wire request. Out: the operation
// with its parameters and body, or what the contract has against it. So that a simulator is as strict as its contract.

import { readFileSync } from 'node:fs'

import { Ajv, type ValidateFunction } from 'ajv'
import { parse as parseYaml } from 'yaml'

import { type Fields, isFields } from './open-api.ts'
import type { WireRequest } from './simulator.ts'
import { parseXml, type XmlElement } from './soap/soap-xml.ts'

export interface Asked {
  readonly operation: string
  /** Path and query parameters and headers by name, as texts. */
  readonly values: Readonly<Record<string, string>>
  readonly body: Fields
}

export interface Objection {
  readonly problem:
    | 'path'
    | 'method'
    | 'media type'
    | 'malformed'
    | 'missing'
    | 'invalid'
    | 'unknown'
  /** Parameter or member; empty where none is meant. */
  readonly name: string
}

export type CheckRequest = (request: WireRequest) => Asked | Objection

/** A body of the contract may have a member of that name, too; an objection has just its two. */
export function isObjection(checked: object): checked is Objection {
  return 'problem' in checked && 'name' in checked && Object.keys(checked).length === 2
}

/** Checks by `subgraphs/<system>/contract/`; query members that carry credentials are no parameters. */
export function readRequests(system: string, file = 'openapi.json'): CheckRequest {
  const place = new URL(`../../subgraphs/${system}/contract/${file}`, import.meta.url)
  const document: unknown = parseYaml(readFileSync(place, 'utf8'))
  const contract = new Contract(isFields(document) ? document : {})
  return (request) => contract.check(request)
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly holds: ValidateFunction
}

interface Operation {
  readonly id: string
  readonly method: string
  readonly pattern: RegExp
  readonly parameters: readonly Parameter[]
  readonly body: Body | undefined
}

interface Body {
  readonly required: boolean
  readonly schemas: ReadonlyMap<string, ValidateFunction>
  /** Of XML bodies: `{namespace}name` of their element. */
  readonly roots: ReadonlyMap<string, string>
}

const METHODS = ['get', 'post', 'put']

class Contract {
  readonly #root: Fields
  /** Texts of a URL are numbers and booleans of the contract; those of a JSON body are not. */
  readonly #texts = new Ajv({ strict: false, validateFormats: false, coerceTypes: true })
  readonly #json = new Ajv({ strict: false, validateFormats: false })
  readonly #operations: readonly Operation[]
  readonly #credentials: ReadonlySet<string>

  constructor(root: Fields) {
    this.#root = root
    this.#texts.addSchema(root, 'contract')
    this.#json.addSchema(root, 'contract')
    this.#credentials = new Set(this.#schemes().map((scheme) => String(scheme['name'])))
    this.#operations = Object.keys(fieldsAt(root, ['paths'])).flatMap((path) => this.#ofPath(path))
  }

  check(request: WireRequest): Asked | Objection {
    const onPath = this.#operations.filter(({ pattern }) => pattern.test(request.url.pathname))
    if (onPath.length === 0) return { problem: 'path', name: '' }
    const operation = onPath.find(({ method }) => method === request.method)
    if (operation === undefined) return { problem: 'method', name: '' }
    const values = this.#values(operation, request)
    if (isObjection(values)) return values
    const body = operation.body === undefined ? {} : checkBody(operation.body, request)
    if (isObjection(body)) return body
    return { operation: operation.id, values, body }
  }

  #values(operation: Operation, request: WireRequest): Record<string, string> | Objection {
    const { url, headers } = request
    const groups = operation.pattern.exec(url.pathname)?.groups ?? {}
    const values: Record<string, string> = {}
    for (const parameter of operation.parameters) {
      const { name, required, holds } = parameter
      const text = textOf(parameter, { groups, url, headers })
      if (text === undefined && required) return { problem: 'missing', name }
      if (text === undefined) continue
      if (!holds({ value: text })) return { problem: 'invalid', name }
      values[name] = text
    }
    const known = new Set(operation.parameters.map(({ name }) => name))
    const unknown = [...url.searchParams.keys()].find(
      (name) => !known.has(name) && !this.#credentials.has(name),
    )
    return unknown === undefined ? values : { problem: 'unknown', name: unknown }
  }

  #schemes(): Fields[] {
    const declared = {
      ...fieldsAt(this.#root, ['components', 'securitySchemes']),
      ...fieldsAt(this.#root, ['securityDefinitions']),
    }
    return Object.values(declared).filter(isFields)
  }

  #ofPath(path: string): Operation[] {
    const item = fieldsAt(this.#root, ['paths', path])
    const pattern = toPattern(basePath(this.#root) + path)
    return METHODS.filter((method) => isFields(item[method])).map((method) => {
      const at = ['paths', path, method]
      const node = fieldsAt(this.#root, at)
      const parameters = [
        ...this.#parameters([...at.slice(0, 2), 'parameters']),
        ...this.#parameters([...at, 'parameters']),
      ]
      return {
        id: String(node['operationId']),
        method: method.toUpperCase(),
        pattern,
        parameters: parameters.filter((each) => each.in !== 'body' && each.in !== 'formData'),
        body: this.#body(at),
      }
    })
  }

  #parameters(at: readonly string[]): Parameter[] {
    const list = valueAt(this.#root, at)
    return (Array.isArray(list) ? list : []).map((_, index) => {
      const place = this.#follow([...at, String(index)])
      const node = fieldsAt(this.#root, place)
      const schema = isFields(node['schema']) ? schemaAt([...place, 'schema']) : keywordsOf(node)
      return {
        name: String(node['name']),
        in: String(node['in']),
        required: node['required'] === true,
        holds: this.#texts.compile({ properties: { value: schema } }),
      }
    })
  }

  /** OpenAPI 3 `requestBody`, or the parameter in `body` of Swagger 2. */
  #body(at: readonly string[]): Body | undefined {
    const listed = valueAt(this.#root, [...at, 'parameters'])
    const index = (Array.isArray(listed) ? listed : []).findIndex(
      (each) => isFields(each) && each['in'] === 'body',
    )
    if (index >= 0) {
      const place = [...at, 'parameters', String(index)]
      const holds = this.#json.compile(schemaAt([...place, 'schema']))
      const required = fieldsAt(this.#root, place)['required'] === true
      return { required, schemas: new Map([['application/json', holds]]), roots: new Map() }
    }
    const form = (Array.isArray(listed) ? listed : []).filter(
      (each) => isFields(each) && each['in'] === 'formData',
    )
    if (form.length > 0) return this.#form(form)
    if (valueAt(this.#root, [...at, 'requestBody']) === undefined) return undefined
    const place = this.#follow([...at, 'requestBody'])
    const types = Object.keys(fieldsAt(this.#root, [...place, 'content']))
    const schemas = types.map((type): [string, ValidateFunction] => {
      const reader = type === 'application/json' ? this.#json : this.#texts
      return [type, reader.compile(schemaAt([...place, 'content', type, 'schema']))]
    })
    const roots = types
      .filter((type) => XML_TYPE.test(type))
      .map((type): [string, string] => [type, this.#rootOf([...place, 'content', type, 'schema'])])
    const required = fieldsAt(this.#root, place)['required'] === true
    return { required, schemas: new Map(schemas), roots: new Map(roots) }
  }

  #rootOf(at: readonly string[]): string {
    const followed = this.#follow(at)
    const { name, namespace } = fieldsAt(this.#root, [...followed, 'xml'])
    return `{${typeof namespace === 'string' ? namespace : ''}}${typeof name === 'string' ? name : followed.at(-1)}`
  }

  /** Parameters in `formData` of Swagger 2: members of one form. */
  #form(members: readonly Fields[]): Body {
    const required = members.filter((each) => each['required'] === true)
    const holds = this.#texts.compile({
      type: 'object',
      required: required.map((each) => each['name']),
      additionalProperties: false,
      properties: Object.fromEntries(
        members.map((each) => [String(each['name']), keywordsOf(each)]),
      ),
    })
    const type = 'application/x-www-form-urlencoded'
    return { required: required.length > 0, schemas: new Map([[type, holds]]), roots: new Map() }
  }

  /** The place that a `$ref` there leads to. */
  #follow(at: readonly string[]): readonly string[] {
    const reference = fieldsAt(this.#root, at)['$ref']
    if (typeof reference !== 'string') return at
    return this.#follow(reference.slice(2).split('/').map(unescapePointer))
  }
}

const KEYWORDS = new Set([
  'type',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
])

/** A parameter of Swagger 2 is its own schema. */
function keywordsOf(parameter: Fields): Fields {
  return Object.fromEntries(Object.entries(parameter).filter(([name]) => KEYWORDS.has(name)))
}

interface Sent {
  readonly groups: Readonly<Record<string, string>>
  readonly url: URL
  readonly headers: WireRequest['headers']
}

function textOf(
  { name, in: place }: Parameter,
  { groups, url, headers }: Sent,
): string | undefined {
  if (place === 'query') return url.searchParams.get(name) ?? undefined
  if (place === 'header') return headers[name.toLowerCase()]?.toString()
  const segment = groups[groupName(name)]
  return segment === undefined ? undefined : decodeURIComponent(segment)
}

function checkBody(
  { required, schemas, roots }: Body,
  { body, headers }: WireRequest,
): Fields | Objection {
  if (body.length === 0) return required ? { problem: 'missing', name: 'body' } : {}
  const [type = ''] = (headers['content-type'] ?? '').split(/\s*;/u)
  const holds = schemas.get(type)
  if (holds === undefined) return { problem: 'media type', name: '' }
  const root = roots.get(type)
  const value =
    root !== undefined
      ? xmlOf(parseXml(body, headers['content-type'] ?? ''), root)
      : type === 'application/json'
        ? parseJson(body)
        : formOf(body)
  if (!isFields(value)) return { problem: 'malformed', name: 'body' }
  return holds(value) ? value : objectionOf(holds)
}

/** The first thing that the schema has against a body. */
function objectionOf({ errors }: ValidateFunction): Objection {
  const { params = {}, instancePath = '' } = errors?.[0] ?? {}
  const extra: unknown = params['additionalProperty']
  const absent: unknown = params['missingProperty']
  if (typeof extra === 'string') return { problem: 'unknown', name: extra }
  if (typeof absent === 'string') return { problem: 'missing', name: absent }
  return { problem: 'invalid', name: instancePath.slice(1) }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const XML_TYPE = /^(?:application|text)\/(?:[^;]+\+)?xml$/u

/** Members by the names of elements and attributes, lists where a name comes again; undefined: another root, or no XML. */
function xmlOf(element: XmlElement | undefined, root: string): unknown {
  if (element === undefined || `{${element.namespace}}${element.name}` !== root) return undefined
  const value = membersOf(element)
  return isFields(value) ? value : {}
}

function membersOf(element: XmlElement): unknown {
  const { attributes, children, text } = element
  if (children.length === 0 && Object.keys(attributes).length === 0) return text
  const named = Map.groupBy(children, ({ name }) => name)
  const members = [...named].map(([name, same]): [string, unknown] => [
    name,
    same.length === 1 && same[0] !== undefined ? membersOf(same[0]) : same.map(membersOf),
  ])
  return { ...attributes, ...Object.fromEntries(members) }
}

function formOf(body: Buffer): Fields {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')))
}

/** Path of the first server (OpenAPI 3), or `basePath` (Swagger 2). */
function basePath(root: Fields): string {
  const servers = root['servers']
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined
  const base = isFields(first) ? first['url'] : root['basePath']
  return typeof base === 'string' && base !== '/' ? base : ''
}

function toPattern(template: string): RegExp {
  const parts = template.split(/(\{[^}]*\})/u).map((part) => {
    const name = /^\{(.*)\}$/u.exec(part)?.[1]
    return name === undefined ? RegExp.escape(part) : `(?<${groupName(name)}>[^/]+)`
  })
  return new RegExp(`^${parts.join('')}$`, 'u')
}

function groupName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/gu, '_')
}

function schemaAt(place: readonly string[]): Fields {
  const pointer = place.map((step) =>
    encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')),
  )
  return { $ref: `contract#/${pointer.join('/')}` }
}

function unescapePointer(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
}

function valueAt(root: Fields, place: readonly string[]): unknown {
  return place.reduce<unknown>((held, step) => {
    if (Array.isArray(held)) return held[Number(step)]
    return isFields(held) ? held[step] : undefined
  }, root)
}

function fieldsAt(root: Fields, place: readonly string[]): Fields {
  const value = valueAt(root, place)
  return isFields(value) ? value : {}
}
