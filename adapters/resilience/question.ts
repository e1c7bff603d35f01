// When two questions are one. In: an operation, its input and on whose authority it is asked. Out: a key that is the same
// for the same question, whatever the order of members.

import { createHmac, randomBytes } from 'node:crypto'

import type { CallContext, Tree, Value } from '../adapter.ts'

export interface Asking {
  readonly operation: string
  readonly input: Tree
  readonly context: CallContext
}

const EVERYBODY = 'everybody'
/** No authority holds it; a request's id stands behind it. */
const ONLY = '\u0000'

/** Of questions under way. Where nobody says on whose authority it is asked, only the request itself is the same. */
export function questionKey({ operation, input, context }: Asking, isPublic: boolean): string {
  const authority = isPublic ? EVERYBODY : (context.authority ?? ONLY + context.requestId)
  return `${operation}\n${authority}\n${canonical(input)}`
}

/** May an answer be kept for others at all? */
export function isShareable({ authority }: CallContext, isPublic: boolean): boolean {
  return isPublic || authority !== undefined
}

/**
 * Names of kept answers: a question holds personal data and who asks, its name does not show them. Copies that share answers
 * have one secret. The scope is the system with all that decides what its answers look like.
 */
export class Names {
  readonly #scope: string
  readonly #secret: Uint8Array

  constructor(scope: string, secret: Uint8Array = randomBytes(32)) {
    this.#scope = scope
    this.#secret = secret
  }

  nameOf(question: string): string {
    return createHmac('sha256', this.#secret)
      .update(`${this.#scope}\n${question}`)
      .digest('base64url')
  }
}

/** JSON with members in the order of their names. Undefined members are not there, as in JSON. */
export function canonical(value: Value): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length > 1) members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`
}
