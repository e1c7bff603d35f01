// An OTLP/HTTP receiver on loopback that keeps the spans it gets.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

const Attribute = Type.Object({ key: Type.String(), value: Type.Record(Type.String(), Type.Any()) })
const Export = Type.Object({
  resourceSpans: Type.Array(
    Type.Object({
      resource: Type.Object({ attributes: Type.Array(Attribute) }),
      scopeSpans: Type.Array(
        Type.Object({
          spans: Type.Array(
            Type.Object({
              traceId: Type.String(),
              spanId: Type.String(),
              parentSpanId: Type.Optional(Type.String()),
              name: Type.String(),
              kind: Type.Number(),
              attributes: Type.Array(Attribute),
              status: Type.Object({ code: Type.Optional(Type.Number()) }),
            }),
          ),
        }),
      ),
    }),
  ),
})

export interface Received {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  /** OTLP: 1 internal, 2 server, 3 client. */
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** OTLP: 0 unset, 2 error. */
  readonly status: number
}

export interface Collector {
  readonly url: string
  readonly spans: readonly Received[]
  /** All that came, as it came. */
  readonly bodies: readonly string[]
  close(): Promise<void>
}

export async function openCollector(
  answer = (response: ServerResponse): void => void response.end('{}'),
): Promise<Collector> {
  const spans: Received[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url === '/v1/traces') {
        bodies.push(body)
        spans.push(...toSpans(body))
      }
      return answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function toSpans(body: string): Received[] {
  const { resourceSpans } = Value.Parse(Export, JSON.parse(body))
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap((scope) => scope.spans)
    .map(({ traceId, spanId, parentSpanId, name, kind, attributes, status }) => ({
      traceId,
      spanId,
      parentSpanId,
      name,
      kind,
      status: status.code ?? 0,
      attributes: Object.fromEntries(
        attributes.map(({ key, value }): [string, unknown] => [key, valueOf(value)]),
      ),
    }))
}

function valueOf(value: Readonly<Record<string, unknown>>): unknown {
  const list: unknown = value['arrayValue']
  if (list === undefined) return Object.values(value)[0]
  const { values } = Value.Parse(
    Type.Object({ values: Type.Array(Type.Record(Type.String(), Type.Any())) }),
    list,
  )
  return values.map(valueOf)
}
