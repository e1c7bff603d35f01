// A citizen in the house: signed in at the portal, and with a token of that very session in hand, as a thief would have it.

import { invariant } from '../../../schema/errors.ts'
import { Browser as SignOnBrowser } from '../../conformance/sign-on/support/browser.ts'
import { claimsOf } from '../../conformance/sign-on/support/endpoints.ts'
import { answerPages, signIn } from '../../conformance/sign-on/support/sign-in.ts'
import { Browser } from '../../portal/support/browser.ts'
import type { House } from './open-house.ts'

export interface Guest {
  /** Id of the person and of the session at the sign-on. */
  readonly subject: string
  readonly session: string
  readonly token: string
  readonly refresh: string
  readonly csrf: string
  readonly browser: Browser
}

/** At the portal alone. `there` is the same browser at the sign-on. */
export async function signInAtPage({ engine, portal }: House, key: string) {
  const browser = new Browser()
  const there = new SignOnBrowser(engine.issuer)
  const target = (await browser.go(`${portal}/sso/login`)).location()
  const { stop } = await answerPages(engine, there, await there.open(target), engine.person(key))
  invariant(stop.away !== undefined, 'led back')
  await browser.go(stop.away)
  const { csrf, signedIn } = (await browser.fetch(`${portal}/sso/session`)).json()
  invariant(signedIn === true, 'signed in at the portal')
  return { browser, there, csrf: String(csrf) }
}

export async function welcome(house: House, key: string): Promise<Guest> {
  const { engine, portal } = house
  const { browser, there, csrf } = await signInAtPage(house, key)
  // The same client in the same session at the sign-on: no page on the way.
  const changes = { redirect_uri: `${portal}/sso/callback` }
  const { access, refresh } = await signIn(engine, 'portal', key, { browser: there, changes })
  const { sub, sid } = claimsOf(access)
  return {
    subject: String(sub),
    session: String(sid),
    token: access,
    refresh,
    csrf,
    browser,
  }
}

type AtPage = Pick<Guest, 'browser' | 'csrf'>

export async function isSignedIn({ portal }: House, { browser }: AtPage): Promise<boolean> {
  return (await browser.fetch(`${portal}/sso/session`)).json()['signedIn'] === true
}

/** HTTP status of a question with the token itself. */
export async function statusAt(copy: string, { token }: Pick<Guest, 'token'>): Promise<number> {
  const response = await fetch(`${copy}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ __typename }"}',
  })
  await response.text()
  return response.status
}

export interface Stream {
  /** All that came, once nothing more will; of an answer that was cut off, too. */
  readonly ended: Promise<string>
}

/** Slow in the deferred part, so that there is something to end. */
const SLOW = '{ me { lastName ... @defer { insurance { totalDays } } } }'

/** Through the page's server. Resolves with the first part. */
export function streamAtPage({ portal }: House, { browser, csrf }: AtPage): Promise<Stream> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, origin: portal, 'sec-fetch-site': 'same-origin', 'panjareh-csrf': csrf }
  return openStream(`${portal}/graphql`, headers)
}

export function streamAt(copy: string, { token }: Guest): Promise<Stream> {
  return openStream(`${copy}/graphql`, { authorization: `Bearer ${token}` })
}

async function openStream(url: string, headers: Readonly<Record<string, string>>): Promise<Stream> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'multipart/mixed; deferSpec=20220824',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ query: SLOW }),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  invariant(reader !== undefined, 'a stream')
  let text = ''
  while (!text.includes('"hasNext":true')) {
    const { value, done } = await reader.read()
    invariant(!done, `a first part of several: ${response.status} ${text}`)
    text += value
  }
  return { ended: readRest(reader, text) }
}

async function readRest(reader: ReadableStreamDefaultReader<string>, before: string) {
  let text = before
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return text
      text += value
    }
  } catch {
    return text
  }
}
