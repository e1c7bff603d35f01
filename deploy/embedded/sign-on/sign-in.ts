// In: the form of the sign-in page. Out: a finished sign-in for the provider, or the page again with what was wrong.
// Never: a different answer for a user name that does not exist.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Provider } from 'oidc-provider'

import type { Attempts } from './attempts.ts'
import { type DemoPerson, errorPage, type SignInPage, signInPage } from './pages.ts'
import type { Realm, RealmUser } from './realm.ts'
import { sendHeaders } from './security-headers.ts'
import type { Answer } from './userinfo.ts'

export interface SignInOptions {
  readonly provider: Provider
  readonly realm: Realm
  readonly attempts: Attempts
  /** Lists the people with their password on the page. */
  readonly demo: boolean
}

const FORM_LIMIT_BYTES = 4096

export function signIn({ provider, realm, attempts, demo }: SignInOptions): Answer {
  const origins = realm.clients.flatMap((client) => client.webOrigins)
  const listed = demo ? demoOf(realm) : undefined

  return async (request, response) => {
    sendHeaders(response, origins)
    const interaction = await findInteraction(request, response)
    if (interaction === undefined) {
      sendPage(response, 400, errorPage(realm.displayName, 'session_expired'))
      return
    }
    const page: SignInPage = {
      title: realm.displayName,
      action: new URL(request.url ?? '/', provider.issuer).pathname,
      client: clientName(interaction.params['client_id']),
      username: textOf(interaction.params['login_hint']),
      ...(listed === undefined ? {} : { demo: listed }),
    }
    if (request.method === 'GET') sendPage(response, 200, signInPage(page))
    else if (request.method === 'POST') await submit(request, response, page)
    else sendPage(response.setHeader('Allow', 'GET, POST'), 405, errorPage(page.title, 'method'))
  }

  async function submit(request: IncomingMessage, response: ServerResponse, page: SignInPage) {
    const form = await readForm(request)
    const username = form?.get('username')?.trim() ?? ''
    if (attempts.isLocked(username)) {
      sendPage(response, 429, signInPage({ ...page, username, problem: 'locked' }))
      return
    }
    const user = verify(realm, username, form?.get('password') ?? '')
    if (user === undefined) {
      if (realm.bruteForceProtected) attempts.fail(username)
      // 200 as in Keycloak: a form that is shown again is no failed request.
      sendPage(response, 200, signInPage({ ...page, username, problem: 'wrong' }))
      return
    }
    attempts.succeed(username)
    await provider.interactionFinished(request, response, {
      login: { accountId: user.id, acr: '1', amr: ['pwd'] },
    })
  }

  /** Nothing when the sign-in has ended, was never begun, or belongs to another browser. */
  async function findInteraction(request: IncomingMessage, response: ServerResponse) {
    try {
      const interaction = await provider.interactionDetails(request, response)
      const path = new URL(request.url ?? '/', provider.issuer).pathname
      return path.endsWith(`/${interaction.uid}`) ? interaction : undefined
    } catch (error) {
      if (error instanceof Error && error.name === 'SessionNotFound') return undefined
      throw error
    }
  }

  function clientName(clientId: unknown): string {
    const client = realm.clients.find((candidate) => candidate.clientId === clientId)
    return client?.name ?? textOf(clientId)
  }
}

/** Compares digests, so that neither length nor place of a difference shows in the time taken. */
function verify(realm: Realm, username: string, password: string): RealmUser | undefined {
  const user = realm.users.find((candidate) => candidate.username === username)
  const expected = user?.credentials?.[0]?.value
  const same = timingSafeEqual(digest(password), digest(expected ?? ''))
  return same && expected !== undefined && user?.enabled === true ? user : undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function demoOf(realm: Realm): NonNullable<SignInPage['demo']> {
  const people = realm.users.filter((user) => user.enabled && user.credentials !== undefined)
  return { people: people.map(toDemoPerson), password: people[0]?.credentials?.[0]?.value ?? '' }
}

function toDemoPerson({ username, firstName, lastName, realmRoles }: RealmUser): DemoPerson {
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ')
  return { username, name: name || username, roles: realmRoles }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) return undefined
    size += part.length
    if (size > FORM_LIMIT_BYTES) return undefined
    parts.push(part)
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(html)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
