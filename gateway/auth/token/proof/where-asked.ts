// Under which address a client has asked this gateway, for the `htu` of its DPoP proof. What the request itself says of that
// (`Host`) may be written by one who has stolen a proof for another server, so it counts for nobody but the own machine.

import { TLSSocket } from 'node:tls'

import type { Connection } from './client-certificate.ts'
import { placeOf } from './dpop-proof.ts'

export interface Asked extends Connection {
  /** Path and query. */
  readonly url?: string | undefined
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/

/** Undefined: nobody knows. */
export function whereAsked(asked: Asked, publicUrl: string | undefined): string | undefined {
  const base = publicUrl ?? ownOf(asked)
  // `//evil.example/` would be another host if it were resolved.
  return base === undefined ? undefined : placeOf(`${base}${asked.url ?? '/'}`)
}

function ownOf({ headers, socket }: Asked): string | undefined {
  const { host } = headers
  if (typeof host !== 'string' || !LOOPBACK.test(host)) return undefined
  return `${socket instanceof TLSSocket ? 'https' : 'http'}://${host}`
}
