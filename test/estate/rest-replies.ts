// What most REST systems share: JSON replies, the ASP.NET words for a request that is not the contract's, a key.

import { timingSafeEqual } from 'node:crypto'

import type { Objection } from './contract-requests.ts'
import type { WireReply } from './simulator.ts'

export function jsonReply(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): WireReply {
  return {
    status,
    contentType: 'application/json; charset={charset}',
    headers,
    body: JSON.stringify(body),
  }
}

/** ProblemDetails (RFC 9457) as ASP.NET writes it; 404, 405 and 415 without a body. */
export function aspNetProblem({ problem, name }: Objection): WireReply {
  if (problem === 'path') return bare(404)
  if (problem === 'method') return bare(405)
  if (problem === 'media type') return bare(415)
  const title = 'One or more validation errors occurred.'
  const errors = { [name]: [`The ${name} field is ${problem}.`] }
  return {
    status: 400,
    contentType: 'application/problem+json; charset={charset}',
    body: JSON.stringify({ title, status: 400, errors }),
  }
}

function bare(status: number): WireReply {
  return { status, contentType: 'text/plain', body: '' }
}

export function isSecret(sent: unknown, secret: string): boolean {
  const [left, right] = [Buffer.from(String(sent)), Buffer.from(secret)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The same number for the same text, 0 ≤ n < below: invented data that does not change. */
export function numberOf(text: string, below: number): number {
  let state = 2_166_136_261
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 16_777_619)
  state = Math.imul(state ^ (state >>> 15), 2_246_822_507)
  return ((state ^ (state >>> 13)) >>> 0) % below
}
