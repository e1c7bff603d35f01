// Traces as configured.

import type { Log } from '../schema/log.ts'
import type { Config } from './config.ts'
import type { Tracing } from './observe/tracing.ts'

/** Loaded only where it is wanted. */
export async function tracingOf({ otlp }: Config, log: Log): Promise<Tracing | undefined> {
  if (otlp === undefined) return undefined
  const { openTracing } = await import('./observe/tracing.ts')
  return openTracing({ endpoint: otlp, log })
}
