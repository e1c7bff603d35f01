// What one path of the admin REST API is: a method, a path with `:names`, the roles of realm-management that open it, and
// what answers.

import type { LiveRealm } from '../realm/live-realm.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'

/** Whoever asks, as admin events tell it. */
export interface Asking {
  readonly userId: string
  readonly clientId: string
  readonly ipAddress: string
}

export interface Asked {
  readonly realm: LiveRealm
  readonly keys: SigningKeys
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Parsed JSON; undefined when nothing was sent. */
  readonly body: unknown
  readonly by: Asking
  /** Those of realm-management that whoever asks has now. */
  readonly roles: ReadonlySet<string>
}

export interface Reply {
  readonly status: number
  readonly body?: unknown
  /** Path below the realm of what was made. */
  readonly made?: string
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** Any of them. */
  readonly roles: readonly string[]
  readonly answer: (asked: Asked) => Reply | Promise<Reply>
}

/** What Keycloak says no with. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refusal'
    this.status = status
  }
}

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

export const NO_CONTENT: Reply = { status: 204 }

/** Throws Refusal 404. */
export function found<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing !== undefined) return thing
  throw new Refusal(404, `Could not find ${what}`)
}

const PAGE = 100

export function pageOf<Thing>(things: readonly Thing[], query: URLSearchParams): readonly Thing[] {
  const first = numberOf(query.get('first'), 0)
  return things.slice(first, first + numberOf(query.get('max'), PAGE))
}

function numberOf(text: string | null, usual: number): number {
  return text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) : usual
}

/** Members of a JSON object. Throws Refusal 400. */
export function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return Object.fromEntries(Object.entries(body))
  }
  throw new Refusal(400, 'expected an object')
}
