import type { ServerResponse } from 'node:http'

/**
 * Headers of every page of the sign-on. `formTargets` are the origins that a form may end at: browsers apply
 * `form-action` to the redirects after a submit as well, so the application's origin has to be named.
 */
export function sendHeaders(response: ServerResponse, formTargets: readonly string[]): void {
  const targets = ["'self'", ...new Set(formTargets)].join(' ')
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'self'; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`,
  )
  response.setHeader('Cache-Control', 'no-store')
  sendSafeHeaders(response)
}

/** Headers of every answer, page or not. */
export function sendSafeHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  if (!response.hasHeader('Content-Security-Policy')) {
    response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  }
}
