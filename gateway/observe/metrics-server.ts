// `/metrics` on a port of its own, so that it is not where the public comes in.

import { createServer } from 'node:http'

import { EXPOSITION_TYPE, toExposition } from './exposition.ts'
import type { Snapshot } from './metric.ts'

export interface MetricsServerOptions {
  readonly host: string
  readonly port: number
  readonly read: () => readonly Snapshot[] | Promise<readonly Snapshot[]>
}

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/** Rejects with the system's error if the port is taken. */
export async function openMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, read } = options
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    Promise.resolve()
      .then(read)
      .then((snapshots) => toExposition(snapshots))
      .then(
        (text) => response.writeHead(200, { 'content-type': EXPOSITION_TYPE }).end(text),
        () => response.writeHead(500).end(),
      )
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
