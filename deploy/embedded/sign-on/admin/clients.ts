// Clients and their secrets.

import { randomBytes } from 'node:crypto'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { readerOf } from '../realm/live-collection.ts'
import type { LiveClient } from '../realm/live-realm.ts'
import { LiveClient as LiveClientForm } from '../realm/realm-types.ts'
import { record } from './record.ts'
import {
  toClientRepresentation,
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
  type Reply,
  type Route,
} from './route.ts'

const VIEW = ['view-clients', 'manage-clients']
const MANAGE = ['manage-clients']

export const CLIENT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/clients', roles: VIEW, answer: list },
  { method: 'POST', path: '/clients', roles: MANAGE, answer: create },
  { method: 'GET', path: '/clients/:id', roles: VIEW, answer: show },
  { method: 'PUT', path: '/clients/:id', roles: MANAGE, answer: change },
  { method: 'DELETE', path: '/clients/:id', roles: MANAGE, answer: remove },
  { method: 'GET', path: '/clients/:id/client-secret', roles: MANAGE, answer: showSecret },
  { method: 'POST', path: '/clients/:id/client-secret', roles: MANAGE, answer: renewSecret },
  { method: 'GET', path: '/clients/:id/service-account-user', roles: VIEW, answer: showAccount },
  { method: 'GET', path: '/clients/:id/user-sessions', roles: VIEW, answer: listSessions },
  { method: 'GET', path: '/clients/:id/session-count', roles: VIEW, answer: countSessions },
  { method: 'POST', path: '/clients/:id/push-revocation', roles: MANAGE, answer: pushRevocation },
]

function clientOf({ realm, parameters }: Asked): LiveClient {
  return found(realm.clients.get(parameters['id'] ?? ''), 'client')
}

function list(asked: Asked): Reply {
  const { realm, query } = asked
  const named = query.get('clientId')
  const isSearch = query.get('search') === 'true'
  const fits = ({ clientId }: LiveClient) =>
    named === null ||
    (isSearch ? clientId.toLowerCase().includes(named.toLowerCase()) : clientId === named)
  const sorted = realm.clients.list().filter(fits).toSorted(byClientId)
  return ok(pageOf(sorted, query).map((client) => shown(asked, client)))
}

/** The secret is for whoever could set it anyway. */
function shown({ realm, roles }: Asked, client: LiveClient) {
  const { secret, ...open } = toClientRepresentation(realm, client)
  return roles.has('manage-clients') ? { ...open, secret } : open
}

function byClientId(one: LiveClient, other: LiveClient): number {
  return one.clientId < other.clientId ? -1 : 1
}

function show(asked: Asked): Reply {
  return ok(shown(asked, clientOf(asked)))
}

async function create(asked: Asked): Promise<Reply> {
  const { realm } = asked
  const { id: _id, access: _access, ...members } = membersOf(asked.body)
  const usual = members['publicClient'] === true ? {} : { secret: newSecret() }
  const read = readerOf(LiveClientForm)({ ...usual, ...members, id: crypto.randomUUID() })
  const client = await realm.clients.add(read)
  if (client.serviceAccountsEnabled) await realm.ensureServiceAccount(client.clientId)
  record(asked, 'CREATE', resourceOf(client))
  return { status: 201, made: `/clients/${client.id}` }
}

const Attributes = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))

/** As in Keycloak, members that are not sent stay, and so do attributes. */
async function change(asked: Asked): Promise<Reply> {
  const { realm } = asked
  const before = clientOf(asked)
  const { id: _id, access: _access, attributes, ...members } = membersOf(asked.body)
  const patch = Value.Check(Attributes, attributes) ? attributes : {}
  const merged = Object.entries({ ...before.attributes, ...patch }).filter(
    ([, value]) => value !== null,
  )
  const read = readerOf(LiveClientForm)({
    ...before,
    ...members,
    attributes: Object.fromEntries(merged),
    id: before.id,
  })
  const client = await realm.clients.change(before.id, read)
  if (client.serviceAccountsEnabled) await realm.ensureServiceAccount(client.clientId)
  record(asked, 'UPDATE', resourceOf(client))
  return NO_CONTENT
}

async function remove(asked: Asked): Promise<Reply> {
  const client = clientOf(asked)
  await asked.realm.removeClient(client.id)
  record(asked, 'DELETE', resourceOf(client))
  return NO_CONTENT
}

function showSecret(asked: Asked): Reply {
  return ok({ type: 'secret', value: clientOf(asked).secret })
}

async function renewSecret(asked: Asked): Promise<Reply> {
  const client = clientOf(asked)
  const value = newSecret()
  const since = String(Math.floor(asked.realm.now() / 1000))
  const attributes = { ...client.attributes, 'client.secret.creation.time': since }
  await asked.realm.clients.change(client.id, { secret: value, attributes })
  record(asked, 'ACTION', { type: 'CLIENT', path: `clients/${client.id}/client-secret` })
  return ok({ type: 'secret', value })
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function showAccount(asked: Asked): Reply {
  const account = asked.realm.serviceAccountOf(clientOf(asked).clientId)
  return ok(toUserRepresentation(found(account, 'service account')))
}

function sessionsOf(asked: Asked) {
  return asked.realm.sessions.ofClient(clientOf(asked).id)
}

function listSessions(asked: Asked): Reply {
  const page = pageOf(sessionsOf(asked), asked.query)
  return ok(page.map((session) => toSessionRepresentation(asked.realm, session)))
}

function countSessions(asked: Asked): Reply {
  return ok({ count: sessionsOf(asked).length })
}

/** No client here has an address to which a not-before could be pushed: what was changed is in force already. */
function pushRevocation(asked: Asked): Reply {
  const { id } = clientOf(asked)
  record(asked, 'ACTION', { type: 'CLIENT', path: `clients/${id}/push-revocation` })
  return ok({})
}

function resourceOf({ id }: LiveClient) {
  return { type: 'CLIENT', path: `clients/${id}` }
}
