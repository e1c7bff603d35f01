// The files of a description: JSON or YAML, and those that its references name beside it. In: a folder. Out: parsed nodes.
// Never: a file outside the folder, or one fetched from elsewhere.

import { posix } from 'node:path'

import type { Finding } from '../finding.ts'
import { NOT_INSIDE, readInside } from '../read-inside.ts'
import { isNode } from './nodes.ts'
import { parseDescription } from './parse-description.ts'

export interface DescriptionFile {
  readonly text: string
  readonly root: unknown
}

/** Parsed files by their path in the folder. A reference in any but the first names its file. */
export async function readFiles(
  folder: string,
  first: string,
  findings: Finding[],
): Promise<ReadonlyMap<string, DescriptionFile>> {
  const files = new Map<string, DescriptionFile>()
  const open = [first]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue
    const references: string[] = []
    const from = file
    const text = await readInside(folder, file)
    const described = text === undefined ? { message: NOT_INSIDE } : parseDescription(text)
    const { value, message, ...place } = { value: undefined, ...described }
    if (message !== undefined) findings.push({ file, message, ...place })
    const root = withReferences(value, (name) => toAbsolute(name, { from, first, references }))
    files.set(file, { text: text ?? '', root })
    for (const reference of references) {
      if (reference.startsWith('..') || /^[a-z]+:/i.test(reference)) {
        findings.push({ file, message: `${reference} is not a file of this folder` })
      } else open.push(reference)
    }
  }
  return files
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
