// A port for a server whose address others must know before it listens. It is below those that the kernel gives to whoever
// asks for any (from 32768 on with Linux: ip(7), ip_local_port_range; from 49152 on by RFC 6335 §6): one of those may be
// somebody's connection by the time it is listened on, also that of the client that waits for this very server.

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Whoever was given it may not have begun to listen. */
const given = new Set<number>()

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}
