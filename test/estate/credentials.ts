// How a system wants to be signed in to, read from its system.json as data. In: a running estate. Out: the headers and
// query members of a call. Schemes of the message itself (signature, WS-Security) are the caller's own affair.

import { readFile } from 'node:fs/promises'

import { type Fields, isFields } from './open-api.ts'
import type { Estate } from './start-estate.ts'

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Where the message itself carries it. */
  readonly token?: string
}

interface Place {
  readonly system: string
  readonly estate: Estate
}

type SignIn = (scheme: Fields, place: Place) => Promise<Partial<Credentials>>

/** By `scheme`; each fails loudly by the system's own refusal when a variable is missing. */
const SCHEMES: Readonly<Record<string, SignIn>> = {
  basic: async (scheme, place) =>
    authorization(basic(at(scheme, 'user', place), at(scheme, 'password', place))),
  'api-key': async (scheme, place) => {
    const key = at(scheme, 'key', place)
    return typeof scheme['header'] === 'string'
      ? { headers: { [scheme['header']]: key } }
      : { query: { [String(scheme['query'])]: key } }
  },
  bearer: async (scheme, place) => authorization(`Bearer ${at(scheme, 'token', place)}`),
  query: async (scheme, place) => ({ query: named(scheme['values'], place) }),
  oauth2: askToken,
  login: logIn,
}

export async function signIn(estate: Estate, system: string): Promise<Credentials> {
  const file = new URL(`../../subgraphs/${system}/system.json`, import.meta.url)
  const settings: unknown = JSON.parse(await readFile(file, 'utf8'))
  const schemes = isFields(settings) && Array.isArray(settings['auth']) ? settings['auth'] : []
  let credentials: Credentials = { headers: {}, query: {} }
  for (const scheme of schemes.filter(isFields)) {
    const made = await SCHEMES[String(scheme['scheme'])]?.(scheme, { system, estate })
    credentials = {
      ...credentials,
      ...made,
      headers: { ...credentials.headers, ...made?.headers },
      query: { ...credentials.query, ...made?.query },
    }
  }
  return credentials
}

export function addressOf({ environment }: Estate, system: string): string {
  return environment[`${system.toUpperCase().replaceAll('-', '_')}_URL`] ?? ''
}

function at(scheme: Fields, member: string, { estate }: Place): string {
  return estate.environment[String(scheme[member])] ?? ''
}

/** Names of variables as members → their values. */
function named(members: unknown, { estate }: Place): Record<string, string> {
  const pairs = Object.entries(isFields(members) ? members : {})
  return Object.fromEntries(
    pairs.map(([name, variable]) => [name, estate.environment[String(variable)] ?? '']),
  )
}

function authorization(value: string): Partial<Credentials> {
  return { headers: { authorization: value } }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

async function askToken(scheme: Fields, place: Place): Promise<Partial<Credentials>> {
  const reply = await fetch(addressOf(place.estate, place.system) + String(scheme['tokenPath']), {
    method: 'POST',
    headers: { authorization: basic(at(scheme, 'client', place), at(scheme, 'secret', place)) },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(typeof scheme['scope'] === 'string' && { scope: scheme['scope'] }),
    }),
  })
  return authorization(`Bearer ${String(memberAt(await reply.json(), 'access_token'))}`)
}

/** A login of the system's own: JSON, form or query in; a token at a JSON path, or a cookie, out. */
async function logIn(scheme: Fields, place: Place): Promise<Partial<Credentials>> {
  const { path, json, form, query, send, cookie } = scheme
  const asked = `${addressOf(place.estate, place.system)}${String(path)}`
  const search =
    query === undefined ? '' : `?${new URLSearchParams(named(query, place)).toString()}`
  const reply = await fetch(asked + search, {
    method: methodOf(scheme),
    // The cookie is set by the answer that leads on to the first page.
    redirect: 'manual',
    ...(json !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(named(json, place)),
    }),
    ...(form !== undefined && { body: new URLSearchParams(named(form, place)) }),
  })
  if (cookie !== undefined) {
    const set = reply.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
    return { headers: { cookie: set.join('; ') } }
  }
  const token = String(memberAt(await reply.json(), String(scheme['token'])))
  const { header, prefix, query: name, input } = isFields(send) ? send : {}
  if (input !== undefined) return { token }
  return typeof header === 'string'
    ? { headers: { [header]: `${typeof prefix === 'string' ? prefix : ''}${token}` } }
    : { query: { [String(name)]: token } }
}

/** POST, but for credentials in the query. */
function methodOf({ method, query }: Fields): string {
  if (typeof method === 'string') return method
  return query === undefined ? 'POST' : 'GET'
}

/** `claims.token` */
function memberAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((held, step) => (isFields(held) ? held[step] : undefined), value)
}
