// What the sign-on remembers: failed sign-ins, and what administrators changed there by whatever way. Never what somebody
// typed as a user name (it may be a password), never a representation: only which members of it were set.

import { Type } from 'typebox'

import type { Desk } from '../desk.ts'
import { AdminEventForm, EventForm } from '../representations.ts'
import { maskAddress } from '../sessions/read-sessions.ts'
import { toMoment } from '../to-moment.ts'
import { readLock } from '../users/read-users.ts'

const DAY_MS = 86_400_000
const Events = Type.Array(EventForm)

export interface AskedEvents {
  readonly days: number
  readonly first: number
  readonly offset: number
  readonly user?: string
}

/** Newest first. Each says who only where the sign-on knew whose account it was. */
export async function readFailedSignIns(desk: Desk, { days, first, offset, user }: AskedEvents) {
  const { realm } = desk.api
  const since = desk.now() - days * DAY_MS
  const found = await desk.api.read('events', Events, (admin) =>
    admin.realms.findEvents({
      realm,
      type: ['LOGIN_ERROR', 'CLIENT_LOGIN_ERROR'],
      // Whole days: older servers take no more. What is too old is left out below.
      dateFrom: toMoment(since).slice(0, 10),
      first: offset,
      max: first,
      ...(user === undefined ? {} : { user }),
    }),
  )
  const events = found ?? []
  const next = events.length < first ? undefined : String(offset + first)
  const isWanted = ({ time, userId }: EventForm) =>
    time >= since && (user === undefined || userId === user)
  return { nodes: events.filter(isWanted).map(toFailure), next }
}

function toFailure({ time, type, clientId, userId, ipAddress, error }: EventForm) {
  return {
    at: toMoment(time),
    ofClient: type === 'CLIENT_LOGIN_ERROR',
    clientId: known(clientId),
    userId,
    address: ipAddress === undefined ? undefined : maskAddress(ipAddress),
    reason: error ?? 'unknown',
  }
}

/** A client's id in an event is what a request said; what is no id of a client could be anything. */
function known(clientId: string | undefined): string | undefined {
  return clientId !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(clientId)
    ? clientId
    : undefined
}

const MOST_EVENTS = 500
const MOST_PEOPLE = 50

/** Who is locked out now. The sign-on has no list of them: they are found by their failures of the last days. */
export async function readLockouts(desk: Desk, days: number) {
  const { nodes } = await readFailedSignIns(desk, { days, first: MOST_EVENTS, offset: 0 })
  const people = new Set(
    nodes.flatMap(({ userId, ofClient }) => (userId && !ofClient ? [userId] : [])),
  )
  const locks = await Promise.all(
    [...people]
      .slice(0, MOST_PEOPLE)
      .map(async (userId) => ({ userId, ...(await readLock(desk, userId)) })),
  )
  return locks.filter(({ locked }) => locked)
}

const AdminEvents = Type.Array(AdminEventForm)

/** Newest first, of every administrator: the console's, the realm command's, this subgraph's. */
export async function readAdminEvents(
  desk: Desk,
  { first, offset }: { first: number; offset: number },
) {
  const { realm } = desk.api
  const found = await desk.api.read('admin events', AdminEvents, (admin) =>
    admin.realms.findAdminEvents({ realm, first: offset, max: first }),
  )
  const events = found ?? []
  return {
    nodes: events.map(toAdminEvent),
    next: events.length < first ? undefined : String(offset + first),
  }
}

function toAdminEvent(event: AdminEventForm) {
  const { time, operationType, resourceType, resourcePath, authDetails, error } = event
  return {
    at: toMoment(time),
    operation: operationType,
    resourceType,
    resourcePath,
    changed: membersOf(event.representation),
    byUser: authDetails?.userId,
    byClient: authDetails?.clientId,
    address: authDetails?.ipAddress === undefined ? undefined : maskAddress(authDetails.ipAddress),
    error,
  }
}

function membersOf(representation: string | undefined): readonly string[] {
  if (representation === undefined) return []
  try {
    const value: unknown = JSON.parse(representation)
    const one: unknown = Array.isArray(value) ? value[0] : value
    return typeof one === 'object' && one !== null ? Object.keys(one).toSorted() : []
  } catch {
    return []
  }
}
