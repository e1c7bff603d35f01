// In: the people of the estate, as data. Out: the `users` of the realm: the same people as citizens, and
// staff. Service accounts of agencies stand in the agencies' files. Never: a password, only the name of its variable.
import { userIdOf } from '../realm/desired/desired-realm.ts'

/** What the realm takes of a person. */
export interface RealmPerson {
  readonly key: string
  readonly nationalId: string
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string
}

const PASSWORD = { type: 'password', value: '${DEMO_PASSWORD}', temporary: false }

/** As Keycloak keeps it, but with the secret in base32, so that an authenticator app takes the same text (RFC 6238). */
const ONE_TIME_CODE = {
  type: 'otp',
  userLabel: 'app',
  secretData: JSON.stringify({ value: '${DEMO_TOTP_SECRET}' }),
  credentialData: JSON.stringify({
    subType: 'totp',
    digits: 6,
    counter: 0,
    period: 30,
    algorithm: 'HmacSHA1',
    secretEncoding: 'BASE32',
  }),
}

/** Citizens of the demo who registered an app for one-time codes; all others stay at the level of a password. */
const WITH_SECOND_FACTOR: ReadonlySet<string> = new Set([
  'kaveh',
  'sara',
  // A father and one who signs for a company: whoever acts for others needs it.
  'kian-couple',
  'leila-driver',
])

/** Staff have a second factor, because the console asks for it. What one administers of an agency stands in its file. */
const STAFF = [
  { username: 'staff', firstName: 'کارمند', lastName: 'نمونه', realmRoles: ['staff'] },
  {
    username: 'security-officer',
    firstName: 'مدیر',
    lastName: 'ورود یکپارچه',
    realmRoles: ['staff', 'sign-on-admin'],
  },
  { username: 'rmto-officer', firstName: 'مدیر', lastName: 'راهداری', realmRoles: ['staff'] },
  // Sits at a counter and acts for citizens by their mandate; not staff, because counters are private offices.
  {
    username: 'clerk',
    firstName: 'متصدی',
    lastName: 'پیشخوان',
    attributes: {
      national_id: ['9994435639'],
      phone_number: ['09000000039'],
      counter_office: ['72-1001'],
    },
    realmRoles: ['citizen', 'counter-clerk'],
  },
]

/** What the administration subgraph needs of Keycloak's admin API, and no more: no impersonation, no realm creation. */
const ADMINISTRATION = [
  'view-realm',
  'manage-realm',
  'view-clients',
  'manage-clients',
  'query-clients',
  'view-users',
  'manage-users',
  'query-users',
  'view-events',
  'view-identity-providers',
  'manage-identity-providers',
]

export function buildUsers(people: readonly RealmPerson[]): unknown[] {
  return [
    ...people.map(toCitizen),
    ...STAFF.map(toStaff),
    {
      id: userIdOf('service-account-sign-on-admin'),
      username: 'service-account-sign-on-admin',
      enabled: true,
      serviceAccountClientId: 'sign-on-admin',
      realmRoles: [],
      clientRoles: { 'realm-management': ADMINISTRATION },
    },
  ]
}

function toStaff({ realmRoles, ...person }: (typeof STAFF)[number]) {
  return {
    id: userIdOf(person.username),
    ...person,
    enabled: true,
    credentials: [PASSWORD, ONE_TIME_CODE],
    realmRoles,
  }
}

function toCitizen({ key, nationalId, firstName, lastName, mobile }: RealmPerson) {
  return {
    id: userIdOf(key),
    username: key,
    enabled: true,
    firstName,
    lastName,
    attributes: { national_id: [nationalId], phone_number: [mobile] },
    credentials: WITH_SECOND_FACTOR.has(key) ? [PASSWORD, ONE_TIME_CODE] : [PASSWORD],
    realmRoles: ['citizen'],
  }
}
