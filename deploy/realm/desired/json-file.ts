// In: a JSON file. Out: its value, and the line of any place in it. Never: a value of a file in a message, for it may be a secret.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { isNode, LineCounter, parseDocument } from 'yaml'

import { type Finding, FindingsError } from '../../../adapters/finding.ts'

export interface JsonFile {
  /** As findings name it: relative to the working folder. */
  readonly name: string
  readonly text: string
  readonly value: unknown
}

export async function readJsonFile(file: string | URL): Promise<JsonFile> {
  const place = file instanceof URL ? fileURLToPath(file) : file
  const name = nameOf(place)
  const text = await readFile(place, 'utf8').catch(() => {
    throw new FindingsError([{ file: name, message: 'cannot be read; is the name right?' }])
  })
  return { name, text, value: parse(text, name) }
}

/** The line of a JSON Pointer (RFC 6901) in a text, 1 for the first; undefined where there is no such place. */
export function lineOf(text: string, pointer: string): number | undefined {
  const lines = new LineCounter()
  // JSON is YAML 1.2, whose reader knows where a value stands.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  for (let length = names.length; length >= 0; length -= 1) {
    const node: unknown =
      length === 0 ? document.contents : document.getIn(names.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

function parse(text: string, name: string): unknown {
  const value = parseStrictly(text, name)
  // `JSON.parse` silently takes the last of two members of one name; a reviewer reads the first.
  const lines = new LineCounter()
  const { errors } = parseDocument(text, { lineCounter: lines, strict: true })
  const twice = errors
    .filter((error) => error.code === 'DUPLICATE_KEY')
    .map((error): Finding => ({
      file: name,
      line: lines.linePos(error.pos[0]).line,
      message: 'a member stands here twice; delete one',
    }))
  if (twice.length > 0) throw new FindingsError(twice)
  return value
}

function parseStrictly(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const { errors } = parseDocument(text, { prettyErrors: true })
    const line = errors[0]?.linePos?.[0].line
    throw new FindingsError([{ file: name, line, message: 'is not JSON' }])
  }
}

function nameOf(place: string): string {
  const relative = path.relative(process.cwd(), place)
  return relative.startsWith('..') ? place : relative
}
