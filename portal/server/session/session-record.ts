// What one session is in the store: JSON of who is signed in, under the seal. A copy of another version may have written it:
// what does not have today's form is no session.
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { SignedIn } from './signed-in.ts'

export interface SessionRecord {
  readonly id: string
  readonly signedIn: SignedIn
}

const Key = Type.Object({ kty: Type.String(), crv: Type.String(), x: Type.String() })

const Form = Type.Object({
  id: Type.String(),
  signedIn: Type.Object({
    accessToken: Type.String(),
    accessEndsAtMs: Type.Number(),
    renewedAtMs: Type.Number(),
    refreshToken: Type.Optional(Type.String()),
    idToken: Type.String(),
    subject: Type.String(),
    sid: Type.Optional(Type.String()),
    person: Type.Object({
      name: Type.String(),
      kind: Type.Union([Type.Literal('citizen'), Type.Literal('staff'), Type.Literal('other')]),
      roles: Type.Array(Type.String()),
      purposes: Type.Array(Type.String()),
      acr: Type.Optional(Type.String()),
      authTime: Type.Optional(Type.Number()),
    }),
    csrf: Type.String(),
    dpopKey: Type.Optional(Type.Object({ privateKey: Key, publicKey: Key })),
    beganAtMs: Type.Number(),
  }),
})

export function writeRecord(record: SessionRecord): string {
  return JSON.stringify(record)
}

/** Undefined: written by a version that knew another form. */
export function readRecord(text: string): SessionRecord | undefined {
  const value: unknown = JSON.parse(text)
  if (!Value.Check(Form, value)) return undefined
  const { id, signedIn } = value
  const { person } = signedIn
  // JSON has no undefined: what was not there is made so again.
  return {
    id,
    signedIn: {
      ...signedIn,
      refreshToken: signedIn.refreshToken,
      sid: signedIn.sid,
      dpopKey: signedIn.dpopKey,
      person: { ...person, acr: person.acr, authTime: person.authTime },
    },
  }
}
