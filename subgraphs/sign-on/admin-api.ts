// Keycloak's admin REST API as the rooms below use it. In: what to ask. Out: what was answered, checked for its shape, or
// a typed error. Never: a body of the sign-on, a token or an address in an error; never a redirect that would carry the token.

import type AdminClient from '@keycloak/keycloak-admin-client'
import type { NetworkError } from '@keycloak/keycloak-admin-client'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

import { CallerError, SystemError } from '../../schema/errors.ts'
import { refusal, refused } from './refusal.ts'
import { Turns } from './turns.ts'

export const SYSTEM = 'sign-on'

export interface AdminApiOptions {
  /** `https://sso.example`, without `/realms/…`. */
  readonly url: string
  readonly realm: string
  /** A confidential client whose service account holds the roles of `realm-management` that are needed. */
  readonly clientId: string
  /** Never logged. */
  readonly secret: string
  /** Of one call. Default 10000: a Keycloak that makes an RSA key on a busy machine takes more than 5. */
  readonly timeoutMs?: number | undefined
}

type Ask = (client: AdminClient) => Promise<unknown>

interface Opened {
  readonly client: AdminClient
  readonly forgetToken: () => void
}

const TIMEOUT_MS = 10_000
/** A page of clients asks for roles, events and sessions of each. */
const AT_ONCE = 8
/** As many as the largest page asks, and some more. */
const MOST_WAITING = 1000

export class AdminApi {
  readonly #options: AdminApiOptions
  readonly #turns = new Turns({
    atOnce: AT_ONCE,
    waiting: MOST_WAITING,
    refusal: () => new SystemError('SYSTEM_BUSY', SYSTEM, { notDone: true }),
  })
  #opening: Promise<Opened> | undefined

  constructor(options: AdminApiOptions) {
    this.#options = options
  }

  get realm(): string {
    return this.#options.realm
  }

  /** Undefined for what does not exist. Throws SystemError. */
  async read<Form extends TSchema>(
    operation: string,
    form: Form,
    ask: Ask,
  ): Promise<Static<Form> | undefined> {
    const answer = await this.#turns.take(() => this.#ask(operation, ask, false))
    if (answer === undefined || answer === null) return undefined
    if (Value.Check(form, answer)) return answer
    throw new SystemError('SYSTEM_REPLY_INVALID', SYSTEM, { operation })
  }

  /**
   * Throws CallerError NOT_FOUND, CONFLICT or INPUT_REJECTED, or SystemError; SYSTEM_OUTCOME_UNKNOWN when it was sent and
   * nobody knows what became of it.
   */
  async write(operation: string, ask: Ask): Promise<unknown> {
    const answer = await this.#turns.take(() => this.#ask(operation, ask, true))
    // An answer without a body is an empty text.
    if (answer === undefined || answer === null) throw refused('NOT_FOUND')
    return answer
  }

  async #ask(operation: string, ask: Ask, writes: boolean): Promise<unknown> {
    const { client, forgetToken } = await this.#open()
    return ask(client)
      .catch((error: unknown) => {
        if (statusOf(error) !== 401) throw error
        // Revoked, or the sign-on began anew with other keys: one more try with a new token. A 401 did nothing.
        forgetToken()
        return ask(client)
      })
      .catch((error: unknown) => thrown(error, operation, writes))
  }

  /** Loaded by the first who administers: it takes a tenth of a second and 12 MB. */
  #open(): Promise<Opened> {
    this.#opening ??= open(this.#options).catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }
}

async function open(options: AdminApiOptions): Promise<Opened> {
  const { default: Client } = await import('@keycloak/keycloak-admin-client')
  const connection = {
    baseUrl: options.url,
    realmName: options.realm,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    requestOptions: { redirect: 'error' as const },
  }
  const client = new Client(connection)
  let source = new Client(connection)
  let underway: Promise<void> | undefined
  client.registerTokenProvider({
    async getAccessToken() {
      if (source.accessToken === undefined || source.isTokenExpired()) {
        underway ??= signIn(source, options).finally(() => {
          underway = undefined
        })
        await underway
      }
      return source.accessToken
    },
  })
  const forgetToken = () => {
    source = new Client(connection)
  }
  return { client, forgetToken }
}

/** A call that got no token changed nothing, whatever it was to do. */
async function signIn(source: AdminClient, { clientId, secret }: AdminApiOptions): Promise<void> {
  try {
    await source.auth({ grantType: 'client_credentials', clientId, clientSecret: secret })
  } catch (error) {
    throw toSystemError(error, 'token', false)
  }
}

function statusOf(error: unknown): number | undefined {
  return isNetworkError(error) ? error.response.status : undefined
}

/** Its class is loaded lazily with all else, so it is told by its shape. */
function isNetworkError(error: unknown): error is NetworkError {
  return error instanceof Error && 'response' in error && error.response instanceof Response
}

/** Undefined for what does not exist. */
function thrown(error: unknown, operation: string, writes: boolean): undefined {
  if (error instanceof SystemError || error instanceof CallerError) throw error
  const status = statusOf(error)
  if (status === 404) return undefined
  if (writes && (status === 400 || status === 409)) {
    const code = status === 409 ? 'CONFLICT' : 'INPUT_REJECTED'
    const said =
      status === 409
        ? { en: 'Something of this name exists already.', fa: 'چیزی به این نام از پیش هست.' }
        : { en: 'The sign-on refused a value.', fa: 'سامانهٔ ورود مقداری را نپذیرفت.' }
    throw refusal(code, said, { detail: { operation } })
  }
  throw toSystemError(error, operation, writes)
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

function toSystemError(error: unknown, operation: string, writes: boolean): SystemError {
  const status = statusOf(error)
  // No `cause`: it holds what the sign-on answered.
  const options = { operation, detail: { status } }
  if (status === 501) {
    return new SystemError('SYSTEM_REFUSED', SYSTEM, { ...options, faultCode: 'NOT_OFFERED' })
  }
  if (status === 429) return new SystemError('SYSTEM_BUSY', SYSTEM, options)
  if (status === 503) return new SystemError('SYSTEM_UNAVAILABLE', SYSTEM, options)
  if (status !== undefined && status < 500)
    return new SystemError('SYSTEM_REFUSED', SYSTEM, options)
  if (NEVER_SENT.has(causeCodeOf(error))) {
    return new SystemError('SYSTEM_UNAVAILABLE', SYSTEM, { operation, notDone: true })
  }
  if (writes) return new SystemError('SYSTEM_OUTCOME_UNKNOWN', SYSTEM, options)
  const late = error instanceof Error && error.name === 'TimeoutError'
  return new SystemError(late ? 'SYSTEM_TIMEOUT' : 'SYSTEM_UNAVAILABLE', SYSTEM, options)
}

function causeCodeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
