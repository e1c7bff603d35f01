// The listening socket: sends each request to its door, limits headers and time, drains before it closes.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import type { Door } from './graphql-door.ts'
import { type Health, replyOfHealth } from './health.ts'
import { wantsPage } from './negotiate.ts'
import type { Pages } from './pages.ts'
import { respond } from './respond.ts'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly door: Door
  readonly health: () => Health
  readonly pages: Pages | undefined
  /** How long a request may take to arrive; its answer has the pipeline's deadline. */
  readonly arrivalMs: number
}

export interface Listening {
  /** Without a slash at the end. */
  readonly url: string
  /** Takes no new connection, waits for open answers, but not longer than this. */
  close(withinMs: number): Promise<void>
}

const HEADER_LIMIT = 16_384
const HEADERS_MOST = 100
// Node looks only this often whether a request has taken too long, by itself each half minute.
const ARRIVAL_CHECK_MS = 1000
const IDLE_CHECK_MS = 50

/** Rejects with the system's error if the port is taken. */
export async function listen(options: ServerOptions): Promise<Listening> {
  const limits = {
    maxHeaderSize: HEADER_LIMIT,
    requestTimeout: options.arrivalMs,
    headersTimeout: options.arrivalMs,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  }
  const server = createServer(limits, (request, response) => {
    void route(request, response, options)
  })
  server.maxHeadersCount = HEADERS_MOST
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(options.port, options.host, resolve)
  await promise
  server.off('error', reject)
  return { url: urlOf(server, options.host), close: (withinMs) => drain(server, withinMs) }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  { door, health, pages }: ServerOptions,
): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://gateway')
  if (url === null) return respond(response, plain(400, 'Bad request'))
  const { pathname } = url
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (pathname === '/health' && reads) return respond(response, replyOfHealth(health()))
  const asksPage = pathname !== '/graphql' || isPageVisit(request, url)
  const page = reads && asksPage ? pages?.(pathname) : undefined
  if (page !== undefined) return respond(response, page)
  if (pathname === '/graphql') return door(request, response, url)
  return respond(response, plain(404, 'Not found'))
}

function isPageVisit(request: IncomingMessage, url: URL): boolean {
  return wantsPage(request.headers.accept) && !url.searchParams.has('query')
}

function plain(status: number, body: string) {
  return { status, type: 'text/plain; charset=utf-8', body }
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function drain(server: Server, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const last = setTimeout(() => server.closeAllConnections(), withinMs)
  // A connection that was answered while draining stays open for its keep-alive time unless it is closed.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  server.close(() => resolve())
  await promise
  clearTimeout(last)
  clearInterval(idle)
}
