// In: the people of the estate, as data. Out: the `users` of the realm: the same people as citizens, and one
// member of staff. Service accounts stand in the agencies' files. Never: a password, only the name of its variable.
import { createHash } from 'node:crypto'

/** What the realm takes of a person. */
export interface RealmPerson {
  readonly key: string
  readonly nationalId: string
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string
}

const STAFF = { username: 'staff', firstName: 'کارمند', lastName: 'نمونه' }

export function buildUsers(people: readonly RealmPerson[]): unknown[] {
  return [
    ...people.map(toCitizen),
    {
      id: userId('staff'),
      ...STAFF,
      enabled: true,
      credentials: password(),
      realmRoles: ['staff'],
    },
  ]
}

function toCitizen({ key, nationalId, firstName, lastName, mobile }: RealmPerson) {
  return {
    id: userId(key),
    username: key,
    enabled: true,
    firstName,
    lastName,
    attributes: { national_id: [nationalId], phone_number: [mobile] },
    credentials: password(),
    realmRoles: ['citizen'],
  }
}

function password() {
  return [{ type: 'password', value: '${DEMO_PASSWORD}', temporary: false }]
}

/** The same person keeps the same `sub` in every generation of the file (a UUID of version 8, RFC 9562 §5.8). */
function userId(username: string): string {
  const hex = createHash('sha256').update(`gov:${username}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
