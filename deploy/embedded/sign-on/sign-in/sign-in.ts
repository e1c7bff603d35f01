// In: the forms of the sign-in pages. Out: a finished sign-in for the provider, or the page again with what was wrong.
// Never: a different answer for a user name that does not exist.
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Provider } from 'oidc-provider'

import { readForm } from '../form.ts'
import {
  codePage,
  type DemoPerson,
  errorPage,
  newPasswordPage,
  type SignInPage,
  signInPage,
} from '../pages.ts'
import { targetsOf } from '../provider/clients.ts'
import type { LiveRealm, LiveUser } from '../realm/live-realm.ts'
import type { LiveClient } from '../realm/realm-types.ts'
import { sendHeaders } from '../security-headers.ts'
import type { Answer } from '../tokens/userinfo.ts'
import type { AddressLimits } from './address-limits.ts'
import { nameOfLevel, ONE_TIME_CODE, PASSWORD } from './assurance.ts'
import type { OneTimeCodes } from './one-time-codes.ts'
import { isPassword, isTemporary, MOST_LETTERS, renewPassword } from './passwords.ts'
import { levelOfParameters } from './sign-in-policy.ts'
import { type PendingSignIn, SignInSteps } from './sign-in-steps.ts'

export interface SignInOptions {
  /** The one that answers now. */
  readonly provider: () => Provider
  readonly realm: LiveRealm
  readonly codes: OneTimeCodes
  readonly addresses: AddressLimits
  /** Lists the people with their password, and shows their one-time code. */
  readonly demo: boolean
}

interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly pending: PendingSignIn
  readonly client: LiveClient
  readonly required: number
  readonly page: SignInPage
}

export function signIn(options: SignInOptions): Answer {
  const { realm, provider } = options
  const steps = new SignInSteps(realm)
  const desk = new SignInDesk(options, steps)

  return async (request, response) => {
    const { displayName: title } = realm.settings
    sendHeaders(response, [])
    if (request.method !== 'GET' && request.method !== 'POST') {
      response.setHeader('Allow', 'GET, POST')
      sendPage(response, 405, errorPage(title, 'method'))
      return
    }
    const interaction = await findInteraction(provider(), request, response)
    const client = realm.clients.byName(textOf(interaction?.params['client_id']))
    if (interaction === undefined || client === undefined) {
      sendPage(response, 400, errorPage(title, 'session_expired'))
      return
    }
    sendHeaders(response, targetsOf(client))
    const visit: Visit = {
      request,
      response,
      pending: interaction,
      client,
      required: levelOfParameters(realm, client, interaction.params) ?? PASSWORD,
      page: {
        title,
        action: new URL(request.url ?? '/', provider().issuer).pathname,
        client: client.name ?? client.clientId,
        username: textOf(interaction.params['login_hint']),
      },
    }
    await (request.method === 'GET' ? desk.show(visit) : desk.take(visit))
  }
}

class SignInDesk {
  readonly #options: SignInOptions
  readonly #steps: SignInSteps

  constructor(options: SignInOptions, steps: SignInSteps) {
    this.#options = options
    this.#steps = steps
  }

  /** The page of the step that is missing; a finished sign-in has none. */
  async show(visit: Visit, problem?: SignInPage['problem']): Promise<void> {
    const { pending, required, page, response } = visit
    const missing = this.#steps.missing(pending, required)
    const person = this.#steps.personOf(pending)
    // 200 as in Keycloak: a form that is shown again is no failed request.
    const status = problem === 'locked' ? 429 : 200
    const withProblem = problem === undefined ? {} : { problem }
    if (this.#mustRenew(pending)) {
      sendPage(response, 200, newPasswordPage({ ...page, ...withProblem }))
    } else if (missing === undefined) await this.#finish(visit)
    else if (missing === ONE_TIME_CODE && person !== undefined) {
      const demo = this.#options.demo ? this.#demoCode(person) : {}
      sendPage(response, status, codePage({ ...page, ...withProblem, ...demo }))
    } else {
      const fixed = person === undefined ? {} : { username: person.username, fixed: true }
      const demo = this.#options.demo ? { demo: this.#demo(person) } : {}
      sendPage(response, status, signInPage({ ...page, ...fixed, ...withProblem, ...demo }))
    }
  }

  async take(visit: Visit): Promise<void> {
    const { request, pending, required } = visit
    const form = await readForm(request)
    if (this.#mustRenew(pending)) {
      await this.show(visit, await this.#renew(visit, form ?? new URLSearchParams()))
      return
    }
    const missing = this.#steps.missing(pending, required)
    const problem =
      missing === ONE_TIME_CODE
        ? this.#takeCode(visit, form?.get('otp') ?? '')
        : missing === PASSWORD && (await this.#takePassword(visit, form ?? new URLSearchParams()))
    if (problem === 'no-device') await this.#giveUp(visit)
    else await this.show(visit, problem || undefined)
  }

  async #takePassword(visit: Visit, form: URLSearchParams): Promise<SignInPage['problem']> {
    const { realm, addresses } = this.#options
    const { pending, page } = visit
    const address = addressOf(visit.request)
    const person = this.#steps.personOf(pending)
    const typed = person?.username ?? form.get('username')?.trim().slice(0, 255) ?? ''
    const password = form.get('password') ?? ''
    Object.assign(page, { username: typed })
    const name = typed.toLowerCase()
    if (realm.attempts.isLocked(name) || addresses.isLocked(address)) return 'locked'
    // Counted before the work is done: many at once would all find the name unlocked.
    realm.attempts.fail(name, address)
    const user = await this.#check(typed, password)
    if (user === undefined) {
      addresses.fail(address)
      this.#record(visit, 'LOGIN_ERROR', realm.userNamed(typed), 'invalid_user_credentials')
      return 'wrong'
    }
    realm.attempts.undo(name)
    this.#steps.show(pending.uid, user.id, PASSWORD)
    return undefined
  }

  /** Only for whoever showed the old password for this very sign-in. */
  #mustRenew(pending: PendingSignIn): boolean {
    const person = this.#steps.personOf(pending)
    const shown = this.#steps.shown(pending.uid)?.levels[PASSWORD] !== undefined
    return shown && person !== undefined && isTemporary(person)
  }

