// The system folders, or `only` some of them, as running subgraphs in front of a running estate. In: a question. Out: the graph's answer.

import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { parse } from 'graphql'

import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import type { Answer } from '../../schema/context.ts'
import type { Subgraph, SubgraphRequest } from '../../schema/subgraph.ts'
import { loadSystem, loadSystems } from '../../subgraphs/load.ts'
import { type EstateOptions, type Estate, startEstate } from '../estate/start-estate.ts'

export const SUBGRAPHS = fileURLToPath(new URL('../../subgraphs/', import.meta.url))
const AGENCY: Caller = { ...ANONYMOUS, kind: 'agency', clientId: 'agency' }

export interface Question {
  readonly system: string
  /** Of the entity asked; `Query` asks a root field. */
  readonly type: string
  /** Key of the entity, and what others know of it. */
  readonly key?: Readonly<Record<string, string | number>>
  readonly fields: string
}

export interface EstateGraph {
  readonly estate: Estate
  ask(question: Question): Promise<Answer>
  /** What the system says of the entity; fails on any error. */
  read(question: Question): Promise<unknown>
  close(): Promise<void>
}

export async function openEstateGraph(
  options: EstateOptions = {},
  folder = SUBGRAPHS,
): Promise<EstateGraph> {
  const estate = await startEstate({ switches: { latency: 0 }, ...options })
  const secret = (variable: string): string => estate.environment[variable] ?? ''
  const subgraphs = await (options.only === undefined
    ? loadSystems(folder, { secret })
    : Promise.all(options.only.map((system) => loadSystem(path.join(folder, system), { secret }))))
  const ask = (question: Question): Promise<Answer> =>
    askOne(
      subgraphs.find(({ name }) => name === question.system),
      question,
    )
  return {
    estate,
    ask,
    read: async (question) => {
      const { data, errors } = await ask(question)
      if (errors !== undefined) throw new TypeError(JSON.stringify(errors))
      return question.key === undefined ? data : [data?.['_entities']].flat()[0]
    },
    close: async () => {
      await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
      await estate.close()
    },
  }
}

async function askOne(subgraph: Subgraph | undefined, question: Question): Promise<Answer> {
  if (subgraph === undefined) throw new RangeError('no such system')
  return subgraph.execute(toRequest(question))
}

/** As the gateway would ask the subgraph for one entity, or for a root field. */
export function toRequest({ type, key, fields }: Omit<Question, 'system'>): SubgraphRequest {
  const text =
    type === 'Query' || type === 'Mutation'
      ? `${type.toLowerCase()} { ${fields} }`
      : `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const nationalId = key?.['nationalId']
  const context = {
    requestId: crypto.randomUUID(),
    traceparent: '',
    caller: AGENCY,
    // Of the person who is asked about: some fields need one.
    caseOf: { applicant: typeof nationalId === 'string' ? nationalId : undefined },
    signal: AbortSignal.timeout(30_000),
    provenance: true,
    ask: async () => ({}),
  }
  const variables = { of: [{ __typename: type, ...key }] }
  return { document: parse(text), variables, context }
}
