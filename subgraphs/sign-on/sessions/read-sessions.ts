// Sessions at the sign-on. An address is shown so far that its owner knows it again and nobody finds a home by it.

import { isIPv4, isIPv6 } from 'node:net'

import { Type } from 'typebox'

import type { RequestContext } from '../../../schema/context.ts'
import type { Desk } from '../desk.ts'
import { SessionForm } from '../representations.ts'
import { toMoment } from '../to-moment.ts'

const Sessions = Type.Array(SessionForm)

export async function sessionsOfUser(desk: Desk, id: string): Promise<readonly SessionForm[]> {
  const found = await desk.api.read('sessions of a user', Sessions, (admin) =>
    admin.users.listSessions({ id }),
  )
  // What a session says of itself decides, should the sign-on ever answer with another's.
  return (found ?? []).filter(({ userId }) => userId === undefined || userId === id)
}

export async function sessionsOfClient(
  desk: Desk,
  id: string,
  { first, offset }: { first: number; offset: number },
): Promise<readonly SessionForm[]> {
  const found = await desk.api.read('sessions of a client', Sessions, (admin) =>
    admin.clients.listSessions({ id, first: offset, max: first }),
  )
  return found ?? []
}

/** Whose people they are is shown to an administrator of the realm only. */
export function toSession(session: SessionForm, { whole }: { whole: boolean }) {
  const { id, userId, username, ipAddress, start, lastAccess, clients } = session
  return {
    id,
    userId: whole ? userId : undefined,
    userName: whole ? username : undefined,
    startedAt: start === undefined ? undefined : toMoment(start),
    lastAccessAt: lastAccess === undefined ? undefined : toMoment(lastAccess),
    address: ipAddress === undefined ? undefined : maskAddress(ipAddress),
    clients: whole ? Object.values(clients ?? {}).toSorted() : [],
    current: (_none: unknown, { caller }: RequestContext) => caller.sessionId === id,
  }
}

/** Two parts of four (IPv4), two of eight (IPv6). */
export function maskAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '')
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 2).join('.')}.*.*`
  if (isIPv6(plain))
    return `${plain.startsWith('::') ? '' : plain.split(':').slice(0, 2).join(':')}:…`
  return '…'
}
