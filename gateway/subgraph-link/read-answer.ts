// An HTTP reply in, a GraphQL answer out, or the code that says why it is none. Of a subgraph's errors only what the
// house knows is kept: stack traces and whatever else stands in their extensions end here.

import type { Answer, AnswerError } from '../../schema/context.ts'
import { ERRORS, type SystemErrorCode } from '../../schema/errors.ts'
import type { Path, ProvenanceEntry } from '../../schema/provenance.ts'
import type { Failure, Reply } from './exchange.ts'
import { isType, JSON_TYPE, RESPONSE_TYPE } from './media-type.ts'

const NOT_JSON: Failure = { code: 'SYSTEM_REPLY_INVALID', reason: 'not JSON' }
const NOT_GRAPHQL: Failure = { code: 'SYSTEM_REPLY_INVALID', reason: 'not a GraphQL answer' }

export function readAnswer(reply: Reply): Answer | Failure {
  const { status, type, body } = reply
  // GraphQL over HTTP §6.4: only the newer type says by itself that a reply with another status than 2xx is an answer.
  const own = isType(type, RESPONSE_TYPE)
  if (!own && (status < 200 || status > 299)) {
    return { code: codeOf(status), reason: `status ${status}` }
  }
  if (!own && !isType(type, JSON_TYPE)) return NOT_JSON
  return parseAnswer(body.toString('utf8'))
}

/** The same for a text that came without status and type of its own, as events do. */
export function parseAnswer(text: string): Answer | Failure {
  try {
    return toAnswer(JSON.parse(text))
  } catch {
    return NOT_JSON
  }
}

function codeOf(status: number): SystemErrorCode {
  switch (status) {
    case 401:
    case 403:
      return 'SYSTEM_REFUSED'
    case 429:
      return 'SYSTEM_BUSY'
    case 502:
    case 503:
      return 'SYSTEM_UNAVAILABLE'
    case 504:
      return 'SYSTEM_TIMEOUT'
    default:
      return 'SYSTEM_REPLY_INVALID'
  }
}

/** GraphQL §7.1: errors, if present, are not empty; without errors there is data. */
function toAnswer(value: unknown): Answer | Failure {
  if (!isRecord(value)) return NOT_GRAPHQL
  const { data = null, errors: given, extensions } = value
  // Some servers send an empty list or null beside good data; nothing is lost by taking it as none.
  const errors = errorsOf(given ?? [])
  if (errors === undefined || (data !== null && !isRecord(data))) return NOT_GRAPHQL
  if (value['data'] === undefined && errors.length === 0) return NOT_GRAPHQL
  const provenance = extensions === undefined ? undefined : provenanceOf(extensions)
  return {
    data,
    ...(errors.length === 0 ? undefined : { errors }),
    ...(provenance === undefined ? undefined : { extensions: { provenance } }),
  }
}

function errorsOf(given: unknown): readonly AnswerError[] | undefined {
  if (!Array.isArray(given)) return undefined
  const errors: AnswerError[] = []
  for (const one of given) {
    if (!isRecord(one)) return undefined
    errors.push(toError(one))
  }
  return errors
}

function toError({ message, path, extensions }: Record<string, unknown>): AnswerError {
  const known = isRecord(extensions) ? knownOf(extensions) : undefined
  return {
    message: typeof message === 'string' ? message : '',
    ...(isPath(path) ? { path } : {}),
    ...(known === undefined ? {} : { extensions: known }),
  }
}

/** What schema/errors.ts puts into an error; undefined if its code is not ours. */
function knownOf(given: Record<string, unknown>): Record<string, unknown> | undefined {
  const { code, fa, system, operation, until, faultCode, retryable, fields } = given
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code)) return undefined
  const known: Record<string, unknown> = { code }
  for (const [name, value] of Object.entries({ fa, system, operation, until, faultCode })) {
    if (typeof value === 'string') known[name] = value
  }
  if (typeof retryable === 'boolean') known['retryable'] = retryable
  if (isStrings(fields)) known['fields'] = fields
  return known
}

/** Where values came from, if a subgraph of ours says so; what is not well formed is left out. */
function provenanceOf(extensions: unknown): readonly ProvenanceEntry[] | undefined {
  if (!isRecord(extensions)) return undefined
  const { provenance } = extensions
  return Array.isArray(provenance) ? provenance.filter(isProvenance) : undefined
}

function isProvenance(value: unknown): value is ProvenanceEntry {
  if (!isRecord(value)) return false
  const { system, operation, fetchedAt, normalisations, path } = value
  const texts = [system, operation, fetchedAt]
  return isStrings(texts) && isStrings(normalisations) && isPath(path)
}

function isPath(value: unknown): value is Path {
  return (
    Array.isArray(value) &&
    value.every((step) => typeof step === 'string' || Number.isSafeInteger(step))
  )
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
