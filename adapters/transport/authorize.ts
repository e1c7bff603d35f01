// Credentials that travel as HTTP headers. In: a transport and the system's `auth`. Out: a transport that signs in by
// itself. Never: a credential or token in an error or log; schemes of the body (credentials.ts) and of TLS (http.ts).

import type { Secret, Transport } from '../adapter.ts'
import type { AuthSettings } from '../settings.ts'
import { withHeaders } from './headers.ts'
import { withToken } from './token.ts'

export interface AuthorizeOptions {
  readonly system: string
  readonly secret: Secret
  /** Clock in epoch milliseconds. */
  readonly now?: () => number
}

/** Schemes `basic`, `api-key` and `oauth2`, in the order they stand; several may hold at once (quirk Q34). */
export function authorize(
  transport: Transport,
  auth: readonly AuthSettings[],
  options: AuthorizeOptions,
): Transport {
  return auth.reduce((inner, scheme) => authorizeOne(inner, scheme, options), transport)
}

function authorizeOne(
  transport: Transport,
  scheme: AuthSettings,
  options: AuthorizeOptions,
): Transport {
  const { secret } = options
  switch (scheme.scheme) {
    case 'basic':
      return withHeaders(transport, {
        authorization: basic(secret(scheme.user), secret(scheme.password)),
      })
    case 'api-key':
      return withHeaders(transport, { [scheme.header.toLowerCase()]: secret(scheme.key) })
    case 'oauth2':
      return withToken(transport, {
        system: options.system,
        path: scheme.tokenPath,
        // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
        authorization: basic(form(secret(scheme.client)), form(secret(scheme.secret))),
        scope: scheme.scope,
        now: options.now ?? Date.now,
      })
    case 'username-token':
    case 'input':
    case 'mtls':
    case 'body-signature':
      return transport
  }
}

/** RFC 7617 §2, in UTF-8. */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

function form(value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1)
}
