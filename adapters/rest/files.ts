// The files of a description: JSON or YAML, and those that its references name beside it. In: a folder. Out: parsed nodes.
// Never: a file outside the folder, or one fetched from elsewhere.

import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

import { parse } from 'yaml'

import type { Finding } from '../finding.ts'
import { parseJson } from '../parse-json.ts'
import { isNode } from './nodes.ts'

/** Parsed files by their path in the folder. A reference in any but the first names its file. */
export async function readFiles(
  folder: string,
  first: string,
  findings: Finding[],
): Promise<ReadonlyMap<string, unknown>> {
  const files = new Map<string, unknown>()
  const open = [first]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue
    const references: string[] = []
    const from = file
    const root = parseFile(await readText(folder, file))
    if (root === undefined) findings.push({ file, message: 'is neither JSON nor YAML' })
    files.set(
      file,
      withReferences(root, (text) => toAbsolute(text, { from, first, references })),
    )
    for (const reference of references) {
      if (reference.startsWith('..') || /^[a-z]+:/i.test(reference)) {
        findings.push({ file, message: `${reference} is not a file of this folder` })
      } else open.push(reference)
    }
  }
  return files
}

async function readText(folder: string, file: string): Promise<string> {
  try {
    return await readFile(join(folder, file), 'utf8')
  } catch {
    return ''
  }
}

/** JSON is YAML too, but not to a parser's limits and speed. */
function parseFile(text: string): unknown {
  const json = parseJson(text)
  if (json !== undefined || text.trim() === '' || /^\s*[{[]/.test(text)) return json
  try {
    // Maps keep text keys: a status 200 is a name. Aliases are counted, so that a small file stays small.
    return parse(text, { maxAliasCount: 100, logLevel: 'silent' })
  } catch {
    return undefined
  }
}

interface Reading {
  readonly from: string
  readonly first: string
  readonly references: string[]
}

/** `other.yaml#/a` as seen from the folder; `#/a` stays in the first file and gets its file's name in any other. */
function toAbsolute(reference: string, { from, first, references }: Reading): string {
  const [name = '', pointer = ''] = reference.split('#', 2)
  if (name === '') return from === first ? reference : `${from}#${pointer}`
  const file = /^[a-z]+:/i.test(name)
    ? name
    : posix.normalize(posix.join(posix.dirname(from), name))
  references.push(file)
  return file === first ? `#${pointer}` : `${file}#${pointer}`
}

function withReferences(value: unknown, rename: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => withReferences(each, rename))
  if (!isNode(value)) return value
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [
    key,
    key === '$ref' && typeof each === 'string' ? rename(each) : withReferences(each, rename),
  ])
  return Object.fromEntries(entries)
}
