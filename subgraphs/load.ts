// System folders into running subgraphs. In: a folder of plain files and the secrets it names. Out: subgraphs, or
// everything that is wrong with the folder at once, each finding with its file and line. Nothing is found at a call.

import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { type ASTNode, type DocumentNode, GraphQLError, parse } from 'graphql'

import type { Secret } from '../adapters/adapter.ts'
import { type Finding, FindingsError } from '../adapters/finding.ts'
import type { SystemSettings } from '../adapters/settings.ts'
import { type PlacedVariable, variablesOf } from '../adapters/sign-in/auth-settings.ts'
import { checkAuth } from '../adapters/sign-in/check-auth.ts'
import { toComposable } from '../schema/compose/composable.ts'
import type { Log } from '../schema/log.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { compileMapping } from './compile/compile-mapping.ts'
import { loadVocabulary } from './compile/vocabulary.ts'
import { callCosts } from './folder/call-costs.ts'
import { lineOf, linesOf } from './folder/json-lines.ts'
import { type LayerOptions, type Layers, stackLayers } from './folder/layers.ts'
import { parseSettings } from './folder/settings-file.ts'
import { compileResolver } from './resolve/resolve.ts'

export interface LoadOptions extends LayerOptions {
  readonly log?: Log | undefined
}

