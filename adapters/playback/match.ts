// Is a request the recorded one? Answers with the places that differ, never with what stands there.

import type { ExchangeRequest } from '../adapter.ts'
import { parseJson } from '../parse-json.ts'
import type { Recording } from './recording.ts'

const ANY = '{*}'

/** Empty when the request is the recorded one. JSON is compared as values, other text without space between tags. */
export function differences(request: ExchangeRequest, recording: Recording): string[] {
  const places: string[] = []
  if (request.method !== recording.method) places.push('method')
  const { path } = recording
  if (path !== undefined && !isLike(request.path, path)) places.push('path')
  return [...places, ...bodyDifferences(textOf(request.body), recording.request ?? '')]
}

function bodyDifferences(sent: string, recorded: string): string[] {
  const [ours, theirs] = [parseJson(sent), parseJson(recorded)]
  if (ours !== undefined && theirs !== undefined) return jsonDifferences(ours, theirs, 'body')
  const [left, right] = [lines(sent), lines(recorded)]
  if (isLike(left.join(''), right.join(''))) return []
  const at = right.findIndex((line, index) => !isLike(left[index] ?? '', line))
  return [`body at line ${(at === -1 ? right.length : at) + 1}`]
}

function jsonDifferences(ours: unknown, theirs: unknown, path: string): string[] {
  if (isObject(ours) && isObject(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    const names = new Set([...Object.keys(ours), ...Object.keys(theirs)])
    return [...names].flatMap((name) =>
      jsonDifferences(ours[name], theirs[name], `${path}.${name}`),
    )
  }
  const same = typeof theirs === 'string' ? isLike(ours, theirs) : Object.is(ours, theirs)
  return same ? [] : [path]
}

/** Does the text equal the pattern, in which `{*}` stands for any text? */
function isLike(text: unknown, pattern: string): boolean {
  if (typeof text !== 'string') return false
  const [head = '', ...parts] = pattern.split(ANY)
  const tail = parts.pop()
  if (tail === undefined) return text === head
  if (!text.startsWith(head)) return false
  let from = head.length
  for (const part of parts) {
    const at = text.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return text.length - tail.length >= from && text.endsWith(tail)
}

/** One line per tag, so that layout does not matter and a line number says something. */
function lines(text: string): string[] {
  return text.trim().replaceAll(/>\s*</g, '>\n<').split('\n')
}

function textOf(body: ExchangeRequest['body']): string {
  return typeof body === 'string' ? body : Buffer.from(body ?? []).toString('utf8')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
