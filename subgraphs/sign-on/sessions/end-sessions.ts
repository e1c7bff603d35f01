// Ends sessions: one, all of a person, all of a client. The sign-on tells every client of the session by back channel
// (OpenID Connect Back-Channel Logout 1.0 §2.5). A session is always ended as somebody's: of a user or of a client that is
// within reach, so that knowing an id is of no use.

import type { RequestContext } from '../../../schema/context.ts'
import { recordChange } from '../changes/record-change.ts'
import { changeClient, type Sent } from '../clients/change-client.ts'
import { agencyOf, findClient } from '../clients/find-client.ts'
import type { Desk } from '../desk.ts'
import { ownSubjectOf, type Reach, reaches, reachOf } from '../reach.ts'
import { refusal, refused } from '../refusal.ts'
import type { ClientForm, SessionForm } from '../representations.ts'
import { changeUser, logOut, type SentOfUser } from '../users/change-user.ts'
import { wellFormed } from '../well-formed.ts'
import { sessionsOfClient, sessionsOfUser } from './read-sessions.ts'

const WINDOW = 100
/** Ended by one mutation; more are left for the next. */
const MOST = 1000

export function endUserSession(
  desk: Desk,
  sent: SentOfUser & { session?: unknown },
  context: RequestContext,
) {
  const session = wellFormed('id', sent.session, 'session')
  const asked = { sent, action: 'endUserSession', fields: [session] }
  return changeUser(desk, context, asked, async ({ id }) => {
    const found = (await sessionsOfUser(desk, id)).some((one) => one.id === session)
    if (!found) throw refused('NOT_FOUND')
    await endOne(desk, session)
    return { ended: 1, kept: 0 }
  })
}

/** Everywhere; tokens that are out are older than the person's new not-before. */
export function endUserSessions(desk: Desk, sent: SentOfUser, context: RequestContext) {
  const asked = { sent, action: 'endUserSessions', fields: ['sessions', 'notBefore'] }
  return changeUser(desk, context, asked, async ({ id }) => {
    const before = await sessionsOfUser(desk, id)
    await logOut(desk, id)
    return { ended: before.length, kept: 0 }
  })
}

export function endClientSession(
  desk: Desk,
  sent: Sent & { session?: unknown },
  context: RequestContext,
) {
  const session = wellFormed('id', sent.session, 'session')
  const asked = { sent, action: 'endClientSession', fields: [session] }
  return changeClient(desk, context, asked, async (client) => {
    const reach = reachOf(context.caller)
    const found = (await allOfClient(desk, client)).find(({ id }) => id === session)
    if (found === undefined) throw refused('NOT_FOUND')
    if (!(await isOwnAlone(desk, reach, found, new Map()))) {
      const said = {
        en: 'This session serves others, too: it would end for them as well.',
        fa: 'این نشست برای دیگران هم هست و برای آن‌ها هم پایان می‌یافت.',
      }
      throw refusal('FORBIDDEN', said, { fields: ['session'] })
    }
    await endOne(desk, session)
    return { ended: 1, kept: 0 }
  })
}

/** Whoever administers an agency ends what serves that agency alone; `kept` are the others. */
export function endClientSessions(desk: Desk, sent: Sent, context: RequestContext) {
  const asked = { sent, action: 'endClientSessions', fields: ['sessions'] }
  return changeClient(desk, context, asked, async (client) => {
    const reach = reachOf(context.caller)
    const known = new Map<string, boolean>()
    let kept = 0
    let ended = 0
    for (const session of await allOfClient(desk, client)) {
      if (await isOwnAlone(desk, reach, session, known)) {
        await endOne(desk, session.id)
        ended += 1
      } else kept += 1
    }
    return { ended, kept }
  })
}

async function allOfClient(desk: Desk, { id }: ClientForm): Promise<readonly SessionForm[]> {
  const all: SessionForm[] = []
  while (all.length < MOST) {
    const page = await sessionsOfClient(desk, id, { first: WINDOW, offset: all.length })
    all.push(...page)
    if (page.length < WINDOW) break
  }
  return all
}

/** `known` remembers by client id across sessions. */
async function isOwnAlone(
  desk: Desk,
  reach: Reach,
  { clients = {} }: SessionForm,
  known: Map<string, boolean>,
): Promise<boolean> {
  if (reach.all) return true
  for (const clientId of Object.values(clients)) {
    const client = known.has(clientId) ? undefined : await findClient(desk, clientId)
    const own = known.get(clientId) ?? reaches(reach, client && agencyOf(client))
    known.set(clientId, own)
    if (!own) return false
  }
  return true
}

/** One that has ended in the meantime is ended. */
async function endOne(desk: Desk, session: string): Promise<void> {
  const { realm } = desk.api
  await desk.api.write('end session', async (admin) => {
    await admin.realms.removeSession({ realm, sessionId: session })
    return true
  })
  desk.ended({ kind: 'session', id: session, atMs: desk.now() })
}

/** One's own; the reason is that it is one's own. */
export async function endMySession(
  desk: Desk,
  sent: { readonly id?: unknown },
  context: RequestContext,
) {
  const subject = ownSubjectOf(context.caller)
  const session = wellFormed('id', sent.id, 'id')
  const told = {
    action: 'endMySession',
    target: { kind: 'SESSION' as const, id: session },
    agency: undefined,
    role: 'self',
    fields: [],
    reason: 'Ended by the person themselves',
  }
  const { change } = await recordChange(desk, context, told, async () => {
    const found = (await sessionsOfUser(desk, subject)).some(({ id }) => id === session)
    if (!found) throw refused('NOT_FOUND')
    await endOne(desk, session)
  })
  return { change, ended: 1, kept: 0 }
}
