// Refuses what a page of another site could make a browser send without asking first (CSRF, XS-Search).

import type { IncomingHttpHeaders } from 'node:http'

import { HttpRefusal } from './refuse.ts'

/** Headers that a simple cross-origin request cannot carry: with one of them the browser has asked first (Fetch §3.2). */
const PREFLIGHTED = ['x-panjareh-preflight', 'apollo-require-preflight', 'authorization']

/**
 * POST needs application/json, which is never simple. GET only reads, but a browser says with Sec-Fetch-Site when another
 * site is behind it; then a preflighted header is needed.
 */
export function refuseCrossSite(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return
  if (PREFLIGHTED.some((name) => headers[name] !== undefined)) return
  const text = 'A request from another site needs a preflighted header.'
  throw new HttpRefusal(403, text, { code: 'FORBIDDEN', reason: 'cross-site' })
}
