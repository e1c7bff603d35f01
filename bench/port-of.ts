// The port a server was given by the system.

import type { Server } from 'node:net'

import { invariant } from '../schema/errors.ts'

export function portOf(server: Server): number {
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'the server listens on a port')
  return address.port
}
