// A client with what is asked of the sign-on only if somebody wants it.

import type { Desk } from '../desk.ts'
import type { Reach } from '../reach.ts'
import { sessionsOfClient, toSession } from '../sessions/read-sessions.ts'
import { countOf, offsetOf } from '../well-formed.ts'
import { type AgencyClient, readClient, readLastUse, readRoles } from './read-clients.ts'

export function showClient(desk: Desk, reach: Reach, client: AgencyClient) {
  return {
    ...client,
    roles: () => readRoles(desk, client),
    lastUsedAt: () => readLastUse(desk, client),
    sessions: async ({ first, after }: { first: unknown; after: unknown }) => {
      const asked = { first: countOf(first), offset: offsetOf(after) }
      const found = await sessionsOfClient(desk, client.internalId, asked)
      return {
        nodes: found.map((session) => toSession(session, { whole: reach.all })),
        next: found.length < asked.first ? undefined : String(asked.offset + asked.first),
      }
    },
  }
}

/** As it is after a change. */
export async function readShownClient(desk: Desk, reach: Reach, clientId: string) {
  const client = await readClient(desk, reach, clientId)
  return client && showClient(desk, reach, client)
}
