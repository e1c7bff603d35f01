// A contract to a system folder that loads. In: a file or address and a name. Out: the folder, what is in it, and the
// questions that a person has to answer. Never: a folder that is overwritten.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { LoadedAdapter, Transport } from '../../adapters/adapter.ts'
import { FindingsError } from '../../adapters/finding.ts'
import { Document } from '../../adapters/rest/document.ts'
import { loadRest } from '../../adapters/rest/load.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { readContract } from '../../adapters/soap/contract/contract.ts'
import { loadSoap } from '../../adapters/soap/load.ts'
import { loadTable } from '../../adapters/table/load.ts'
import { loadSystem } from '../load.ts'
import { type Collected, collectContract, type ReadDocument } from './collect-contract.ts'
import { type PlannedOperation, planOperation } from './plan-operation.ts'
import { proposeSchema } from './propose-schema.ts'
import { proposeSettings } from './propose-settings.ts'
import { restHints } from './rest-hints.ts'
import { sampleSecret } from './sample-secret.ts'
import { writeSamples } from './write-samples.ts'

export interface OnboardOptions {
  readonly source: URL
  /** Id of the system: lower-case letters, digits and dashes. */
  readonly name: string
  /** The folder to be made; it must not exist or be empty. */
  readonly folder: string
  readonly read: ReadDocument
  /** Names of the contract's operations that are wanted; empty: all. */
  readonly operations?: readonly string[]
  /** WSDL port, where there are several. */
  readonly port?: string | undefined
}

export interface Onboarded {
  readonly protocol: 'soap' | 'rest' | 'table'
  readonly files: readonly string[]
  readonly operations: readonly PlannedOperation[]
  readonly samples: readonly string[]
  readonly settings: SystemSettings
}

/** A folder for everything would publish what nobody asked for. */
const MOST_OPERATIONS = 25
const SCHEMA = fileURLToPath(new URL('../../schema/system.schema.json', import.meta.url))

/** Throws FindingsError; nothing stays behind then. */
export async function onboard(options: OnboardOptions): Promise<Onboarded> {
  const { name } = options
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    refuse(name, 'is no name of a system: write lower-case letters, digits and dashes')
  }
  const folder = resolve(options.folder)
  await assertFree(folder)
  const collected = await collectContract(options.source, options.read)
  try {
    return await fill({ ...options, folder }, collected)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function fill(options: OnboardOptions, collected: Collected): Promise<Onboarded> {
  const { name, folder, port } = options
  const { protocol, main, files } = collected
  for (const [file, content] of files) {
    const path = join(folder, 'contract', file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  const hints =
    protocol === 'rest'
      ? restHints(name, await Document.read(folder, posix.join('contract', main)))
      : undefined
  const source = {
    system: name,
    protocol,
    contract: posix.join('contract', main),
    schema: relative(folder, SCHEMA).split(sep).join('/'),
    port,
    title: hints?.title?.trim() || titleOf(main),
    hints,
  }
  const draft = proposeSettings({ ...source, operations: [], notes: [] })
  const codec = await open(name, folder, draft)
  if (codec.contract.operations.size === 0) await explain(name, folder, draft)
  const operations = planAll(codec, options, methodsOf(codec, protocol) ?? hints?.methods)
  const proposed = proposeSchema(name, operations)
  const notes = [...collected.notes, ...proposed.notes]
  if (proposed.sdl === '') refuse('contract', 'answers nothing that could be published')
  const settings = proposeSettings({ ...source, operations, notes })
  await writeSettings(folder, settings)
  await writeFile(join(folder, 'schema.graphql'), proposed.sdl)
  const subgraph = await loadSystem(folder, { secret: sampleSecret })
  await subgraph.close()
  const written = await writeSamples({ system: name, folder, settings, codec, operations })
  const known = proposeSettings({ ...source, operations, notes: [...notes, ...written.notes] })
  await writeSettings(folder, known)
  const { samples } = written
  return { protocol, files: [...files.keys()], operations, samples, settings: known }
}

function writeSettings(folder: string, settings: SystemSettings): Promise<void> {
  return writeFile(join(folder, 'system.json'), `${JSON.stringify(settings, null, 2)}\n`)
}

async function assertFree(folder: string): Promise<void> {
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) refuse(folder, 'is not empty: name another folder by --out')
}

function open(system: string, folder: string, settings: SystemSettings): Promise<LoadedAdapter> {
  const source = { system, folder, settings, transport: NO_TRANSPORT, secret: sampleSecret }
  if (settings.protocol === 'table') return loadTable(source)
  return settings.protocol === 'soap' ? loadSoap(source) : loadRest(source)
}

/** Operations that cannot be read are only told of when they are asked for: so all of them are. */
async function explain(name: string, folder: string, draft: SystemSettings): Promise<void> {
  if (draft.protocol === 'soap') {
    const { ports } = await readContract(folder, draft.contract)
    const names = ports.flatMap((port) =>
      [...port.operations, ...port.broken].map((each) => each.name),
    )
    const operations = Object.fromEntries(names.map((each) => [each, { kind: 'query' as const }]))
    await open(name, folder, { ...draft, operations })
  }
  refuse('contract', 'has no operation that can be called')
}

/** The contract is read, nothing is called. */
const NO_TRANSPORT: Transport = {
  exchange: () => refuse('contract', 'asks for a call while it is read'),
  close: () => Promise.resolve(),
}

/** A table is read. */
function methodsOf({ contract }: LoadedAdapter, protocol: Collected['protocol']) {
  const names = [...contract.operations.keys()]
  return protocol === 'table' ? new Map(names.map((name) => [name, 'GET'])) : undefined
}

function planAll(
  codec: LoadedAdapter,
  { operations = [] }: OnboardOptions,
  methods: ReadonlyMap<string, string> = new Map(),
) {
  const all = [...codec.contract.operations.keys()]
  const unknown = operations.filter((name) => !all.includes(name))
  if (unknown.length > 0) {
    refuse('contract', `has no operation ${unknown.join(', ')}, only ${all.join(', ')}`)
  }
  const wanted = operations.length === 0 ? all : operations
  if (wanted.length > MOST_OPERATIONS) {
    const message = `has ${wanted.length} operations; name the ones you need by --operations: ${all.join(', ')}`
    refuse('contract', message)
  }
  const taken = new Set<string>()
  return [...codec.contract.operations.values()]
    .filter((each) => wanted.includes(each.name))
    .map((each) => planOperation(each, taken, methods.get(each.name)))
}

function titleOf(file: string): string {
  return posix
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .replaceAll(/[-_]+/g, ' ')
}

function refuse(file: string, message: string): never {
  throw new FindingsError([{ file, message }])
}
