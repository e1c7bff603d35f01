// Calls that need a session. In: an adapter and the session. Out: an adapter whose calls carry the session's grant, and
// are made once more with a new one when the system no longer takes it (quirk Q23).

import type { Adapter, CallContext, Reply, Tree } from '../adapter.ts'
import type { Grant, Session } from './session.ts'
import { SignedOut } from './signed-out.ts'

export interface SessionUse {
  readonly session: Session
  /** Puts the grant's value into the input, where it travels there. */
  readonly fill: (input: Tree, value: string, operation: string) => Tree
}

/** A call that is made again is encoded anew: ids that must not repeat do not. */
export function withSession(adapter: Adapter, { session, fill }: SessionUse): Adapter {
  return {
    async call(operation, input, context) {
      const attempt = ({ value }: Grant): Promise<Reply> =>
        adapter.call(operation, fill(input, value, operation), signedIn(context, value))
      const grant = await session.current(context)
      const first = await attempt(grant).catch(signedOutOr)
      if (!(first instanceof SignedOut)) return first
      const renewed = await session.renewed(grant, first, context)
      try {
        return await attempt(renewed)
      } catch (error) {
        if (error instanceof SignedOut) session.useless()
        throw error
      }
    },
  }
}

function signedOutOr(error: unknown): SignedOut {
  if (error instanceof SignedOut) return error
  throw error
}

function signedIn(context: CallContext, session: string): CallContext {
  const { requestId, traceparent, signal, once } = context
  return { requestId, traceparent, signal, once, session }
}
