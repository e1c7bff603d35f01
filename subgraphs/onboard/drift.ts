// What of a live answer differs from what a folder knows. In: a folder, an answer. Out: names that are new or gone, lists
// that are none any more, fields of the schema that cannot read it. Never: a value.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { parse } from 'graphql'

import type { Contract, ExchangeReply } from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { decodeXmlBytes } from '../../adapters/xml/charset.ts'
import { XmlError } from '../../adapters/xml/parse.ts'
import { compileMapping } from '../compile/compile-mapping.ts'
import { loadVocabulary } from '../compile/vocabulary.ts'
import { containers, fieldNames } from './field-names.ts'
import { unreadValues } from './unread-values.ts'
import type { Outcome } from './write-case.ts'

interface Folder {
  readonly folder: string
  readonly settings: SystemSettings
  readonly schema: string
}

export interface Differences {
  /** Names that the answer has and no sample of the operation, and the other way round. */
  readonly appeared: readonly string[]
  readonly vanished: readonly string[]
  /** Names of single records that are lists in every sample. */
  readonly collapsed: readonly string[]
}

export async function unreadOf(
  { schema, settings }: Folder,
  {
    contract,
    outcome,
    operation,
  }: { readonly contract: Contract; readonly outcome: Outcome; readonly operation: string },
): Promise<readonly string[]> {
  if (!('value' in outcome) || Object.keys(outcome.value).length === 0) return []
  const mapping = compileMapping({
    document: parse(schema),
    contract,
    settings,
    vocabulary: await loadVocabulary(),
    // A schema that does not load is told of by `onboard --check`.
    report: () => {},
  })
  return unreadValues(mapping, operation, outcome.value)
}

export async function differencesOf(
  { folder, settings: { charset } }: Folder,
  operation: string,
  { body, headers }: ExchangeReply,
): Promise<Differences> {
  const type = headers['content-type'] ?? ''
  const text = readableText(body, type, charset)
  const names = new Set([...fieldNames(text, type)].filter((name) => !name.startsWith(HEADER)))
  const { lists, records } = containers(text, type)
  const known = await namesInSamples(folder, operation, charset)
  if (known.names.size === 0 || names.size === 0 || names.has(FAULT)) {
    return { appeared: [], vanished: [], collapsed: [] }
  }
  return {
    appeared: [...names].filter((name) => !known.names.has(name)),
    vanished: [...known.names].filter((name) => !names.has(name)),
    collapsed: [...records].filter(
      (name) => !lists.has(name) && known.lists.has(name) && !known.records.has(name),
    ),
  }
}

/** A fault has names of its own, which are no drift. */
const FAULT = 'Envelope.Body.Fault'
/** What stands there is the way's, not the operation's. */
const HEADER = 'Envelope.Header'

async function namesInSamples(folder: string, operation: string, charset: string | undefined) {
  const root = join(folder, 'samples')
  const cases = await readdir(root).catch(() => [])
  const [names, lists, records] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const name of cases) {
    const files = await readdir(join(root, name))
    const described: unknown = JSON.parse(await readFile(join(root, name, 'case.json'), 'utf8'))
    const response = files.find((file) => file.startsWith('response.'))
    if (response === undefined || !isSuccessOf(described, operation)) continue
    const type = typeOf(described) ?? response
    const text = readableText(await readFile(join(root, name, response)), type, charset)
    const holding = containers(text, type)
    for (const each of fieldNames(text, type)) if (!each.startsWith(HEADER)) names.add(each)
    for (const each of holding.lists) lists.add(each)
    for (const each of holding.records) records.add(each)
  }
  return { names, lists, records }
}

/** The media type with which the sample came. */
function typeOf(described: unknown): string | undefined {
  if (typeof described !== 'object' || described === null || !('wire' in described))
    return undefined
  const { wire } = described
  if (typeof wire !== 'object' || wire === null || !('contentType' in wire)) return undefined
  return typeof wire.contentType === 'string' ? wire.contentType : undefined
}

function isSuccessOf(described: unknown, operation: string): boolean {
  if (typeof described !== 'object' || described === null) return false
  const isOwn = 'operation' in described && described.operation === operation
  const expect = 'expect' in described ? described.expect : undefined
  return isOwn && typeof expect === 'object' && expect !== null && 'value' in expect
}

/** Where no declared charset fits: a table's charset stands in its own contract. Every byte is a character of it. */
export const OLD_CHARSET = 'windows-1256'

export function readableText(body: Uint8Array, type: string, charset: string | undefined): string {
  try {
    return decodeXmlBytes(body, type, charset)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return new TextDecoder(OLD_CHARSET).decode(body)
  }
}
