// POST …/graphql: a page's question, with the session's token, to the gateway; its answer back as it comes, part by part.
import { pipeline } from 'node:stream/promises'

import type { Request, Response } from 'express'
import type { Dispatcher } from 'undici'

import { readBody } from '../http/read-body.ts'
import { CSRF_HEADER, NOBODY, refuseForged } from '../http/same-origin.ts'
import { PortalError } from '../portal-error.ts'
import type { OpenRequests } from '../session/open-requests.ts'
import { sessionOf } from '../session/session-cookie.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { SignedIn } from '../session/signed-in.ts'
import type { Renewals } from '../sign-on/renewals.ts'
import { type Challenge, parseChallenge, stepUpPath } from './challenge.ts'
import { drop, type GatewayLink, type GatewayQuestion } from './gateway-link.ts'

export interface Proxy {
  readonly base: string
  readonly bodyBytes: number
  readonly link: GatewayLink
  readonly open: OpenRequests
  /** Of all who are not signed in together, so that they leave room for those who are. */
  readonly ofNobody: OpenRequests
  readonly renewals: Renewals
  readonly store: SessionStore
}

type Answer = Dispatcher.ResponseData

/** What the page reads when a stronger or newer sign-in is asked for: the address to go to. */
const STEP_UP_HEADER = 'Panjareh-Sign-In'
const JSON_TYPE = /^application\/json(?:\s*;|$)/i
/** What a gateway answers; anything else (a page of some machine in between) is no answer, and never HTML of our origin. */
const ANSWER_TYPE =
  /^(?:application\/(?:json|graphql-response\+json)|multipart\/mixed|text\/event-stream)(?:\s*;|$)/i
const PASSED = ['content-type', 'retry-after', 'x-request-id']

export async function proxyGraphql(proxy: Proxy, request: Request, response: Response) {
  const id = request.sessionID
  const signedIn = (await sessionOf(request, proxy.store))?.signedIn
  refuseForged(request.headers[CSRF_HEADER], signedIn?.csrf)
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new PortalError('BAD_REQUEST', 'type')
  }
  const body = await readBody(request, proxy.bodyBytes)
  if (signedIn !== undefined) await proxy.store.extend(id, signedIn)
  const open = signedIn === undefined ? proxy.ofNobody : proxy.open
  const owner = signedIn === undefined ? NOBODY : id
  const controller = open.begin(owner)
  // The gateway stops working for somebody who has gone.
  response.once('close', () => controller.abort())
  try {
    const question = { headers: request.headers, body, signal: controller.signal }
    const answer = await ask(proxy, id, question, signedIn)
    await send(proxy.base, answer, response, controller.signal)
  } finally {
    open.finish(owner, controller)
  }
}

async function ask(
  { link, renewals, store }: Proxy,
  id: string,
  question: GatewayQuestion,
  signedIn: SignedIn | undefined,
): Promise<Answer> {
  if (signedIn === undefined) return link.ask(question, undefined)
  // Looked at again, now that the end of the session would end this request: it may have come in between.
  const fresh = await renewals.fresh(id)
  const answer = await link.ask(question, fresh)
  if (!refusesToken(answer)) return answer
  // A token that was good a moment ago (a new key, a pushed not-before) is renewed once; nothing was done with it.
  await drop(answer)
  const renewed = await renewals.fresh(id, { refused: fresh.accessToken })
  const second = await link.ask(question, renewed)
  if (!refusesToken(second)) return second
  await drop(second)
  await store.end(id)
  throw new PortalError('SESSION_ENDED', 'gateway')
}

/** RFC 6750 §3.1; a 401 for any other reason is an answer that the page shall read. */
function refusesToken(answer: Answer): boolean {
  return answer.statusCode === 401 && challengeOf(answer).error === 'invalid_token'
}

async function send(
  base: string,
  answer: Answer,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  const type = answer.headers['content-type']
  if (typeof type !== 'string' || !ANSWER_TYPE.test(type)) {
    await drop(answer)
    throw new PortalError('GATEWAY_UNAVAILABLE', 'answer-type')
  }
  response.status(answer.statusCode)
  for (const name of PASSED) {
    const value = answer.headers[name]
    if (typeof value === 'string') response.setHeader(name, value)
  }
  // A balancer in front shall not gather the parts of a stream either.
  response.setHeader('X-Accel-Buffering', 'no')
  const challenge = challengeOf(answer)
  if (challenge.error === 'insufficient_user_authentication') {
    response.setHeader(STEP_UP_HEADER, stepUpPath(base, challenge))
  }
  response.flushHeaders()
  try {
    await pipeline(answer.body, response, { signal })
  } catch {
    // Either side has gone, or the session has ended: an answer cut off must not look like a whole one.
    response.destroy()
  }
}

function challengeOf({ headers }: Answer): Challenge {
  const value = headers['www-authenticate']
  return parseChallenge(typeof value === 'string' ? value : value?.join(', '))
}
