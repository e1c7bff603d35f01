// What happened at the sign-on, newest first.

import { type Asked, ok, pageOf, type Reply, type Route } from './route.ts'

const VIEW = ['view-events', 'manage-events']

export const EVENT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/events', roles: VIEW, answer: list },
  { method: 'GET', path: '/admin-events', roles: VIEW, answer: listAdministration },
]

function list({ realm, query }: Asked): Reply {
  const types = query.getAll('type')
  const client = query.get('client')
  const user = query.get('user')
  const from = timeOf(query.get('dateFrom'))
  const events = realm.events.list(
    (event) =>
      (types.length === 0 || types.includes(event.type)) &&
      (client === null || event.clientId === client) &&
      (user === null || event.userId === user) &&
      event.time >= from,
  )
  return ok(pageOf(events, query))
}

/** Milliseconds since 1970, or a day in ISO 8601. */
function timeOf(text: string | null): number {
  if (text === null) return 0
  const time = /^[0-9]{11,}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(time) ? 0 : time
}

function listAdministration({ realm, query }: Asked): Reply {
  const types = query.getAll('resourceTypes')
  const path = query.get('resourcePath')
  const events = realm.adminEvents.list(
    ({ resourceType, resourcePath }) =>
      (types.length === 0 || types.includes(resourceType)) &&
      (path === null || resourcePath === path),
  )
  return ok(pageOf(events, query))
}
