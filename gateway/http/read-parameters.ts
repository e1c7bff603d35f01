// The parameters of a GraphQL request (GraphQL over HTTP §5), from a JSON body or a query string.

import type { IncomingMessage } from 'node:http'

import { readBody } from './read-body.ts'
import { HttpRefusal } from './refuse.ts'

export interface Parameters {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

export async function readParameters(
  request: IncomingMessage,
  url: URL,
  most: number,
): Promise<Parameters> {
  if (request.method === 'GET') return fromQuery(url.searchParams)
  if (request.method !== 'POST') {
    throw new HttpRefusal(405, 'BAD_REQUEST', 'GraphQL is asked by GET or POST.', {
      allow: 'GET, POST',
    })
  }
  refuseOtherMedia(request.headers['content-type'], request.headers['content-encoding'])
  return check(parseJson(await readBody(request, most), 'body'))
}

function refuseOtherMedia(contentType = '', encoding = 'identity'): void {
  const [type, ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='))
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  if (type?.trim() === 'application/json' && utf8 && encoding === 'identity') return
  const text = 'The body must be application/json in UTF-8, not compressed.'
  throw new HttpRefusal(415, 'BAD_REQUEST', text)
}

function fromQuery(search: URLSearchParams): Parameters {
  const object = (name: string) => {
    const text = search.get(name)
    return text === null || text === '' ? undefined : parseJson(text, name)
  }
  return check({
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: object('variables'),
    extensions: object('extensions'),
  })
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpRefusal(400, 'BAD_REQUEST', `The ${name} is not JSON.`)
  }
}

function check(value: unknown): Parameters {
  if (Array.isArray(value)) throw bad('Batches are not offered: one operation per request.')
  if (!isObject(value)) throw bad('The body must be an object.')
  const { query } = value
  if (typeof query !== 'string' || query === '') throw bad('"query" must be a text.')
  objectAt(value, 'extensions')
  return {
    query,
    operationName: nameAt(value),
    variables: objectAt(value, 'variables'),
  }
}

function nameAt(value: Readonly<Record<string, unknown>>): string | undefined {
  const name = value['operationName'] ?? ''
  if (typeof name !== 'string') throw bad('"operationName" must be a text.')
  return name === '' ? undefined : name
}

function objectAt(
  value: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const found = value[name] ?? {}
  if (!isObject(found)) throw bad(`"${name}" must be an object.`)
  return found
}

function bad(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_REQUEST', message)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
