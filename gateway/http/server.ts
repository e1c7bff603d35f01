// The listening socket: sends each request to its door, limits headers and time, drains before it closes.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TlsOptions } from 'node:tls'

import type { Door } from './graphql-door.ts'
import { type Health, replyOfHealth } from './health.ts'
import { wantsPage } from './negotiate.ts'
import { type Reply, respond } from './respond.ts'
import type { SignOutDoor } from './sign-out-door.ts'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly door: Door
  readonly health: () => Health
  /** Undefined: nobody's tokens are verified here. */
  readonly signOut?: SignOutDoor | undefined
  /** Undefined: HTTP in clear, behind whatever ends TLS. */
  readonly tls?: TlsOptions | undefined
  /** Address to which a browser is led. */
  readonly portal: string | undefined
  /** How long a request may take to arrive; its answer has the pipeline's deadline. */
  readonly arrivalMs: number
  /** How long a connection may stand still while a request or an answer is on its way. */
  readonly stalledMs?: number | undefined
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
// A stream that has nothing to say gives a sign of life more often (send-stream.ts).
const STALLED_MS = 30_000

/** Rejects with the system's error if the port is taken. */
export async function listen(options: ServerOptions): Promise<Listening> {
  const limits = {
    maxHeaderSize: HEADER_LIMIT,
    requestTimeout: options.arrivalMs,
    headersTimeout: options.arrivalMs,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
    // Of two Authorization headers Node would take the first one and a proxy before it perhaps the second.
    joinDuplicateHeaders: true,
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    // One that was sent before the answer to another was read has no socket yet. Its answer would lie in our memory until
    // it has: of one connection's 64 KB of requests five hundred answers.
    if (response.socket === null)
      response.once('socket', () => void route(request, response, options))
    else void route(request, response, options)
  }
  const { tls } = options
  const server =
    tls === undefined
      ? createServer(limits, onRequest)
      : createTlsServer({ ...limits, ...tls }, onRequest)
  server.maxHeadersCount = HEADERS_MOST
  // A client that does not read its answer would keep it in our memory. Twice the deadline: waiting for an answer is no fault.
  server.setTimeout(options.stalledMs ?? Math.max(STALLED_MS, 2 * options.arrivalMs))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(options.port, options.host, resolve)
  await promise
  server.off('error', reject)
  const close = (withinMs: number) => {
    options.door.close()
    return drain(server, withinMs)
  }
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${addressOf(server, options.host)}`,
    close,
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const { door } = options
  // Nearly all requests say just this, and parsing is not for nothing.
  if (request.url === '/graphql' && request.method === 'POST') {
    return door.answer(request, response, undefined)
  }
  const url = URL.parse(request.url ?? '/', 'http://gateway')
  if (url === null) return respond(response, plain(400, 'Bad request'))
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const reply = reads ? replyOfVisit(request, url, options) : undefined
  if (reply !== undefined) return respond(response, reply)
  if (url.pathname === '/graphql') return door.answer(request, response, url)
  if (options.signOut?.answer(request, response, url.pathname)) return
  return respond(response, plain(404, 'Not found'))
}

/** What is read without GraphQL. */
function replyOfVisit(
  request: IncomingMessage,
  url: URL,
  { health, portal }: ServerOptions,
): Reply | undefined {
  const { pathname } = url
  if (pathname === '/health') return replyOfHealth(health())
  if (portal === undefined || !isPageVisit(request, url)) return undefined
  return pathname === '/' || pathname === '/graphql' ? elsewhere(portal) : undefined
}

function isPageVisit(request: IncomingMessage, url: URL): boolean {
  return wantsPage(request.headers.accept) && !url.searchParams.has('query')
}

/** For anything else at the same address, such as GraphQL over GET, nothing may be kept of it. */
function elsewhere(location: string): Reply {
  const headers = { location, vary: 'accept', 'cache-control': 'no-store' }
  return { ...plain(303, `${location}\n`), headers }
}

function plain(status: number, body: string) {
  return { status, type: 'text/plain; charset=utf-8', body }
}

function addressOf(server: Pick<Server, 'address'>, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

type Draining = Pick<Server, 'close' | 'closeAllConnections' | 'closeIdleConnections'>

async function drain(server: Draining, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const last = setTimeout(() => server.closeAllConnections(), withinMs)
  // A connection that was answered while draining stays open for its keep-alive time unless it is closed.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  server.close(() => resolve())
  await promise
  clearTimeout(last)
  clearInterval(idle)
}
