// The parameters of a GraphQL request (GraphQL over HTTP §5), from a JSON body or a query string.

import type { IncomingMessage } from 'node:http'

import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { readBody } from './read-body.ts'
import { HttpRefusal } from './refuse.ts'

export interface Parameters {
  /** Absent where a known document is named instead. */
  readonly query: string | undefined
  readonly document: DocumentReference | undefined
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  /** Where they stood, if that was a body. */
  readonly text: string | undefined
}

/** A document by the SHA-256 of its text, in lower-case hex. */
interface DocumentReference {
  readonly sha256: string
  /** Asked in the manner of Apollo's automatic persisted queries, so that such a client understands the refusal. */
  readonly automatic: boolean
}

/** The body's text, at most so many bytes; undefined for a GET request, which has none. */
export function readText(request: IncomingMessage, most: number): Promise<string> | undefined {
  if (request.method === 'GET') return undefined
  if (request.method !== 'POST') {
    const headers = { allow: 'GET, POST' }
    throw new HttpRefusal(405, 'GraphQL is asked by GET or POST.', { reason: 'method', headers })
  }
  refuseOtherMedia(request.headers['content-type'], request.headers['content-encoding'])
  return readBody(request, most)
}

export function fromText(text: string): Parameters {
  return check(parseJson(text, 'body', 'body-malformed'), text)
}

function refuseOtherMedia(contentType = '', encoding = 'identity'): void {
  if (contentType === 'application/json' && encoding === 'identity') return
  const [type, ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='))
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  if (type?.trim() === 'application/json' && utf8 && encoding === 'identity') return
  const text = 'The body must be application/json in UTF-8, not compressed.'
  throw new HttpRefusal(415, text, { reason: 'media-type' })
}

export function fromQuery(search: URLSearchParams): Parameters {
  const object = (name: string) => {
    const text = search.get(name)
    return text === null || text === '' ? undefined : parseJson(text, name, 'parameters')
  }
  return check({
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: object('variables'),
    extensions: object('extensions'),
    documentId: search.get('documentId') ?? undefined,
  })
}

function parseJson(text: string, name: string, reason: RefusalReason): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpRefusal(400, `The ${name} is not JSON.`, { reason })
  }
}

function check(value: unknown, text?: string): Parameters {
  if (Array.isArray(value)) {
    throw bad('Batches are not offered: one operation per request.', 'batch')
  }
  if (!isObject(value)) throw bad('The body must be an object.')
  const query = value['query'] ?? undefined
  const extensions = objectAt(value, 'extensions')
  const document = query === undefined ? documentOf(value, extensions) : undefined
  const isText = typeof query === 'string' && query !== ''
  if (!isText && document === undefined) throw bad('"query" must be a text.')
  return {
    query: isText ? query : undefined,
    document,
    operationName: nameAt(value),
    variables: objectAt(value, 'variables'),
    text,
  }
}

/** GraphQL over HTTP, appendix A (Persisted Documents), and what Apollo's clients send for the same. A text goes first. */
function documentOf(
  value: Readonly<Record<string, unknown>>,
  { persistedQuery }: Readonly<Record<string, unknown>>,
): DocumentReference | undefined {
  const id = value['documentId'] ?? undefined
  if (id !== undefined) return { sha256: hashOf(id, '"documentId"'), automatic: false }
  if (!isObject(persistedQuery)) return undefined
  const hash = `sha256:${String(persistedQuery['sha256Hash'])}`
  return { sha256: hashOf(hash, '"sha256Hash"'), automatic: true }
}

function hashOf(id: unknown, name: string): string {
  const hash = typeof id === 'string' ? DOCUMENT_ID.exec(id)?.groups?.['hash'] : undefined
  if (hash === undefined) throw bad(`${name} must be the SHA-256 of a document in hex.`)
  return hash
}

const DOCUMENT_ID = /^sha256:(?<hash>[0-9a-f]{64})$/

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

function bad(message: string, reason: RefusalReason = 'parameters'): HttpRefusal {
  return new HttpRefusal(400, message, { reason })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
