// A subgraph in this process. No HTTP, no printing and parsing of documents; waits no longer than the request lives.

import type { Answer } from '../../schema/context.ts'
import { ServiceError, SystemError, toPublicError } from '../../schema/errors.ts'
import { framesOf, type Log } from '../../schema/log.ts'
import type { Subgraph, SubgraphRequest } from '../../schema/subgraph.ts'
import type { LinkRequest, SubgraphLink } from './link.ts'

export function openLocalLink(subgraph: Subgraph, log?: Log): SubgraphLink {
  const { name } = subgraph
  return {
    name,
    async send(request) {
      const { requestId } = request.context
      try {
        return await untilAborted(subgraph, toSubgraphRequest(request))
      } catch (error) {
        // The answer says no more than INTERNAL, so a bug is told here or nowhere.
        if (!(error instanceof ServiceError)) {
          log?.error(
            { requestId, subgraph: name, stack: framesOf(error) },
            'a subgraph failed by a bug',
          )
        }
        return { data: null, errors: [toPublicError(error, requestId)] }
      }
    },
  }
}

function toSubgraphRequest(request: LinkRequest): SubgraphRequest {
  const { operation, representations, context } = request
  const variables = { ...request.variables }
  for (const one of representations) variables[one.variable] = one.values()
  const { document, operationName } = operation
  return { document, operationName, variables, context }
}

/** A subgraph should heed the signal itself; the request's end must not depend on it. After it nothing is begun. */
async function untilAborted(subgraph: Subgraph, request: SubgraphRequest): Promise<Answer> {
  const { signal } = request.context
  if (signal.aborted) throw new SystemError('SYSTEM_TIMEOUT', subgraph.name)
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(new SystemError('SYSTEM_TIMEOUT', subgraph.name))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, subgraph.execute(request)])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
