// What graphql-js caught in a subgraph → what may leave it, and what the log keeps. Never a value: not the caller's, not
// a system's, not a driver's.

import { GraphQLError } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import { CallerError, ERRORS, SystemError, toPublicError } from '../../schema/errors.ts'
import { framesOf, type Log } from '../../schema/log.ts'

/** Of one execution. A system's failure is logged once, however many fields it nulls. */
export function toAnswerErrors(
  errors: readonly GraphQLError[],
  requestId: string,
  log: Log | undefined,
): readonly AnswerError[] {
  const logged = new Set<unknown>()
  return errors.map((error) => {
    const thrown = toThrown(error)
    const shown = toPublicError(thrown, requestId)
    if (!logged.has(thrown)) {
      logged.add(thrown)
      if (thrown instanceof SystemError) log?.warn(factsOf(thrown, requestId), 'a system failed')
      if (shown.extensions.code === 'INTERNAL')
        log?.error(traceOf(error, requestId), 'a resolver failed')
    }
    return { ...shown, ...(error.path && { path: error.path }) }
  })
}

/** What graphql-js says of a variable or an argument repeats its value, so only the code of such an error goes on. */
function toThrown(error: GraphQLError): unknown {
  const { originalError, path, extensions } = error
  if (path !== undefined && !isRefusedLiteral(originalError)) return originalError ?? error
  const code = extensions['code'] === 'INPUT_REJECTED' ? 'INPUT_REJECTED' : 'OPERATION_INVALID'
  return new CallerError(code, ERRORS[code].text)
}

// Coercing an argument fails with the nodes of its literal; a value of ours that its scalar refuses has none.
function isRefusedLiteral(cause: Error | undefined): boolean {
  return cause instanceof GraphQLError && cause.nodes !== undefined
}

function factsOf(error: SystemError, requestId: string): Record<string, unknown> {
  const { code, system, operation, detail } = error
  return { requestId, code, system, operation, detail }
}

// A driver's message may hold values; its class, code and stack frames do not.
function traceOf(error: GraphQLError, requestId: string): Record<string, unknown> {
  const thrown = error.originalError ?? error
  const code = 'code' in thrown ? thrown.code : undefined
  // A caller chooses the aliases, so a number that may be somebody's does not stay in them.
  const path = error.path?.join('.').replaceAll(/\d{8,}/g, '…')
  return { requestId, path, kind: thrown.name, code, frames: framesOf(thrown) }
}
