// People and the accounts of machines: search, change, credentials without their values, roles, sessions.

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { LiveUser } from '../realm/live-realm.ts'
import { setPassword } from '../sign-in/passwords.ts'
import { record } from './record.ts'
import {
  toRoleRepresentation,
  toSessionRepresentation,
  toUserRepresentation,
} from './representations.ts'
import {
  type Asked,
  found,
  membersOf,
  NO_CONTENT,
  ok,
  pageOf,
  Refusal,
  type Reply,
  type Route,
} from './route.ts'

const VIEW = ['view-users', 'manage-users']
const MANAGE = ['manage-users']
const ROLES = '/users/:id/role-mappings/realm'

export const USER_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/users', roles: VIEW, answer: list },
  { method: 'GET', path: '/users/count', roles: VIEW, answer: count },
  { method: 'POST', path: '/users', roles: MANAGE, answer: create },
  { method: 'GET', path: '/users/:id', roles: VIEW, answer: show },
  { method: 'PUT', path: '/users/:id', roles: MANAGE, answer: change },
  { method: 'DELETE', path: '/users/:id', roles: MANAGE, answer: remove },
  { method: 'GET', path: '/users/:id/sessions', roles: VIEW, answer: listSessions },
  { method: 'POST', path: '/users/:id/logout', roles: MANAGE, answer: logOut },
  { method: 'PUT', path: '/users/:id/reset-password', roles: MANAGE, answer: resetPassword },
  { method: 'GET', path: '/users/:id/credentials', roles: VIEW, answer: listCredentials },
  {
    method: 'DELETE',
    path: '/users/:id/credentials/:credential',
    roles: MANAGE,
    answer: removeCredential,
  },
  { method: 'GET', path: ROLES, roles: VIEW, answer: listRoles },
  { method: 'GET', path: `${ROLES}/composite`, roles: VIEW, answer: listAllRoles },
  { method: 'POST', path: ROLES, roles: MANAGE, answer: addRoles },
  { method: 'DELETE', path: ROLES, roles: MANAGE, answer: removeRoles },
]

export function userOf({ realm, parameters }: Asked): LiveUser {
  return found(realm.users.get(parameters['id'] ?? ''), 'user')
}

function list(asked: Asked): Reply {
  return ok(pageOf(matching(asked), asked.query).map(toUserRepresentation))
}

function count(asked: Asked): Reply {
  return ok(matching(asked).length)
}

/** Accounts of machines stand at their clients, as in Keycloak. */
function matching({ realm, query }: Asked): readonly LiveUser[] {
  const people = realm.users.list().filter((user) => user.serviceAccountClientId === undefined)
  const tests = [byUserName(query), byText(query), byAttribute(query)]
  return people
    .filter((user) => tests.every((test) => test(user)))
    .toSorted((one, other) => (one.username < other.username ? -1 : 1))
}

type Test = (user: LiveUser) => boolean
const anybody: Test = () => true

function byUserName(query: URLSearchParams): Test {
  const sought = query.get('username')?.toLowerCase()
  if (sought === undefined) return anybody
  const exact = query.get('exact') === 'true'
  return ({ username }) =>
    exact ? username.toLowerCase() === sought : username.toLowerCase().includes(sought)
}

/** The beginning of a name, or any part of it between asterisks. */
function byText(query: URLSearchParams): Test {
  const text = query.get('search')?.toLowerCase()
  if (text === undefined) return anybody
  const sought = text.replaceAll('*', '')
  const fits = (name: string) =>
    text.startsWith('*') ? name.includes(sought) : name.startsWith(sought)
  return ({ username, firstName = '', lastName = '', email = '' }) =>
    [username, firstName, lastName, email].some((name) => fits(name.toLowerCase()))
}

/** `q=name:value`, blanks between several. */
function byAttribute(query: URLSearchParams): Test {
  const pairs = (query.get('q') ?? '').split(' ').filter((pair) => pair.includes(':'))
  return ({ attributes = {} }) =>
    pairs.every((pair) => {
      const at = pair.indexOf(':')
      return attributes[pair.slice(0, at)]?.includes(pair.slice(at + 1)) ?? false
    })
}

function show(asked: Asked): Reply {
  return ok(toUserRepresentation(userOf(asked)))
}

const Texts = Type.Array(Type.String())
const Changeable = Type.Partial(
  Type.Object({
    enabled: Type.Boolean(),
    firstName: Type.String(),
    lastName: Type.String(),
    email: Type.String(),
    emailVerified: Type.Boolean(),
    attributes: Type.Record(Type.String(), Texts),
    requiredActions: Texts,
  }),
)
const Passwords = Type.Array(
  Type.Object({
    type: Type.Literal('password'),
    value: Type.String({ minLength: 1 }),
    temporary: Type.Optional(Type.Boolean()),
  }),
)

function changeableOf(body: unknown) {
  const members = membersOf(body)
  if (!Value.Check(Changeable, members)) throw new Refusal(400, 'a member is not valid')
  return Value.Clean(Changeable, structuredClone(members))
}

