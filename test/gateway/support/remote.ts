// A subgraph on a real socket that does what a test says, and calls of it as the executor makes them.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Server as Listener } from 'node:net'

import { getOperationAST, OperationTypeNode, parse } from 'graphql'

import type { LinkOperation, LinkRequest } from '../../../gateway/subgraph-link/link.ts'
import { openRemoteLink, type RemoteOptions } from '../../../gateway/subgraph-link/remote.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import type { RequestContext } from '../../../schema/context.ts'
import { invariant } from '../../../schema/errors.ts'

export interface Received {
  readonly body: string
  readonly headers: IncomingMessage['headers']
  readonly response: ServerResponse
  readonly request: IncomingMessage
}

export interface Served {
  readonly url: string
  readonly server: Server
  /** What has arrived, in order. */
  readonly received: readonly Received[]
  /** Waits until so many have arrived. */
  readonly arrived: (count: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** Answers each request once it has arrived as a whole. */
export async function serveHttp(answer: (received: Received) => void): Promise<Served> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const one = { body, headers: request.headers, response, request }
      received.push(one)
      server.emit('arrived')
      answer(one)
    })
  })
  const url = await listening(server)
  return {
    url,
    server,
    received,
    async arrived(count) {
      while (received.length < count) await once(server, 'arrived')
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function listening(server: Listener): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'it listens on a port')
  return `http://127.0.0.1:${address.port}/graphql`
}

export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(value))
}

export function remote(url: string, options: RemoteChoices = {}) {
  const { limits, ...others } = options
  return openRemoteLink({
    name: 'a',
    url,
    shareReads: false,
    ...others,
    limits: { timeoutMs: 20_000, replyBytes: 1_048_576, connections: 16, queue: 16, ...limits },
  })
}

type RemoteChoices = Partial<Omit<RemoteOptions, 'limits'>> & {
  readonly limits?: Partial<RemoteOptions['limits']>
}

export function operation(text: string): LinkOperation {
  const document = parse(text)
  const definition = getOperationAST(document)
  invariant(definition, 'a test asks one operation')
  const mutates = definition.operation === OperationTypeNode.MUTATION
  const operationName = definition.name?.value
  return { document, text, operationName, mutates }
}

export function call(
  text: string | LinkOperation = '{ a }',
  context: Partial<RequestContext> = {},
  rest: Partial<LinkRequest> = {},
): LinkRequest {
  return {
    operation: typeof text === 'string' ? operation(text) : text,
    variables: {},
    representations: [],
    ...rest,
    context: {
      requestId: 'r1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      caller: ANONYMOUS,
      signal: new AbortController().signal,
      provenance: false,
      ask: async () => ({}),
      ...context,
    },
  }
}
