// Query → what answers it.

import type { RequestContext } from '../../schema/context.ts'
import type { Resolver } from '../own.ts'
import { verifyChain } from './changes/chain.ts'
import { readChanges } from './changes/read-changes.ts'
import { type AgencyClient, readClient, readClients } from './clients/read-clients.ts'
import { showClient } from './clients/show-client.ts'
import type { Desk } from './desk.ts'
import { ownSubjectOf, reachOf, wholeReachOf } from './reach.ts'
import { readAdminEvents, readFailedSignIns, readLockouts } from './realm/read-events.ts'
import { readKeys, readProviders, readRealm } from './realm/read-realm.ts'
import { sessionsOfUser, toSession } from './sessions/read-sessions.ts'
import { readUser, searchUsers } from './users/read-users.ts'
import { countOf, daysOf, offsetOf, wellFormed, wellFormedOrNone } from './well-formed.ts'

type Values = Readonly<Record<string, unknown>>
type Answer = (desk: Desk, values: Values, context: RequestContext) => unknown

export function resolverOf(desk: Desk, answer: Answer): Resolver {
  return (_source, values, context) => answer(desk, values, context)
}

export function queries(desk: Desk): Readonly<Record<string, Resolver>> {
  return Object.fromEntries(
    Object.entries(ALL).map(([name, answer]) => [name, resolverOf(desk, answer)]),
  )
}

const ALL: Readonly<Record<string, Answer>> = {
  agencyClients: async (desk, { agency, search, first, after }, { caller }) => {
    const reach = reachOf(caller)
    const { nodes, next } = await readClients(desk, reach, {
      agency: wellFormedOrNone('agency', agency, 'agency'),
      search: wellFormedOrNone('search', search, 'search'),
      ...pageOf({ first, after }),
    })
    return { nodes: nodes.map((client: AgencyClient) => showClient(desk, reach, client)), next }
  },
  agencyClient: async (desk, { clientId }, { caller }) => {
    const reach = reachOf(caller)
    const client = await readClient(desk, reach, wellFormed('clientId', clientId, 'clientId'))
    return client && showClient(desk, reach, client)
  },
  signOnUsers: (desk, { search, first, after }, { caller }) => {
    wholeReachOf(caller)
    return searchUsers(desk, Object(search), pageOf({ first, after }))
  },
  signOnUser: (desk, { id }, { caller }) => {
    wholeReachOf(caller)
    return readUser(desk, wellFormed('id', id, 'id'))
  },
  failedSignIns: (desk, { days, first, after }, { caller }) => {
    wholeReachOf(caller)
    return readFailedSignIns(desk, { days: daysOf(days), ...pageOf({ first, after }) })
  },
  lockedOutUsers: (desk, { days }, { caller }) => {
    wholeReachOf(caller)
    return readLockouts(desk, daysOf(days))
  },
  identityProviders: (desk, _none, { caller }) => {
    wholeReachOf(caller)
    return readProviders(desk)
  },
  signOnKeys: (desk, _none, { caller }) => {
    wholeReachOf(caller)
    return readKeys(desk)
  },
  signOnAdminEvents: (desk, { first, after }, { caller }) => {
    wholeReachOf(caller)
    return readAdminEvents(desk, pageOf({ first, after }))
  },
  signOnRealm: (desk, _none, { caller }) => {
    wholeReachOf(caller)
    return readRealm(desk)
  },
  signOnChanges: async (desk, { first, before }, { caller }) => {
    const asked = { reach: reachOf(caller), first: countOf(first), before: seqOf(before) }
    return { ...(await readChanges(desk.db, asked)), chain: () => chainOf(desk) }
  },
  mySessions: async (desk, _none, { caller }) => {
    const own = await sessionsOfUser(desk, ownSubjectOf(caller))
    return own.map((session) => toSession(session, { whole: true }))
  },
  myFailedSignIns: async (desk, { days, first }, { caller }) => {
    const user = ownSubjectOf(caller)
    const asked = { days: daysOf(days), first: countOf(first), offset: 0, user }
    return (await readFailedSignIns(desk, asked)).nodes
  },
}

function pageOf({ first, after }: { first: unknown; after: unknown }) {
  return { first: countOf(first), offset: offsetOf(after) }
}

function seqOf(before: unknown): number | undefined {
  if (before === undefined || before === null) return undefined
  return offsetOf(before)
}

async function chainOf({ db }: Desk) {
  const fault = await verifyChain(db)
  return { intact: fault === undefined, brokenAt: fault?.seq, message: fault?.message }
}