  async #renew({ pending }: Visit, form: URLSearchParams): Promise<SignInPage['problem']> {
    const person = this.#steps.personOf(pending)
    const typed = form.get('password-new') ?? ''
    const alike = typed === form.get('password-confirm')
    const renewed =
      person !== undefined && alike && (await renewPassword(this.#options.realm, person, typed))
    return renewed ? undefined : 'wrong'
  }

  /** The work is the same for a name that nobody has. */
  async #check(name: string, password: string): Promise<LiveUser | undefined> {
    const user = this.#options.realm.userNamed(name)
    const fits = password.length <= MOST_LETTERS && (await isPassword(user, password))
    const mayEnter = user?.enabled === true && user.serviceAccountClientId === undefined
    return fits && mayEnter ? user : undefined
  }

  #takeCode(visit: Visit, code: string): SignInPage['problem'] | 'no-device' {
    const { realm, codes, addresses } = this.#options
    const address = addressOf(visit.request)
    const user = this.#steps.personOf(visit.pending)
    if (user === undefined || !codes.hasDevice(user)) return 'no-device'
    const name = user.username.toLowerCase()
    if (realm.attempts.isLocked(name) || addresses.isLocked(address)) return 'locked'
    if (!codes.take(user, code)) {
      realm.attempts.fail(name, address)
      addresses.fail(address)
      this.#record(visit, 'LOGIN_ERROR', user, 'invalid_user_credentials')
      return 'wrong'
    }
    this.#steps.show(visit.pending.uid, user.id, ONE_TIME_CODE)
    return undefined
  }

  async #finish(visit: Visit): Promise<void> {
    const { realm, provider } = this.#options
    const { request, response, pending, required, client } = visit
    const shown = this.#steps.shown(pending.uid)
    const person = this.#steps.personOf(pending)
    if (person === undefined) {
      sendPage(response, 400, errorPage(visit.page.title, 'session_expired'))
      return
    }
    this.#steps.forget(pending.uid)
    realm.attempts.succeed(person.username.toLowerCase())
    this.#record(visit, 'LOGIN', person)
    const times = Object.values(shown?.levels ?? {})
    await provider().interactionFinished(request, response, {
      login: {
        accountId: person.id,
        acr: nameOfLevel(required, realm, client),
        remember: false,
        ...(times.length === 0 ? {} : { ts: Math.floor(Math.max(...times) / 1000) }),
      },
      levels: shown?.levels ?? {},
    })
  }

  /** Nobody enrols a second factor with a password alone: the application is told that it cannot have what it asked for. */
  async #giveUp(visit: Visit): Promise<void> {
    const { provider } = this.#options
    this.#steps.forget(visit.pending.uid)
    this.#record(visit, 'LOGIN_ERROR', undefined, 'no_second_factor')
    await provider().interactionFinished(
      visit.request,
      visit.response,
      {
        error: 'unmet_authentication_requirements',
        error_description: 'the person has no second factor',
      },
      { mergeWithLastSubmission: false },
    )
  }

  #record(visit: Visit, type: string, user: LiveUser | undefined, error?: string): void {
    const { events, name } = this.#options.realm
    events.record({
      ...events.stamp(),
      type,
      realmId: name,
      clientId: visit.client.clientId,
      ipAddress: addressOf(visit.request),
      ...(user === undefined ? {} : { userId: user.id }),
      ...(error === undefined ? {} : { error }),
    })
  }

  #demoCode(person: LiveUser): { readonly demoCode?: string | null } {
    const { codes } = this.#options
    const code = codes.hasDevice(person) ? codes.shown(person) : null
    return code === undefined ? {} : { demoCode: code }
  }

  #demo(person: LiveUser | undefined): NonNullable<SignInPage['demo']> {
    const people = this.#options.realm.users.list().filter((user) => user.enabled)
    const listed = people.filter((user) => plainPasswordOf(user) !== undefined)
    const first = person ?? listed[0]
    const password = (first && plainPasswordOf(first)) ?? ''
    const same = listed.filter((user) => plainPasswordOf(user) === password)
    const shown = person === undefined ? same : same.filter((user) => user.id === person.id)
    return { people: shown.map(toDemoPerson), password }
  }
}

/** Nothing when the sign-in has ended, was never begun, or belongs to another browser. */
async function findInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
) {
  try {
    const interaction = await provider.interactionDetails(request, response)
    const path = new URL(request.url ?? '/', provider.issuer).pathname
    return path.endsWith(`/${interaction.uid}`) ? interaction : undefined
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined
    throw error
  }
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? ''
}

function plainPasswordOf(user: LiveUser): string | undefined {
  return user.credentials?.find((credential) => credential.type === 'password')?.value
}

function toDemoPerson({ username, firstName, lastName, realmRoles }: LiveUser): DemoPerson {
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ')
  return { username, name: name || username, roles: realmRoles }
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(html)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