/** Every folder below `root` that has a system.json, by name. Throws FindingsError with the findings of all of them. */
export async function loadSystems(
  root: string,
  options: LoadOptions,
): Promise<readonly Subgraph[]> {
  const entries = await readdir(root, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const folders: string[] = []
  for (const name of names.toSorted()) {
    if ((await readdir(join(root, name))).includes('system.json')) folders.push(join(root, name))
  }
  const outcomes = await Promise.allSettled(folders.map((folder) => loadSystem(folder, options)))
  const loaded = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = outcomes.flatMap((each): unknown[] =>
    each.status === 'rejected' ? [each.reason] : [],
  )
  if (failed.length === 0) return loaded
  await Promise.all(loaded.map((subgraph) => subgraph.close()))
  throw new FindingsError(failed.flatMap(toFindings))
}

/** One folder with a system.json. Throws FindingsError. */
export async function loadSystem(folder: string, options: LoadOptions): Promise<Subgraph> {
  const system = basename(folder)
  const files = await readFolder(folder)
  const { settings, findings: broken } = parseSettings(files.settings.text, files.settings.place)
  const { document, finding } = parseSchema(files.schema)
  if (settings === undefined || document === undefined) {
    throw new FindingsError([...(broken ?? []), ...(finding ? [finding] : [])])
  }
  const refused = [
    ...checkAuth(settings).map((each) => placed(each, files.settings)),
    ...missingSecrets(settings, files.settings, options.secret),
  ]
  if (refused.length > 0) throw new FindingsError(refused)
  const layers = await stack({ system, folder, settings, files }, options)
  try {
    return await toSubgraph({ system, settings, document, files, layers }, options.log)
  } catch (error) {
    await layers.close()
    throw error
  }
}

interface SourceFile {
  readonly text: string
  /** As findings name it: `subgraphs/nocr-person/system.json`. */
  readonly place: string
}

interface FolderFiles {
  readonly settings: SourceFile
  readonly schema: SourceFile
}

async function readFolder(folder: string): Promise<FolderFiles> {
  const place = `${basename(dirname(folder))}/${basename(folder)}`
  const findings: Finding[] = []
  const read = async (name: string): Promise<SourceFile> => {
    const file = `${place}/${name}`
    try {
      return { text: await readFile(join(folder, name), 'utf8'), place: file }
    } catch {
      findings.push({ file, message: 'cannot be read' })
      return { text: '', place: file }
    }
  }
  const settings = await read('system.json')
  const schema = await read('schema.graphql')
  if (findings.length > 0) throw new FindingsError(findings)
  return { settings, schema }
}

function parseSchema({ text, place: file }: SourceFile): {
  readonly document?: DocumentNode
  readonly finding?: Finding
} {
  try {
    return { document: parse(text) }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return { finding: { file, line: error.locations?.[0]?.line, message: error.message } }
  }
}

/** All of them at once, each at its line. */
function missingSecrets(
  settings: SystemSettings,
  { text, place }: SourceFile,
  secret: Secret,
): Finding[] {
  const lines = linesOf(text)
  const findings: Finding[] = []
  for (const { variable, pointer } of variablesIn(settings)) {
    try {
      secret(variable)
    } catch (error) {
      if (!(error instanceof FindingsError)) throw error
      const line = lineOf(lines, pointer)
      findings.push({ file: place, line, message: `the environment has no ${variable}` })
    }
  }
  return findings
}

function variablesIn({ address, auth, headers = [] }: SystemSettings): PlacedVariable[] {
  return [
    { variable: address, pointer: '/address' },
    ...auth.flatMap((scheme, index) =>
      variablesOf(scheme).map(({ variable, pointer }) => ({
        variable,
        pointer: `/auth/${index}${pointer}`,
      })),
    ),
    ...headers.flatMap(({ variable }, index) =>
      variable === undefined ? [] : [{ variable, pointer: `/headers/${index}/variable` }],
    ),
  ]
}

async function stack(
  {
    system,
    folder,
    settings,
    files,
  }: { system: string; folder: string; settings: SystemSettings; files: FolderFiles },
  options: LayerOptions,
): Promise<Layers> {
  try {
    return await stackLayers({ system, folder, settings }, options)
  } catch (error) {
    throw new FindingsError(toFindings(error).map((finding) => placed(finding, files.settings)))
  }
}

/** A finding of an inner layer, with the folder before its file and a line for its pointer. */
function placed({ file, line, pointer, message }: Finding, settings: SourceFile): Finding {
  const place = dirname(settings.place)
  const known = pointer === undefined ? line : lineOf(linesOf(settings.text), pointer)
  return { file: file.startsWith(`${place}/`) ? file : `${place}/${file}`, line: known, message }
}

interface Parts {
  readonly system: string
  readonly settings: SystemSettings
  readonly document: DocumentNode
  readonly files: FolderFiles
  readonly layers: Layers
}

async function toSubgraph(
  { system, settings, document, files, layers }: Parts,
  log: Log | undefined,
): Promise<Subgraph> {
  const findings = new Map<string, Finding>()
  const report = (node: ASTNode, message: string): void => {
    const line = node.loc?.startToken.line
    findings.set(`${line} ${message}`, { file: files.schema.place, line, message })
  }
  const vocabulary = await loadVocabulary()
  const { contract, adapter } = layers
  const mapping = compileMapping({ document, contract, settings, vocabulary, report })
  if (findings.size > 0) throw new FindingsError([...findings.values()])
  const sdl = toComposable(document)
  const execute = compileFederated(sdl, files.schema.place, (composable) =>
    compileResolver({ system, document: composable, mapping, adapter, log }),
  )
  const { agency, protocol } = settings
  return {
    name: system,
    sdl,
    callCosts: callCosts(document, settings),
    execute,
    health: () => ({ system, agency: agency.code, protocol, ...adapter.state() }),
    close: () => layers.close(),
  }
}

/** What Apollo's own checks say of the SDL; its lines are those of the SDL with prelude, so none is given. */
function compileFederated<T>(sdl: string, file: string, compile: (document: DocumentNode) => T): T {
  try {
    return compile(parse(sdl))
  } catch (error) {
    throw new FindingsError(toGraphQLErrors(error).map(({ message }) => ({ file, message })))
  }
}

function toGraphQLErrors(error: unknown): readonly Error[] {
  if (error instanceof AggregateError) return error.errors.flatMap(toGraphQLErrors)
  if (error instanceof Error) return [error]
  throw error
}

function toFindings(error: unknown): readonly Finding[] {
  if (error instanceof FindingsError) return error.findings
  throw error
}
