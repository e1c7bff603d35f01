// What every answer says to the browser: nothing from elsewhere, no frame around us, nothing kept.
import type { RequestHandler } from 'express'

export function securityHeaders(origin: string, issuer: string): RequestHandler {
  const headers = {
    'Content-Security-Policy': policyOf(new URL(issuer).origin),
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    // With `no-referrer` a form's POST would say `Origin: null`; to other sites nothing is said either way.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(origin.startsWith('https:')
      ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }
      : {}),
  }
  return (_request, response, next) => {
    response.set(headers)
    next()
  }
}

/** Forms may lead to the sign-on, too: signing out can end there. */
function policyOf(signOn: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    `form-action 'self' ${signOn}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}
