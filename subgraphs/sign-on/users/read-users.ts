// People who can sign in, as an administrator of the realm sees them: who they are to the sign-on, not what the registers
// say. Never a national id or a number of theirs, not even the one that was searched for.

import { Type } from 'typebox'

import type { Desk } from '../desk.ts'
import { refusal } from '../refusal.ts'
import { attributeOf, LockForm, RoleForm, UserForm } from '../representations.ts'
import { sessionsOfUser, toSession } from '../sessions/read-sessions.ts'
import { toMoment } from '../to-moment.ts'
import { wellFormed } from '../well-formed.ts'

const Users = Type.Array(UserForm)
const NATIONAL_ID = 'national_id'

export interface UserSearch {
  readonly userName?: unknown
  readonly name?: unknown
  readonly nationalId?: unknown
}

/** Exactly one way to search: nobody lists all people. Throws CallerError INPUT_REJECTED. */
export async function searchUsers(
  desk: Desk,
  search: UserSearch,
  { first, offset }: { first: number; offset: number },
) {
  const query = queryOf(search)
  const found = await desk.api.read('users', Users, (admin) =>
    admin.users.find({ ...query, first: offset, max: first + 1, briefRepresentation: false }),
  )
  const users = (found ?? []).slice(0, first).filter((user) => fits(user, search))
  const more = (found?.length ?? 0) > first
  return {
    nodes: users.map((user) => toUser(desk, user)),
    next: more ? String(offset + first) : undefined,
  }
}

function queryOf(search: UserSearch): Record<string, string | boolean> {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null)
  const [only, another] = given
  if (only === undefined || another !== undefined) {
    const said = {
      en: 'Search by one of userName, name and nationalId.',
      fa: 'تنها با یکی از userName، name و nationalId جست‌وجو کنید.',
    }
    throw refusal('INPUT_REJECTED', said, { fields: ['search'] })
  }
  const [way, value] = only
  if (way === 'nationalId') return { q: `${NATIONAL_ID}:${wellFormed('nationalId', value, way)}` }
  if (way === 'userName') return { username: wellFormed('userName', value, way), exact: true }
  return { search: wellFormed('search', value, 'name') }
}

/** Keycloak may answer an attribute's search with more than equals. */
function fits({ attributes, serviceAccountClientId, username }: UserForm, search: UserSearch) {
  if (serviceAccountClientId !== undefined || isServiceAccountName(username)) return false
  const sought = search.nationalId
  return typeof sought !== 'string' || attributeOf(attributes, NATIONAL_ID) === sought
}

function isServiceAccountName(username: string): boolean {
  return username.startsWith('service-account-')
}

export async function findUser(desk: Desk, id: string): Promise<UserForm | undefined> {
  const user = await desk.api.read('user', UserForm, (admin) => admin.users.findOne({ id }))
  if (user?.id !== id) return undefined
  const isMachine = user.serviceAccountClientId !== undefined || isServiceAccountName(user.username)
  return isMachine ? undefined : user
}

/** Undefined for a service account, too: clients have their own room. */
export async function readUser(desk: Desk, id: string) {
  const user = await findUser(desk, id)
  return user && toUser(desk, user)
}

function toUser(desk: Desk, user: UserForm) {
  const { id, username, firstName, lastName, enabled, createdTimestamp } = user
  return {
    id,
    userName: username,
    name: [firstName, lastName].filter((part) => part !== undefined && part !== '').join(' '),
    enabled: enabled ?? false,
    createdAt: createdTimestamp === undefined ? undefined : toMoment(createdTimestamp),
    hasOneTimeCodes: user.totp ?? false,
    requiredActions: user.requiredActions ?? [],
    // Asked of the sign-on only if somebody wants it.
    roles: () => readUserRoles(desk, id),
    lock: () => readLock(desk, id),
    sessions: async () =>
      (await sessionsOfUser(desk, id)).map((session) => toSession(session, { whole: true })),
  }
}

async function readUserRoles(desk: Desk, id: string): Promise<readonly string[]> {
  const roles = await desk.api.read('roles of a user', Type.Array(RoleForm), (admin) =>
    admin.users.listCompositeRealmRoleMappings({ id }),
  )
  return (roles ?? []).map(({ name }) => name).toSorted()
}

export async function readLock(desk: Desk, id: string) {
  const lock = await desk.api.read('lock', LockForm, (admin) =>
    admin.attackDetection.findOne({ id }),
  )
  const last = lock?.lastFailure ?? 0
  return {
    locked: lock?.disabled ?? false,
    failures: lock?.numFailures ?? 0,
    lastFailureAt: last > 0 ? toMoment(last) : undefined,
  }
}
