// `/metrics`, and `/health` with all that is known, on a port of its own: not where the public comes in.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import { EXPOSITION_TYPE, toExposition } from './exposition.ts'
import type { Snapshot } from './metric.ts'

export interface MetricsServerOptions {
  readonly host: string
  readonly port: number
  readonly read: () => readonly Snapshot[] | Promise<readonly Snapshot[]>
  /** Anything that can be told as JSON. */
  readonly health: () => unknown
}

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/** Rejects with the system's error if the port is taken. */
export async function openMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host } = options
  const server = createServer((request, response) => {
    void answer(request, response, options)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(options.port, host, resolve)
  await promise
  // A scraper keeps its connection; it must not keep the process.
  server.unref()
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: MetricsServerOptions,
): Promise<void> {
  try {
    const page = await pageOf(request, options)
    if (page === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': page.type }).end(page.text)
  } catch {
    response.writeHead(500).end()
  }
}

interface Page {
  readonly type: string
  readonly text: string
}

async function pageOf(
  { method, url }: IncomingMessage,
  { read, health }: MetricsServerOptions,
): Promise<Page | undefined> {
  if (method !== 'GET') return undefined
  if (url === '/metrics') return { type: EXPOSITION_TYPE, text: toExposition(await read()) }
  if (url !== '/health') return undefined
  return { type: 'application/json; charset=utf-8', text: JSON.stringify(await health()) }
}