async function create(asked: Asked): Promise<Reply> {
  const { realm, body } = asked
  const { username, credentials = [] } = membersOf(body)
  if (typeof username !== 'string' || !Value.Check(Passwords, credentials)) {
    throw new Refusal(400, 'expected a user name, and passwords as credentials')
  }
  const given = changeableOf(body)
  const user = await realm.users.add({
    enabled: true,
    ...(Value.Check(Changeable, given) ? given : {}),
    username: username.toLowerCase(),
    createdTimestamp: realm.now(),
    realmRoles: [`default-roles-${realm.name}`],
    clientRoles: {},
  })
  for (const { value, temporary } of credentials) {
    await setPassword(realm, user.id, value, temporary)
  }
  record(asked, 'CREATE', { type: 'USER', path: `users/${user.id}` })
  return { status: 201, made: `/users/${user.id}` }
}

async function change(asked: Asked): Promise<Reply> {
  const { id } = userOf(asked)
  const given = changeableOf(asked.body)
  if (Value.Check(Changeable, given)) await asked.realm.users.change(id, given)
  record(asked, 'UPDATE', { type: 'USER', path: `users/${id}` })
  return NO_CONTENT
}

async function remove(asked: Asked): Promise<Reply> {
  const { id } = userOf(asked)
  await asked.realm.removeUser(id)
  record(asked, 'DELETE', { type: 'USER', path: `users/${id}` })
  return NO_CONTENT
}

function listSessions(asked: Asked): Reply {
  const sessions = asked.realm.sessions.ofUser(userOf(asked).id)
  return ok(sessions.map((session) => toSessionRepresentation(asked.realm, session)))
}

async function logOut(asked: Asked): Promise<Reply> {
  const { realm } = asked
  const { id } = userOf(asked)
  await realm.users.change(id, { notBefore: Math.floor(realm.now() / 1000) })
  realm.sessions.endAllOf(id, 'admin')
  record(asked, 'ACTION', { type: 'USER', path: `users/${id}/logout` })
  return NO_CONTENT
}

async function resetPassword(asked: Asked): Promise<Reply> {
  const { id } = userOf(asked)
  const { value, temporary } = membersOf(asked.body)
  if (typeof value !== 'string') throw new Refusal(400, 'expected a value')
  await setPassword(asked.realm, id, value, temporary === true)
  record(asked, 'ACTION', { type: 'USER', path: `users/${id}/reset-password` })
  return NO_CONTENT
}

/** A credential of the realm file has no id of its own: its place among the user's is one. */
function credentialsOf(user: LiveUser) {
  return (user.credentials ?? []).map((credential, place) => ({
    ...credential,
    id: credential.id ?? `${credential.type}-${place}`,
  }))
}

function listCredentials(asked: Asked): Reply {
  return ok(
    credentialsOf(userOf(asked)).map(({ id, type, userLabel, createdDate }) => ({
      id,
      type,
      userLabel,
      createdDate,
    })),
  )
}

async function removeCredential(asked: Asked): Promise<Reply> {
  const user = userOf(asked)
  const { credential } = asked.parameters
  const credentials = credentialsOf(user)
  const left = credentials.filter(({ id }) => id !== credential)
  if (left.length === credentials.length) throw new Refusal(404, 'Credential not found')
  await asked.realm.users.change(user.id, { credentials: left })
  record(asked, 'DELETE', { type: 'USER', path: `users/${user.id}/credentials` })
  return NO_CONTENT
}

function showRoles({ realm }: Asked, names: readonly string[]): Reply {
  const roles = names.map((name) => realm.role(name)).filter((role) => role !== undefined)
  return ok(roles.map(toRoleRepresentation))
}

function listRoles(asked: Asked): Reply {
  return showRoles(asked, userOf(asked).realmRoles)
}

function listAllRoles(asked: Asked): Reply {
  return showRoles(asked, asked.realm.rolesOf(userOf(asked)).realm)
}

const RoleNames = Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))

/** Both id and name must be those of a role of the realm. Throws Refusal. */
function namesOf({ realm, body }: Asked): readonly string[] {
  if (!Value.Check(RoleNames, body)) throw new Refusal(400, 'expected a list of roles')
  return body.map(({ id, name }) => {
    const role = realm.role(name)
    return found(role?.id === id ? role : undefined, 'role').name
  })
}

async function addRoles(asked: Asked): Promise<Reply> {
  const { id, realmRoles } = userOf(asked)
  await asked.realm.users.change(id, {
    realmRoles: [...new Set([...realmRoles, ...namesOf(asked)])],
  })
  record(asked, 'CREATE', { type: 'REALM_ROLE_MAPPING', path: `users/${id}/role-mappings/realm` })
  return NO_CONTENT
}

async function removeRoles(asked: Asked): Promise<Reply> {
  const { id, realmRoles } = userOf(asked)
  const names = new Set(namesOf(asked))
  await asked.realm.users.change(id, { realmRoles: realmRoles.filter((name) => !names.has(name)) })
  record(asked, 'DELETE', { type: 'REALM_ROLE_MAPPING', path: `users/${id}/role-mappings/realm` })
  return NO_CONTENT
}
