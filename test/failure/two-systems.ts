// Systems of the estate behind real sockets, loaded from their folders with what a test declares of them.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { parse } from 'graphql'
import { onTestFinished } from 'vitest'

import type { SystemSettings } from '../../adapters/settings.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import type { Answer } from '../../schema/context.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { type LoadOptions, loadSystems } from '../../subgraphs/load.ts'
import { type Estate, startEstate } from '../estate/start-estate.ts'

export type Change = (settings: SystemSettings) => SystemSettings

export interface Opened {
  readonly estate: Estate
  /** A gateway's copy of them. */
  readonly copy: (options?: Partial<LoadOptions>) => Promise<Copy>
}

export interface Copy {
  readonly subgraphs: ReadonlyMap<string, Subgraph>
  ask(system: string, question: Question): Promise<Answer>
}

interface Question {
  readonly type: 'Person' | 'Address'
  readonly key: Readonly<Record<string, string>>
  readonly fields: string
  readonly caller?: Caller
  readonly signal?: AbortSignal
}

const SUBGRAPHS = path.join(import.meta.dirname, '../../subgraphs')

const AGENCY: Caller = { ...ANONYMOUS, kind: 'agency', clientId: 'agency' }

/** Ends with the test. */
export async function openSystems(
  ids: readonly string[],
  change: Change = (same) => same,
): Promise<Opened> {
  const estate = await startEstate({ only: ids, switches: { latency: 0 } })
  const folder = await mkdtemp(path.join(tmpdir(), 'panjareh-failure-'))
  for (const id of ids) {
    await cp(path.join(SUBGRAPHS, id), path.join(folder, id), { recursive: true })
    const file = path.join(folder, id, 'system.json')
    const settings: SystemSettings = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify(change(settings)))
  }
  const copies: Subgraph[] = []
  onTestFinished(async () => {
    // The estate first: whoever hangs is let go.
    await estate.close()
    await Promise.all(copies.map((each) => each.close()))
    await rm(folder, { recursive: true, force: true })
  })
  const secret = (variable: string): string => estate.environment[variable] ?? ''
  return {
    estate,
    async copy(options = {}) {
      const loaded = await loadSystems(folder, { secret, ...options })
      copies.push(...loaded)
      const subgraphs = new Map(loaded.map((each) => [each.name, each]))
      return { subgraphs, ask: (system, question) => ask(subgraphs.get(system), question) }
    },
  }
}

async function ask(
  subgraph: Subgraph | undefined,
  { type, key, fields, caller = AGENCY, signal = AbortSignal.timeout(20_000) }: Question,
): Promise<Answer> {
  if (subgraph === undefined) throw new RangeError('no such system')
  const text = `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const context = {
    requestId: crypto.randomUUID(),
    traceparent: '',
    caller,
    // Of the person who is asked about: some fields need one.
    caseOf: { applicant: key['nationalId'] },
    // Each request has a signal of its own, as behind the gateway.
    signal: AbortSignal.any([signal]),
    provenance: true,
    ask: async () => ({}),
  }
  const variables = { of: [{ __typename: type, ...key }] }
  return subgraph.execute({ document: parse(text), variables, context })
}

/** The code of the first error, or the first entity. */
export function told({ data, errors = [] }: Answer): unknown {
  const [first] = errors
  if (first !== undefined) return first.extensions?.['code']
  const entities: unknown = data?.['_entities']
  return Array.isArray(entities) ? entities[0] : undefined
}
