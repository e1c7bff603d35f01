// Traces: a span for each request, stage, fetch of a subgraph and call of a system, all wrapped from outside. A span finds
// its parent in the `traceparent` that travels with the request, and puts itself there for what it wraps. Never in a span:
// variables, arguments, ids of people, tokens, addresses, or anything of an answer but its codes.

import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api'

import type { Answer, RequestContext } from '../../schema/context.ts'
import { ServiceError } from '../../schema/errors.ts'
import { type Exporter, type ExporterOptions, openExporter } from './exporter.ts'
import { codesOf, nameOf, type Observed } from './request-line.ts'
import type { Timed } from './stage-times.ts'

interface Carrier {
  readonly traceparent: string
}

interface Passing {
  context: RequestContext
}

interface Sent {
  readonly context: RequestContext
}

interface Link<Request extends Sent> {
  readonly name: string
  send(request: Request): Promise<Answer>
  subscribe?: ((request: Request) => AsyncIterable<Answer>) | undefined
}

interface Callable<Input, Context extends Carrier, Reply> {
  call(operation: string, input: Input, context: Context): Promise<Reply>
}

interface Wrapped {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
}

const OTHER_METHOD = '_OTHER'
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

export function openTracing(options: ExporterOptions): Tracing {
  return new Tracing(openExporter(options))
}

export class Tracing {
  readonly #exporter: Exporter
  /** Requests under way, by the traceparent that they got. */
  readonly #requests = new Map<string, Span>()

  constructor(exporter: Exporter) {
    this.#exporter = exporter
  }

  /** Begins a request's span, within the caller's trace if there is one; gives the traceparent of the request. */
  begin(parent: string | undefined, method = ''): string {
    const known = METHODS.has(method) ? method : OTHER_METHOD
    const span = this.#start(
      {
        name: `${known} /graphql`,
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': known, 'http.route': '/graphql' },
      },
      parent ?? '',
    )
    const traceparent = toTraceparent(span)
    this.#requests.set(traceparent, span)
    return traceparent
  }

  /** Ends it with what may be told. */
  finish(observed: Observed): void {
    const span = this.#requests.get(observed.traceparent)
    if (span === undefined) return
    this.#requests.delete(observed.traceparent)
    span.setAttributes(factsOf(observed))
    const operation = observed.work?.operation?.operation
    if (operation !== undefined) {
      span.updateName([operation.operation, nameOf(operation)].filter(Boolean).join(' '))
    }
    mark(span, Object.keys(codesOf(observed) ?? {}))
    span.end()
  }

  stage(stage: Timed<Passing>): Timed<Passing> {
    const wrapped = { name: stage.name, kind: SpanKind.INTERNAL, attributes: {} }
    return {
      name: stage.name,
      run: (work) =>
        this.#within(wrapped, work.context, async (traceparent) => {
          const outer = work.context
          work.context = { ...outer, traceparent }
          try {
            await stage.run(work)
          } finally {
            work.context = outer
          }
        }),
    }
  }

  link<Request extends Sent, Wrapping extends Link<Request>>(
    link: Wrapping & Link<Request>,
  ): Wrapping {
    const wrapped = {
      name: `fetch ${link.name}`,
      kind: SpanKind.CLIENT,
      attributes: { 'panjareh.subgraph': link.name },
    }
    const { subscribe } = link
    const events = subscribe && ((request: Request) => this.#events(wrapped, request, subscribe))
    return {
      ...link,
      ...(events && { subscribe: events }),
      send: (request: Request) =>
        this.#within(wrapped, request.context, async (traceparent, span) => {
          const answer = await link.send({
            ...request,
            context: { ...request.context, traceparent },
          })
          mark(span, Object.keys(codesOf({ work: { answer } }) ?? {}))
          return answer
        }),
    }
  }

  /** Calls of a system as they go out: a retry is a span of its own, a call that joined another has none. */
  adapter<Input, Context extends Carrier, Reply>(
    system: string,
    adapter: Callable<Input, Context, Reply>,
  ): Callable<Input, Context, Reply> {
    return {
      call: (operation, input, context) => {
        const attributes = { 'panjareh.system': system, 'panjareh.operation': operation }
        const wrapped = { name: `${system} ${operation}`, kind: SpanKind.CLIENT, attributes }
        return this.#within(wrapped, context, async (traceparent, span) => {
          const reply = await adapter.call(operation, input, { ...context, traceparent })
          span.setAttribute('panjareh.outcome', 'OK')
          return reply
        })
      },
    }
  }

  /** Sends what is left, but waits no longer than this. */
  close(withinMs: number): Promise<void> {
    for (const span of this.#requests.values()) span.end()
    this.#requests.clear()
    return this.#exporter.close(withinMs)
  }

  async #within<Result>(
    wrapped: Wrapped,
    { traceparent }: Carrier,
    work: (traceparent: string, span: Span) => Promise<Result>,
  ): Promise<Result> {
    const span = this.#start(wrapped, traceparent)
    try {
      return await work(toTraceparent(span), span)
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : 'INTERNAL'
      span.setAttribute('panjareh.outcome', code)
      mark(span, [code])
      throw error
    } finally {
      span.end()
    }
  }

  /** One span from the subscription to its end, however it ends. */
  #events<Request extends Sent>(
    wrapped: Wrapped,
    request: Request,
    subscribe: (request: Request) => AsyncIterable<Answer>,
  ): AsyncIterable<Answer> {
    const span = this.#start(wrapped, request.context.traceparent)
    const context = { ...request.context, traceparent: toTraceparent(span) }
    const events = subscribe({ ...request, context })[Symbol.asyncIterator]()
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          try {
            const event = await events.next()
            if (event.done === true) span.end()
            else mark(span, Object.keys(codesOf({ work: { answer: event.value } }) ?? {}))
            return event
          } catch (error) {
            mark(span, ['INTERNAL'])
            span.end()
            throw error
          }
        },
        return: async () => {
          span.end()
          await events.return?.()
          return { done: true, value: undefined }
        },
      }),
    }
  }

  #start({ name, kind, attributes }: Wrapped, parent: string): Span {
    const [, traceId = '', spanId = ''] = parent.split('-')
    const isRemote = kind === SpanKind.SERVER
    const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote }
    const within = trace.setSpanContext(ROOT_CONTEXT, context)
    return this.#exporter.tracer.startSpan(name, { kind, attributes }, within)
  }
}

/** W3C Trace Context §3.2. */
function toTraceparent(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** Undefined facts are left out by the tracer. */
function factsOf({ requestId, status, caller, work }: Observed): Attributes {
  const operation = work?.operation?.operation
  return {
    'http.response.status_code': status,
    'graphql.operation.type': operation?.operation,
    'graphql.operation.name': operation && nameOf(operation),
    'panjareh.request_id': requestId,
    'panjareh.caller': caller?.kind,
    'panjareh.client': caller?.clientId,
  }
}

/** What a caller can mend is no failure of ours: such a span has codes, and no error status. */
function mark(span: Span, codes: readonly string[]): void {
  if (codes.length === 0) return
  span.setAttribute('panjareh.codes', [...codes])
  const failure = codes.find((code) => code.startsWith('SYSTEM_') || code === 'INTERNAL')
  if (failure === undefined) return
  span.setAttribute('error.type', failure)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
