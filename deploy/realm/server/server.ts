// The one door to a server's administration: who signs in, how long an answer may take, and what an error means.
import KeycloakAdminClient, { NetworkError } from '@keycloak/keycloak-admin-client'

import { isFields } from '../objects/fields.ts'
import { RealmError } from '../realm-error.ts'

export type Credentials =
  | { readonly clientId: string; readonly clientSecret: string }
  | { readonly username: string; readonly password: string }

export interface ServerOptions {
  /** Its base address, without `/admin` or `/realms`. */
  readonly url: string
  /** The realm that is administered. */
  readonly realm: string
  /** Where the credentials are at home; an administrator's usually in `master`. */
  readonly home: string
  readonly credentials: Credentials
  /** Milliseconds for one answer. */
  readonly timeout: number
}

/** A signed-in administrator. */
export interface Server {
  readonly url: string
  readonly realm: string
  readonly admin: KeycloakAdminClient
  /** Runs one call; what fails becomes a RealmError that names `what`. */
  call<Result>(what: string, work: () => Promise<Result>): Promise<Result>
}

export async function connect(options: ServerOptions): Promise<Server> {
  const { url, realm, home, credentials, timeout } = options
  // A redirect would carry the credentials to wherever it points.
  const requestOptions = { redirect: 'error' } as const
  const admin = new KeycloakAdminClient({ baseUrl: url, realmName: home, requestOptions, timeout })
  await callOf(options)('sign in', () => withTimeout(timeout, signIn(admin, credentials)))
  admin.setConfig({ realmName: realm })
  return { url, realm, admin, call: callOf(options) }
}

function signIn(admin: KeycloakAdminClient, credentials: Credentials): Promise<void> {
  return 'clientId' in credentials
    ? admin.auth({ grantType: 'client_credentials', ...credentials })
    : admin.auth({ grantType: 'password', clientId: 'admin-cli', ...credentials })
}

/** The client library limits the time of every call but that of the sign-in. */
async function withTimeout<Result>(timeout: number, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DOMException('late', 'TimeoutError')), timeout)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function callOf({ url, timeout }: ServerOptions): Server['call'] {
  const host = new URL(url).host
  return async (what, work) => {
    try {
      return await work()
    } catch (error) {
      throw toRealmError(error, { what, host, timeout })
    }
  }
}

interface Attempt {
  readonly what: string
  readonly host: string
  readonly timeout: number
}

function toRealmError(error: unknown, { what, host, timeout }: Attempt): unknown {
  if (error instanceof RealmError) return error
  if (error instanceof NetworkError) return answered(error, what, host)
  const name: unknown = isFields(error) ? error['name'] : undefined
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new RealmError('UNREACHABLE', `${what}: ${host} did not answer in ${timeout} ms`)
  }
  // `fetch` tells whatever keeps it from an answer by a TypeError.
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return new RealmError('UNREACHABLE', `${what}: ${host} cannot be reached (${causeOf(error)})`)
  }
  return error
}

function causeOf(error: TypeError): string {
  const { cause } = error
  const code: unknown = isFields(cause) ? cause['code'] : undefined
  return typeof code === 'string' ? code : 'no connection'
}

function answered(
  { response, responseData }: NetworkError,
  what: string,
  host: string,
): RealmError {
  const { status } = response
  const code = errorCodeOf(responseData)
  const said = code === undefined ? `${status}` : `${status} ${code}`
  const isSignIn = what === 'sign in'
  if (status === 401 || status === 403 || (isSignIn && status === 400)) {
    return new RealmError('REFUSED', `${what}: ${host} refuses these credentials (${said})`)
  }
  if (isSignIn || status === 502 || status === 503 || status === 504) {
    return new RealmError('UNREACHABLE', `${what}: ${host} does not answer as Keycloak (${said})`)
  }
  return new RealmError('REJECTED', `${what}: ${said}`)
}

/**
 * Keycloak's own code (`error`), or the words of `errorMessage` as far as they are words: a message may quote what we sent,
 * and that may be a secret, so quoted parts are left out.
 */
function errorCodeOf(data: unknown): string | undefined {
  if (!isFields(data)) return undefined
  const { error, errorMessage } = data
  if (typeof errorMessage === 'string') {
    return errorMessage.replaceAll(/(["'])(?:(?!\1).)*\1|\[[^\]]*\]|\S{25,}/g, '…').slice(0, 120)
  }
  return typeof error === 'string' && /^[\w.\- ]{1,60}$/.test(error) ? error : undefined
}
