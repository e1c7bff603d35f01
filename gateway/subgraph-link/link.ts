// The port to a subgraph, as the executor sees it. Never rejects for what a subgraph or the network did: that is an
// answer with errors.

import type { Answer } from '../../schema/context.ts'
import type { SubgraphRequest } from '../../schema/subgraph.ts'

export interface SubgraphLink {
  readonly name: string
  send(request: SubgraphRequest): Promise<Answer>
}
