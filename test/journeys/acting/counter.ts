// A whole gateway for the journeys of acting for someone: an issuer of tokens, a database, the estate with its SMS centre,
// and what people ask of them over HTTP.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { JWTPayload } from 'jose'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import { readConfig } from '../../../gateway/config.ts'
import { type Running, start } from '../../../gateway/main.ts'
import { type Estate, startEstate } from '../../estate/start-estate.ts'
import { type Issuer, openIssuer } from '../../gateway/support/sign-on.ts'

export const SERVICE = '18071001000'
export const KAVEH_ID = '0004120371'
export const KAVEH_MOBILE = '09000000001'
export const TARA_ID = '9924357442'
export const YEKTABAR = '00010345766'
export const OFFICE = '72-1001'

interface Line {
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

export interface Reply {
  readonly status: number
  readonly data: Record<string, unknown> | null
  /** Codes of its errors, in order. */
  readonly codes: readonly string[]
  /** `WWW-Authenticate`. */
  readonly challenge: string | null
  readonly text: string
}

export interface World {
  readonly estate: Estate
  readonly database: Database
  readonly issuer: Issuer
  readonly gateway: Running
  readonly lines: readonly Line[]
  ask(question: Question): Promise<Reply>
  /** The last code that the SMS centre sent to this number, in ASCII digits. */
  codeFor(mobile: string): string
  close(): Promise<void>
}

export interface Question {
  readonly as?: JWTPayload | undefined
  /** In place of `as`. */
  readonly token?: string | undefined
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly mandate?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** As Keycloak's tokens say it. */
export function person(
  sub: string,
  nationalId: string,
  more: Readonly<Record<string, unknown>> = {},
): JWTPayload {
  const roles = ['citizen']
  const base = { sub, azp: 'portal', sid: `session-${sub}`, acr: 'low', auth_time: now() }
  return { ...base, national_id: nationalId, realm_access: { roles }, ...more }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

export const KAVEH = person('u-kaveh', KAVEH_ID, { phone_number: '+989000000001' })
export const SURE = { acr: 'substantial' }
export const SARA = person('u-sara', '9924022343', SURE)
export const KIAN = person('u-kian', '9904335109', SURE)
export const LEILA = person('u-leila', '9904223408', SURE)
export const CLERK = clerk('u-clerk', '9994435639')
export const OTHER_CLERK = clerk('u-clerk-2', '9944379786')

export function clerk(
  sub: string,
  nationalId: string,
  more: Readonly<Record<string, unknown>> = {},
): JWTPayload {
  const realm_access = { roles: ['citizen', 'counter-clerk'] }
  return person(sub, nationalId, {
    realm_access,
    acr: 'substantial',
    counter_office: OFFICE,
    ...more,
  })
}

export async function openWorld(
  environment: Readonly<Record<string, string>> = {},
): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'acting-'))
  const lines: Line[] = []
  const note = (facts: Line['facts'], message: string) => {
    lines.push({ facts, message })
  }
  const log = { info: note, warn: note, error: note }
  const [database, estate, issuer] = await Promise.all([
    startDatabase({ folder, log }),
    startEstate({ switches: { latency: 0 } }),
    openIssuer(),
  ])
  const config = readConfig({
    PANJAREH_PORT: '0',
    PANJAREH_ISSUER: issuer.issuer,
    PANJAREH_DATABASE_URL: database.url,
    ...environment,
  })
  const secret = (variable: string) => estate.environment[variable]
  const gateway = await start(config, { secret, log })
  return {
    estate,
    database,
    issuer,
    gateway,
    lines,
    ask: async ({ as, token, query, variables, mandate, headers }) => {
      const signed = token ?? (as && (await issuer.sign(as)))
      const authorization = signed && `Bearer ${signed}`
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization && { authorization }),
          ...(mandate !== undefined && { 'panjareh-mandate': mandate }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      })
      return toReply(response, await response.text())
    },
    codeFor: (mobile) => {
      const message = estate.messages().find(({ to }) => to === mobile)
      return toAscii(/کد: ([۰-۹]{6})$/u.exec(message?.text ?? '')?.[1] ?? '')
    },
    close: async () => {
      await gateway.close()
      await Promise.all([estate.close(), issuer.close(), database.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function toReply({ status, headers }: Response, text: string): Reply {
  const parsed: {
    data?: Record<string, unknown> | null
    errors?: readonly { extensions?: { code?: string } }[]
  } = JSON.parse(text)
  const codes = (parsed.errors ?? []).map(({ extensions }) => String(extensions?.code))
  const challenge = headers.get('www-authenticate')
  return { status, data: parsed.data ?? null, codes, challenge, text }
}

function toAscii(text: string): string {
  return text.replace(/[۰-۹]/gu, (digit) => String((digit.codePointAt(0) ?? 0) - 0x06f0))
}

export const REQUEST = `mutation Ask($nationalId: NationalId!, $mobile: MobileNumber!, $services: [ID!]!, $minutes: Int! = 30, $uses: Int! = 1) {
  requestCounterMandate(nationalId: $nationalId, mobile: $mobile, services: $services, minutes: $minutes, uses: $uses) {
    id state codeExpiresAt } }`
export const RESEND = `mutation Resend($id: ID!, $mobile: MobileNumber!) {
  resendMandateCode(id: $id, mobile: $mobile) { id state } }`
export const CONFIRM = `mutation Confirm($id: ID!, $code: String!) {
  confirmCounterMandate(id: $id, code: $code) { id state kind office usesLeft services { code } } }`
export const END = 'mutation End($id: ID!) { endMandate(id: $id) { id state endedBy } }'
export const START = `mutation Start($service: ID!) { startApplication(service: $service) {
  application { id acts { act by mandate office } } fields { name state value } } }`
export const MINE = `query Mine { myMandates { id kind state office usesLeft endedBy services { code }
  acts { operation fields codes } uses { act application } } }`

/** Asks for a mandate for Kaveh and confirms it. */
export async function activeMandate(
  world: World,
  { as = CLERK, uses = 1 }: { as?: JWTPayload; uses?: number } = {},
): Promise<string> {
  const variables = { nationalId: KAVEH_ID, mobile: KAVEH_MOBILE, services: [SERVICE], uses }
  const { data } = await world.ask({ as, query: REQUEST, variables })
  const id = String(fieldOf(data, 'requestCounterMandate', 'id'))
  const code = world.codeFor(KAVEH_MOBILE)
  await world.ask({ as, query: CONFIRM, variables: { id, code } })
  return id
}

export function fieldOf(data: unknown, ...names: readonly string[]): unknown {
  let value = data
  for (const name of names) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  }
  return value
}
