// Is a request the recorded one? By what it means: another prefix, layout or order of names is no other request. Answers
// with the places that differ, never with what stands there.

import type { ExchangeRequest } from '../adapter.ts'
import { parseJson } from '../parse-json.ts'
import { isLike } from './like.ts'
import { formDifferences } from './match-form.ts'
import { xmlDifferences } from './match-xml.ts'
import type { Recording } from './recording.ts'

/** Empty when the request is the recorded one. What is neither JSON, XML nor a form is compared line by line. */
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
  const elements = xmlDifferences(sent, recorded)
  if (elements !== undefined) return elements.map((place) => `body at ${place}`)
  return formDifferences(sent, recorded) ?? lineDifferences(sent, recorded)
}

function lineDifferences(sent: string, recorded: string): string[] {
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
