// The text of a description as data: JSON or YAML. In: text. Out: the value, or what is wrong and where. Never: half of a
// file that has errors, the last of two names that are one, a small file that becomes a large one.

import { LineCounter, parse, YAMLParseError } from 'yaml'

import { doubledName } from '../json-names.ts'
import { parseJson } from '../parse-json.ts'

export type Described =
  | { readonly value: unknown; readonly message?: undefined }
  | { readonly value?: undefined; readonly message: string; readonly line?: number | undefined }

/** JSON is YAML too, but not to a parser's limits and speed. */
export function parseDescription(text: string): Described {
  if (text.trim() === '') return { message: 'is neither JSON nor YAML: it is empty' }
  const isJson = /^\s*[{[]/.test(text)
  const value = parseJson(text)
  const doubled = value === undefined ? undefined : doubledName(text)
  if (doubled !== undefined) {
    return { message: `has ${doubled.name} twice in one object; keep one`, line: doubled.line }
  }
  if (value !== undefined) return checked(value)
  return isJson ? brokenJson(text) : parseYaml(text)
}

function brokenJson(text: string): Described {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    const at = /position ([0-9]+)/.exec(error instanceof Error ? error.message : '')?.[1]
    const before = at === undefined ? text : text.slice(0, Number(at))
    return {
      message: 'is neither JSON nor YAML: here it breaks off or goes wrong',
      line: before.split('\n').length,
    }
  }
}

function parseYaml(text: string): Described {
  const lineCounter = new LineCounter()
  try {
    // Maps keep text keys: a status 200 is a name. Aliases are counted, so that a small file stays small.
    const value: unknown = parse(text, {
      maxAliasCount: 100,
      logLevel: 'error',
      merge: true,
      lineCounter,
    })
    return checked(value)
  } catch (error) {
    const line =
      error instanceof YAMLParseError ? lineCounter.linePos(error.pos[0]).line : undefined
    const why =
      error instanceof YAMLParseError
        ? error.code.toLowerCase().replaceAll('_', ' ')
        : 'too many aliases'
    return { message: `is neither JSON nor YAML: ${why}`, line }
  }
}

const DEEPEST = 200

/** Walked once, without a stack of its own that a deep or circular value could exhaust. */
function checked(value: unknown): Described {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST)
      return { message: 'is nested deeper than any description, or within itself' }
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
    if (level.length > MOST) return { message: 'says more than any description: too many aliases' }
  }
  return { value }
}

/** Values on one level of nesting; the largest public descriptions have some hundred thousand in all. */
const MOST = 2_000_000
