// Subgraphs in, one supergraph out, by Apollo composition. Never reads a file, never throws for a broken schema:
// what is wrong comes back as a list, all of it at once.

import { createRequire } from 'node:module'

import type * as Apollo from '@apollo/composition'
import { type DocumentNode, GraphQLError, parse } from 'graphql'

/** What composition needs of a subgraph: its name and its federation 2 SDL without mapping directives. */
export interface SubgraphSchema {
  readonly name: string
  readonly sdl: string
}

interface CompositionFinding {
  /** Undefined where several subgraphs disagree. */
  readonly subgraph: string | undefined
  readonly message: string
  /** Apollo's code, for instance INVALID_FIELD_SHARING. */
  readonly code: string | undefined
  readonly line?: number | undefined
}

export type Composition =
  | { readonly supergraph: string; readonly findings?: undefined }
  | { readonly supergraph?: undefined; readonly findings: readonly CompositionFinding[] }

/** The order of the subgraphs does not change the result: they are sorted by name. */
export function compose(subgraphs: readonly SubgraphSchema[]): Composition {
  const services = []
  const findings: CompositionFinding[] = []
  for (const { name, sdl } of subgraphs.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    try {
      services.push({ name, typeDefs: parse(sdl) })
    } catch (error) {
      findings.push(toFinding(error, name))
    }
  }
  if (findings.length > 0) return { findings }
  const result = composed(services)
  if (result.supergraphSdl !== undefined) return { supergraph: result.supergraphSdl }
  return { findings: result.errors.map((error) => toFinding(error, undefined)) }
}

interface Service {
  readonly name: string
  readonly typeDefs: DocumentNode
}

/** Loaded when it is wanted, which a gateway with a supergraph never does: the packages take 32 MB and 120 ms of CPU. */
function composed(services: Service[]): ReturnType<typeof Apollo.composeServices> {
  const { composeServices }: typeof Apollo = createRequire(import.meta.url)('@apollo/composition')
  try {
    return composeServices(services)
  } catch (error) {
    // Fields that require each other over subgraphs: what can be reached is searched for without an end.
    if (!(error instanceof RangeError)) throw error
    const text = 'Composition did not come to an end: do fields require each other?'
    return { errors: [new GraphQLError(text, { extensions: { code: 'ENDLESS' } })] }
  }
}

/** Composition writes the one subgraph that is at fault in brackets before its message. */
const NAMED = /^\[(?<subgraph>[^\]]+)\] (?<rest>[\s\S]*)$/

function toFinding(error: unknown, subgraph: string | undefined): CompositionFinding {
  if (!(error instanceof GraphQLError)) return { subgraph, message: String(error), code: undefined }
  const named = NAMED.exec(error.message)?.groups
  const code = error.extensions['code']
  return {
    subgraph: subgraph ?? named?.['subgraph'],
    message: named?.['rest'] ?? error.message,
    code: typeof code === 'string' ? code : undefined,
    line: error.locations?.[0]?.line,
  }
}
