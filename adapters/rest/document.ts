// An OpenAPI or Swagger description as this adapter reads it: operations by name, references resolved.

import type { ExchangeRequest } from '../adapter.ts'
import type { Finding } from '../finding.ts'
import { type DescriptionFile, readFiles } from './files.ts'
import { asList, asNode, asText, isNode, type Node } from './nodes.ts'
import { fromSwagger } from './swagger.ts'

export type Method = ExchangeRequest['method']

export interface Operation {
  /** `operationId`, or `GET /persons/{id}` where there is none. */
  readonly id: string
  readonly method: Method
  /** Path template, `/persons/{id}`. */
  readonly path: string
  /** Those of the path item and of the operation, the latter winning (OpenAPI 3.1 §4.8.9). */
  readonly parameters: readonly Node[]
  readonly body: Node | undefined
  readonly responses: Node
}

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['get', 'GET'],
  ['post', 'POST'],
  ['put', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
])

export class Document {
  readonly findings: Finding[] = []
  readonly #file: string
  readonly #files: ReadonlyMap<string, DescriptionFile>
  readonly #root: Node

  private constructor(file: string, files: ReadonlyMap<string, DescriptionFile>) {
    this.#file = file
    this.#files = files
    this.#root = asNode(files.get(file)?.root)
  }

  static async read(folder: string, file: string): Promise<Document> {
    const findings: Finding[] = []
    const document = new Document(file, await readFiles(folder, file, findings))
    document.findings.push(...findings)
    const { openapi, swagger } = document.#root
    const isSpoken = /^3\.[012](?:\.|$)/.test(String(openapi)) || document.#isSwagger
    if (findings.length === 0 && !isSpoken) {
      const version = openapi ?? swagger
      document.report(
        `is ${asText(version) ?? 'no version'}, not an OpenAPI 3 or Swagger 2.0 description`,
      )
    }
    return document
  }

  get #isSwagger(): boolean {
    return /^2(?:\.0)?$/.test(String(this.#root['swagger']))
  }

  /** `near` is what stands in the line that is meant; without it, the operation that the message begins with. */
  report(message: string, near = message.split(': ', 1)[0] ?? ''): void {
    const line = lineNear(this.#files.get(this.#file)?.text ?? '', near)
    this.findings.push({ file: this.#file, line, message })
  }

  /** What it says of itself: its title, and how one signs in. */
  about(): {
    readonly title: string | undefined
    readonly schemes: readonly { readonly name: string; readonly scheme: Node }[]
  } {
    const { components, securityDefinitions = asNode(components)['securitySchemes'] } = this.#root
    const schemes = Object.entries(asNode(securityDefinitions))
    return {
      title: asText(asNode(this.#root['info'])['title']),
      schemes: schemes.map(([name, scheme]) => ({ name, scheme: this.resolve(scheme) })),
    }
  }

  operations(): Operation[] {
    const found: Operation[] = []
    for (const [path, node] of Object.entries(asNode(this.#root['paths']))) {
      const item = this.resolve(node)
      for (const [key, value] of Object.entries(item)) {
        const method = METHODS.get(key)
        if (method) found.push(this.#operation(method, path, item, asNode(value)))
      }
    }
    for (const [id, same] of Map.groupBy(found, (each) => each.id)) {
      if (same.length > 1) this.report(`operationId ${id} stands ${same.length} times`, id)
    }
    return found
  }

  /** Follows `$ref` until it is none. A reference that leads nowhere is a finding. */
  resolve(value: unknown): Node {
    let node = asNode(value)
    for (let step = 0; typeof node['$ref'] === 'string'; step += 1) {
      const target = this.#lookUp(node['$ref'])
      if (!target || step > 20) {
        this.report(`${node['$ref']} is not a place in this document`, node['$ref'])
        return {}
      }
      node = target
    }
    return node
  }

  #operation(method: Method, path: string, item: Node, given: Node): Operation {
    const resolve = (value: unknown): Node => this.resolve(value)
    const node = this.#isSwagger ? fromSwagger(given, { root: this.#root, item, resolve }) : given
    const id = node['operationId']
    const around = this.#isSwagger ? [] : asList(item['parameters'])
    const parameters = new Map<string, Node>()
    for (const each of [...around, ...asList(node['parameters'])]) {
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

  /** RFC 6901 pointer in a URI fragment, of this file or the one that is named. */
  #lookUp(reference: string): Node | undefined {
    const [file = '', pointer = ''] = reference.split('#', 2)
    let node: unknown = file === '' ? this.#root : this.#files.get(file)?.root
    if (pointer !== '' && !pointer.startsWith('/')) return undefined
    for (const step of pointer.split('/').slice(1)) {
      const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~')
      node = Array.isArray(node) ? node[Number(key)] : ownOf(asNode(node), key)
    }
    return isNode(node) ? node : undefined
  }
}

/** RFC 6901 §6; a percent sign that begins no escape is none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function ownOf(node: Node, key: string): unknown {
  return Object.hasOwn(node, key) ? node[key] : undefined
}

/** The last word of `GET /persons` stands in the text where no operationId does. */
function lineNear(text: string, near: string): number | undefined {
  const word = near.slice(near.lastIndexOf(' ') + 1)
  const at = word === '' ? -1 : text.indexOf(word)
  return at < 0 ? undefined : text.slice(0, at).split('\n').length
}
