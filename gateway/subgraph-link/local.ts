// A subgraph in this process. No HTTP, no printing and parsing of documents; waits no longer than the request lives.

import type { Answer } from '../../schema/context.ts'
import { ServiceError, SystemError, toPublicError } from '../../schema/errors.ts'
import { framesOf, type Log } from '../../schema/log.ts'
import type { Subgraph, SubgraphRequest } from '../../schema/subgraph.ts'
import type { LinkRequest, SubgraphLink } from './link.ts'
import { atRequestEnd } from './request-end.ts'

export function openLocalLink(subgraph: Subgraph, log?: Log): SubgraphLink {
  const { name } = subgraph
  const toFailure = (error: unknown, requestId: string): Answer => {
    // The answer says no more than INTERNAL, so a bug is told here or nowhere.
    if (!(error instanceof ServiceError)) {
      const facts = { requestId, subgraph: name, stack: framesOf(error) }
      log?.error(facts, 'a subgraph failed by a bug')
    }
    return { data: null, errors: [toPublicError(error, requestId)] }
  }
  const link: SubgraphLink = {
    name,
    async send(request) {
      try {
        return await untilAborted(subgraph, toSubgraphRequest(request), request.operation.mutates)
      } catch (error) {
        return toFailure(error, request.context.requestId)
      }
    },
  }
  if (subgraph.subscribe === undefined) return link
  return { ...link, subscribe: (request) => eventsOf(subgraph, request, toFailure) }
}

/** A failure is the last event. */
async function* eventsOf(
  subgraph: Subgraph,
  request: LinkRequest,
  toFailure: (error: unknown, requestId: string) => Answer,
): AsyncGenerator<Answer, void> {
  const { signal, requestId } = request.context
  if (signal.aborted) return
  const ended = Promise.withResolvers<undefined>()
  const stay = atRequestEnd(signal, () => ended.resolve(undefined))
  let events: AsyncIterator<Answer> | undefined
  try {
    events = subgraph.subscribe?.(toSubgraphRequest(request))[Symbol.asyncIterator]()
    for (;;) {
      const event = await Promise.race([ended.promise, events?.next()])
      if (event === undefined || event.done === true) return
      yield event.value
    }
  } catch (error) {
    yield toFailure(error, requestId)
  } finally {
    stay()
    // Nobody waits for it: a subgraph that does not heed the signal must not hold the request.
    events?.return?.().catch(() => {})
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
async function untilAborted(
  subgraph: Subgraph,
  request: SubgraphRequest,
  mutates: boolean,
): Promise<Answer> {
  const { signal } = request.context
  if (signal.aborted) throw new SystemError('SYSTEM_TIMEOUT', subgraph.name)
  const { promise, reject } = Promise.withResolvers<never>()
  // A write that is under way may be done after all.
  const code = mutates ? 'SYSTEM_OUTCOME_UNKNOWN' : 'SYSTEM_TIMEOUT'
  const stay = atRequestEnd(signal, () => reject(new SystemError(code, subgraph.name)))
  try {
    return await Promise.race([promise, subgraph.execute(request)])
  } finally {
    stay()
  }
}
