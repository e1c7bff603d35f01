// Where spans go: a bounded queue in memory, sent in batches by OTLP over HTTP. A collector that is down costs spans, never
// a request: what does not fit is dropped, and the log hears of losses once a minute.

import type { Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

import type { Log } from '../../schema/log.ts'

export interface Exporter {
  readonly tracer: Tracer
  /** Sends what is left, but waits no longer than this. Never rejects. */
  close(withinMs: number): Promise<void>
}

export interface ExporterOptions {
  /** Base URL of the collector; OTLP 1.x puts traces at `/v1/traces` below it. */
  readonly endpoint: string
  readonly log: Log
  /** Clock in epoch milliseconds. */
  readonly now?: () => number
}

const QUEUE = { maxQueueSize: 4096, maxExportBatchSize: 512, scheduledDelayMillis: 1_000 } as const
/** One batch with its retries. Short, because a process that ends waits for the batch under way. */
const SEND_MS = 3_000
const LONGEST_VALUE = 256
const QUIET_MS = 60_000

export function openExporter({ endpoint, log, now = Date.now }: ExporterOptions): Exporter {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const sender = new OTLPTraceExporter({ url, timeoutMillis: SEND_MS })
  const processor = new BatchSpanProcessor({
    exporter: tellsLosses(sender, log, now),
    exportTimeoutMillis: SEND_MS + 1_000,
    ...QUEUE,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'panjareh' }),
    // A caller's flag does not decide what we see of our own work.
    sampler: new AlwaysOnSampler(),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [processor],
  })
  return {
    tracer: provider.getTracer('panjareh'),
    close: (withinMs) => settled(provider.shutdown(), withinMs),
  }
}

function tellsLosses(exporter: SpanExporter, log: Log, now: () => number): SpanExporter {
  let lost = 0
  let toldAt = -Infinity
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          lost += spans.length
          if (now() - toldAt >= QUIET_MS) {
            log.warn({ spans: lost, reason: reasonOf(result.error) }, 'traces were not taken')
            lost = 0
            toldAt = now()
          }
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/** A code or status only: what a collector says may quote what was sent. */
function reasonOf(error: Error): string {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name
}

async function settled(work: Promise<void>, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, withinMs)
  work.then(resolve, () => resolve())
  await promise
  clearTimeout(timer)
}
