// An OpenAPI document as this adapter reads it: operations by operationId, local references resolved.

import type { Finding } from '../finding.ts'
import { parseJson } from '../parse-json.ts'

/** A JSON object of the document. */
export type Node = Readonly<Record<string, unknown>>

export type Method = 'GET' | 'POST' | 'PUT'

export interface Operation {
  readonly id: string
  readonly method: Method
  /** Path template, `/persons/{id}`. */
  readonly path: string
  /** Those of the path item and of the operation, the latter winning (OpenAPI 3.1 §4.8.9). */
  readonly parameters: readonly Node[]
  readonly body: Node | undefined
  readonly responses: Node
}

const METHODS: Readonly<Record<string, Method>> = { get: 'GET', post: 'POST', put: 'PUT' }
const OTHER_METHODS = new Set(['delete', 'patch', 'head', 'options', 'trace'])

export class Document {
  readonly findings: Finding[] = []
  readonly #file: string
  readonly #root: Node

  private constructor(file: string, root: Node) {
    this.#file = file
    this.#root = root
  }

  static parse(file: string, text: string): Document {
    const root = parseJson(text)
    const document = new Document(file, asNode(root))
    const version = document.#root['openapi']
    if (typeof version !== 'string' || !/^3\.[01]\./.test(version)) {
      document.report('is not an OpenAPI 3.0 or 3.1 document in JSON')
    }
    return document
  }

  report(message: string): void {
    this.findings.push({ file: this.#file, message })
  }

  operations(): Operation[] {
    const found: Operation[] = []
    for (const [path, node] of Object.entries(asNode(this.#root['paths']))) {
      const item = this.resolve(node)
      for (const [key, value] of Object.entries(item)) {
        const method = METHODS[key]
        if (method) found.push(this.#operation(method, path, item, asNode(value)))
        if (OTHER_METHODS.has(key)) this.report(`${path} ${key}: this method is not spoken`)
      }
    }
    return found
  }

  /** Follows `$ref` within the document until it is none. A reference that leads nowhere is a finding. */
  resolve(value: unknown): Node {
    let node = asNode(value)
    for (let step = 0; typeof node['$ref'] === 'string'; step += 1) {
      const target = this.#lookUp(node['$ref'])
      if (!target || step > 20) {
        this.report(`${node['$ref']} is not a place in this document`)
        return {}
      }
      node = target
    }
    return node
  }

  #operation(method: Method, path: string, item: Node, node: Node): Operation {
    const id = node['operationId']
    if (typeof id !== 'string') this.report(`${method} ${path} has no operationId`)
    const parameters = new Map<string, Node>()
    for (const each of [...asList(item['parameters']), ...asList(node['parameters'])]) {
      const parameter = this.resolve(each)
      parameters.set(`${String(parameter['in'])} ${String(parameter['name'])}`, parameter)
    }
    return {
      id: typeof id === 'string' ? id : `${method} ${path}`,
      method,
      path,
      parameters: [...parameters.values()],
      body: 'requestBody' in node ? this.resolve(node['requestBody']) : undefined,
      responses: asNode(node['responses']),
    }
  }

  /** RFC 6901 pointer in a URI fragment. */
  #lookUp(reference: string): Node | undefined {
    if (!reference.startsWith('#/')) return undefined
    let node: Node | undefined = this.#root
    for (const step of reference.slice(2).split('/')) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
      const next: unknown = node[key]
      if (!isNode(next)) return undefined
      node = next
    }
    return node
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asNode(value: unknown): Node {
  return isNode(value) ? value : {}
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export type Content = {
  readonly format: 'json' | 'xml'
  readonly type: string
  readonly schema: unknown
}

const FORMATS = [
  ['json', /^(?:application\/json|[^;]*\+json|\*\/\*)\s*(?:;|$)/i],
  ['xml', /^(?:application\/xml|text\/xml|[^;]*\+xml)\s*(?:;|$)/i],
] as const

/** The content that we speak: JSON (`application/json`, a `+json` type, any type) before XML. Undefined if there is none. */
export function contentOf(content: unknown): Content | undefined {
  const types = Object.entries(asNode(content))
  for (const [format, pattern] of FORMATS) {
    const [type, media] = types.find(([each]) => pattern.test(each)) ?? []
    if (type !== undefined) return { format, type, schema: asNode(media)['schema'] ?? {} }
  }
  return undefined
}
