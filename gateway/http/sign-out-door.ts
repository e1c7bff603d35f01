// `POST /backchannel-logout` (OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8), and `POST /k_push_not_before` and `/k_logout`,
// what Keycloak tells a client's admin URL. All are believed for the issuer's signature, whoever brings them.

import type { IncomingMessage, ServerResponse } from 'node:http'

import { SystemError } from '../../schema/errors.ts'
import type { SignOut } from '../auth/token/endings/sign-out.ts'
import { readBody } from './read-body.ts'
import { HttpRefusal } from './refuse.ts'
import { type Reply, respond } from './respond.ts'

export interface SignOutDoor {
  /** False: not one of its paths. */
  answer(request: IncomingMessage, response: ServerResponse, pathname: string): boolean
}

/** A form with one token of at most 8 KiB. */
const MOST_BYTES = 16_384
const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

type Take = (signOut: Pick<SignOut, 'logOut' | 'takeAdminAction'>, body: string) => Promise<Fault>
/** Undefined: done. */
type Fault = string | undefined

interface Path {
  readonly form: boolean
  readonly take: Take
}

const PATHS: ReadonlyMap<string, Path> = new Map([
  ['/backchannel-logout', { form: true, take: takeLogout }],
  ['/k_push_not_before', { form: false, take: takeAction }],
  ['/k_logout', { form: false, take: takeAction }],
])

export function buildSignOutDoor(
  signOut: Pick<SignOut, 'logOut' | 'takeAdminAction'>,
): SignOutDoor {
  return {
    answer(request, response, pathname) {
      const path = PATHS.get(pathname)
      if (path === undefined) return false
      void replyOf(request, path, signOut).then((reply) => respond(response, reply))
      return true
    },
  }
}

async function replyOf(
  request: IncomingMessage,
  { form, take }: Path,
  signOut: Pick<SignOut, 'logOut' | 'takeAdminAction'>,
): Promise<Reply> {
  if (request.method !== 'POST') return refusal(405, 'POST is expected.', { allow: 'POST' })
  if (form && !FORM.test(request.headers['content-type'] ?? '')) {
    return refusal(415, 'A form is expected: application/x-www-form-urlencoded.')
  }
  try {
    const fault = await take(signOut, await readBody(request, MOST_BYTES))
    if (fault !== undefined) return refusal(400, fault)
    return { status: 200, type: 'text/plain; charset=utf-8', body: '' }
  } catch (error) {
    if (error instanceof HttpRefusal) return refusal(error.status, error.message, error.headers)
    if (!(error instanceof SystemError)) return refusal(500, 'Something went wrong on our side.')
    return refusal(503, 'The keys of the sign-on cannot be read.', { 'retry-after': '5' })
  }
}

async function takeLogout(signOut: Pick<SignOut, 'logOut'>, body: string): Promise<Fault> {
  const tokens = new URLSearchParams(body).getAll('logout_token')
  const [token = ''] = tokens
  if (tokens.length !== 1 || token === '') return 'One logout_token is expected.'
  const fault = await signOut.logOut(token)
  return fault && `The logout token is not taken: ${fault}.`
}

async function takeAction(signOut: Pick<SignOut, 'takeAdminAction'>, body: string): Promise<Fault> {
  return (await signOut.takeAdminAction(body.trim())) ? undefined : 'This is not taken.'
}

function refusal(status: number, text: string, headers?: Readonly<Record<string, string>>): Reply {
  const body = JSON.stringify({ error: 'invalid_request', error_description: text })
  return { status, type: 'application/json; charset=utf-8', body, headers }
}
