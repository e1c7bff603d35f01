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
    const isOurs = request.headers.host === host || exempt.has(request.path)
    next(isOurs ? undefined : new PortalError('MISDIRECTED', 'host'))
  }
}
