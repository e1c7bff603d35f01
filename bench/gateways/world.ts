// Subgraphs that belong together, and the same data as one graph: what every gateway's answers are compared with.

import { compose } from '../../schema/compose/compose.ts'
import { invariant } from '../../schema/errors.ts'
import type { Types } from './static-answers.ts'

export interface World {
  readonly name: string
  readonly subgraphs: readonly WorldSubgraph[]
  readonly monolith: Types
}

interface WorldSubgraph {
  readonly name: string
  readonly sdl: string
  readonly types: Types
}

/** The supergraph with every subgraph under `origin`, by its name. */
export function supergraphOf({ subgraphs }: World, origin: string): string {
  const { supergraph, findings } = compose(subgraphs)
  invariant(supergraph, `the bench's subgraphs compose: ${JSON.stringify(findings)}`)
  return supergraph.replaceAll(
    /@join__graph\(name: "([^"]+)", url: "[^"]*"\)/g,
    (_, name) => `@join__graph(name: "${name}", url: "${origin}/${name}")`,
  )
}
