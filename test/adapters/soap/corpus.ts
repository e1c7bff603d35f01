// Real exchanges that lie beside the project, if they are there. Those that came from node-soap's own samples write values
// its way (prefixes in names, `attributes`), which is turned to ours here; arguments go to the command as they are.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Tree, Value } from '../../../adapters/adapter.ts'
import type { Answering } from './contract.ts'

const CORPUS = join(import.meta.dirname, '../../../../shared/corpus')

export interface CorpusCase {
  readonly id: string
  readonly folder: string
  readonly wsdl: string
  readonly port: string | undefined
  /** Undefined: the contract's only one. */
  readonly operation: string | undefined
  readonly args: Tree
  readonly header: Tree | undefined
  readonly request: string | undefined
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly response: Answering
  readonly value: Tree | undefined
  readonly pick: Readonly<Record<string, Value>>
  readonly contains: readonly string[]
}

/** Only what the tests read of a case.json. */
interface CaseFile {
  readonly id: string
  readonly wsdl: string
  readonly port?: string
  readonly operation?: string
  readonly args?: Tree
  readonly header?: Tree
  readonly requestHeaders?: Readonly<Record<string, string>>
  readonly response?: {
    readonly status: number
    readonly contentType: string
    readonly file: string
  }
  readonly expect?: {
    readonly dataFile?: string
    readonly pick?: Readonly<Record<string, Value>>
    readonly contains?: readonly string[]
  }
}

export function readCorpus(): readonly CorpusCase[] {
  if (!existsSync(CORPUS)) return []
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readCase(join(CORPUS, entry.name)))
}

function readCase(folder: string): CorpusCase {
  const file: CaseFile = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'))
  const { id, wsdl, port, operation, expect: expected } = file
  const request = read(folder, 'expected-request.xml') ?? read(folder, 'request.xml')
  return {
    id,
    folder,
    wsdl,
    port,
    operation,
    args: file.args ?? JSON.parse(read(folder, 'request.json')?.toString() ?? '{}'),
    header: file.header,
    request: request?.toString(),
    requestHeaders: file.requestHeaders ?? {},
    response: readResponse(folder, file),
    value: readValue(folder, file),
    pick: expected?.pick ?? {},
    contains: expected?.contains ?? [],
  }
}

function read(folder: string, name: string | undefined): Buffer | undefined {
  const path = join(folder, name ?? '')
  return name !== undefined && existsSync(path) ? readFileSync(path) : undefined
}

function readResponse(folder: string, { response }: CaseFile): Answering {
  const { status = 200, contentType = 'text/xml', file = 'response.xml' } = response ?? {}
  return { status, contentType, body: read(folder, file) ?? '' }
}

function readValue(folder: string, { expect: expected }: CaseFile): Tree | undefined {
  const ours = read(folder, expected?.dataFile)
  if (ours !== undefined) return JSON.parse(ours.toString())
  const theirs = read(folder, 'response.json')
  return theirs === undefined ? undefined : toOurs(JSON.parse(theirs.toString()))
}

/** node-soap's values: `{"ns:a": {"attributes": {"b": 1}, "$value": 2}}` is `{"a": {"b": 1, "$value": 2}}`. */
function toOurs(theirs: unknown): Tree {
  const value = toValue(theirs)
  return isTree(value) ? value : {}
}

function toValue(theirs: unknown): Value {
  if (Array.isArray(theirs)) return theirs.map(toValue)
  if (typeof theirs === 'object' && theirs !== null) {
    const entries = Object.entries(theirs).flatMap(([name, value]) =>
      name === 'attributes'
        ? Object.entries(toOurs(value))
        : [[name.replace(/^.*:/, ''), toValue(value)] as const],
    )
    return Object.fromEntries(entries)
  }
  return typeof theirs === 'string' || typeof theirs === 'number' || typeof theirs === 'boolean'
    ? theirs
    : null
}

function isTree(value: Value): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is left when nothing is written as nothing: null, `[]`, `{}` and absence are one. */
export function withoutAbsent(value: Value): Value {
  if (isList(value)) return value.map(withoutAbsent)
  if (!isTree(value)) return value
  const kept = Object.entries(value)
    .map(([name, each]) => [name, withoutAbsent(each)] as const)
    .filter(([, each]) => !isNothing(each))
  return Object.fromEntries(kept)
}

function isNothing(value: Value): boolean {
  if (isList(value)) return value.length === 0
  return value === null || (isTree(value) && Object.keys(value).length === 0)
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** `a.0.b` in a tree. */
export function pick(value: Value, path: string): Value | undefined {
  let at: Value | undefined = value
  for (const step of path.split('.')) {
    if (at === undefined || at === null || typeof at !== 'object') return undefined
    at = isList(at) ? at[Number(step)] : at[step]
  }
  return at
}
