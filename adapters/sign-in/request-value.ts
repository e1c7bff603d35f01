// What stands in a request header that is no credential: a constant, a variable, or something of this very call.

import { randomUUID } from 'node:crypto'

import type { CallContext, Secret } from '../adapter.ts'
import type { HeaderSettings } from './auth-settings.ts'

export type RequestValue = (context: CallContext) => string

/** `text`, `variable` or `from` of a header in system.json. Secrets are read now. */
export function toValue(
  { text, variable, from }: Pick<HeaderSettings, 'text' | 'variable' | 'from'>,
  secret: Secret,
): RequestValue {
  const fixed = variable === undefined ? (text ?? '') : secret(variable)
  if (from === 'request-id') return ({ requestId }) => requestId
  if (from === 'traceparent') return ({ traceparent }) => traceparent
  if (from === 'uuid') return () => randomUUID()
  return from === 'time' ? () => `${new Date().toISOString().slice(0, 19)}Z` : () => fixed
}
