import type { RequestHandler } from 'express'

import { PortalError } from '../portal-error.ts'

/**
 * Requests for another name than ours are not answered: nothing here is ever built from the Host header, and a cache or a
 * log in between shall not believe otherwise. The sign-on's call to `except` may come by an inner name.
 */
export function ownHost(origin: string, except: readonly string[]): RequestHandler {
  const { host } = new URL(origin)
  const exempt = new Set(except)
  return (request, _response, next) => {
    // Of two, a proxy in between may have read the other one (RFC 9112 §3.2).
    const hosts = request.headersDistinct['host'] ?? []
    const isOurs = (hosts.length === 1 && hosts[0] === host) || exempt.has(request.path)
    next(isOurs ? undefined : new PortalError('MISDIRECTED', 'host'))
  }
}
