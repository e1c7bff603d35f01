// `npm run -s realm -- render|plan|apply|drift` (docs/realm.md). In: arguments and environment. Out: lines or one JSON document,
// and the exit code: 0 in sync, 1 differences, 2 usage or files, 3 unreachable or refused.
import { writeFile } from 'node:fs/promises'

import { FindingsError, toLine } from '../../adapters/finding.ts'
import { type Asked, type Environment, readArguments, readServer, UsageError } from './arguments.ts'
import { applyPlan, keptOf } from './carry-out/apply.ts'
import { readDesiredRealm } from './desired/desired-realm.ts'
import { fill } from './desired/fill.ts'
import { checkSupported } from './desired/supported.ts'
import { type Fields, fieldsOf, listOf, textOf, without } from './objects/fields.ts'
import { usersOf } from './objects/flatten-people.ts'
import { flatten } from './objects/flatten.ts'
import { type Item } from './objects/kinds.ts'
import { APPLIED, markAll } from './objects/marks.ts'
import { readApplied } from './plan/applied.ts'
import type { Plan } from './plan/change.ts'
import { driftSince } from './plan/drift.ts'
import { checkPlan, savePlan, type Shown } from './plan/plan-file.ts'
import { makePlan } from './plan/plan.ts'
import { EXIT, RealmError } from './realm-error.ts'
import { eventsSince, readEvents, whoChanged } from './server/admin-events.ts'
import { type Observed, observe } from './server/observe.ts'
import { connect, type Credentials, type Server } from './server/server.ts'
import {
  changeLines,
  driftLines,
  maskChanges,
  maskDrift,
  type Masker,
  maskerOf,
  planLines,
} from './show.ts'

export interface Surroundings {
  readonly environment: Environment
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  readonly now?: () => Date
}

/** Resolves with the exit code. */
export async function runRealm(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  try {
    const asked = readArguments(args)
    if (asked.verb === 'render') return await render(asked, surroundings)
    return await onServer(asked, surroundings)
  } catch (error) {
    return tell(error, surroundings)
  }
}

function tell(error: unknown, { error: print }: Surroundings): number {
  if (error instanceof FindingsError) {
    for (const finding of error.findings) print(toLine(finding))
    return EXIT.usage
  }
  if (error instanceof UsageError) {
    print(error.message)
    return EXIT.usage
  }
  if (error instanceof RealmError) {
    print(error.message)
    return exitOf(error)
  }
  throw error
}

function exitOf({ code }: RealmError): number {
  return code === 'UNREACHABLE' || code === 'REFUSED' ? EXIT.unreachable : EXIT.differs
}

/** What Keycloak's own import takes, with placeholders: it fills them from its own environment. */
async function render(
  { file, folders, realm: name, out }: Asked,
  { out: print }: Surroundings,
): Promise<number> {
  const realm = called(name, { ...(await readDesiredRealm(file, folders)) })
  const text = `${JSON.stringify(markAll(realm, itemsOf(realm)), undefined, 2)}\n`
  if (out === undefined) print(text.trimEnd())
  else await writeFile(out, text)
  return EXIT.inSync
}

interface Session extends Surroundings {
  readonly asked: Asked
  readonly server: Server
  readonly realm: Fields
  readonly desired: readonly Item[]
  readonly observed: Observed | undefined
  readonly secrets: readonly string[]
  readonly mask: Masker
}

async function onServer(asked: Asked, surroundings: Surroundings): Promise<number> {
  const { environment } = surroundings
  const files: Fields = { ...(await readDesiredRealm(asked.file, asked.folders)) }
  checkSupported(files, asked.file ?? 'gov-realm.json')
  const filled = fill(files, environment)
  const realm = called(asked.realm, filled.realm)
  const name = textOf(realm['realm'])
  const options = readServer(asked, environment, name)
  const mask = maskerOf([...filled.secrets, ...ownSecrets(options.credentials)])
  const server = await connect(options)
  const desired = itemsOf(realm)
  const observed = await observe(server, desired)
  const session = {
    ...surroundings,
    asked,
    server,
    realm,
    desired,
    observed,
    mask,
    secrets: filled.secrets,
  }
  if (asked.verb === 'drift') return drift(session)
  return asked.verb === 'plan' ? plan(session) : apply(session)
}

/** A short password would garble every word that it stands in; nothing of ours is ever told by the server. */
function ownSecrets(credentials: Credentials): readonly string[] {
  const own = 'clientId' in credentials ? credentials.clientSecret : credentials.password
  return own.length < 8 ? [] : [own]
}

/** Ids are unique in a whole server: a second realm of the same files gets ids of its own. */
function called(name: string | undefined, realm: Fields): Fields {
  if (name === undefined || name === realm['realm']) return realm
  const ids = new Set(['id'])
  const users = listOf(realm['users']).map((user) => without(user, ids))
  return { ...without(realm, ids), realm: name, users }
}

function itemsOf(realm: Fields): readonly Item[] {
  return [...flatten(realm), ...usersOf(listOf(realm['users']), textOf(realm['realm']))]
}

function planOf({ asked, desired, observed, server }: Session): Plan {
  const applied = observed === undefined ? undefined : readApplied(observed.realm)
  return makePlan({ realm: server.realm, desired, observed, applied, options: asked.options })
}

function shownOf({ server, secrets, mask }: Session, made: Plan): Shown {
  return { server: server.url, plan: made, masked: maskChanges(made.changes, mask), secrets }
}

async function plan(session: Session): Promise<number> {
  const { asked, server, out } = session
  const made = planOf(session)
  const shown = shownOf(session, made)
  const masked = { ...made, changes: shown.masked }
  if (asked.json) out(JSON.stringify({ server: server.url, ...masked }))
  else for (const line of planLines(masked, server.url)) out(line)
  if (asked.out !== undefined) await savePlan(asked.out, shown)
  return made.changes.length === 0 ? EXIT.inSync : EXIT.differs
}

async function apply(session: Session): Promise<number> {
  const { asked, server, realm, desired, observed, mask, out } = session
  const made = planOf(session)
  const shown = shownOf(session, made)
  if (asked.plan !== undefined) await checkPlan(asked.plan, shown)
  const { done, left, error } = await applyPlan({
    server,
    plan: made,
    desired,
    realm,
    observed,
    options: asked.options,
    now: session.now ?? (() => new Date()),
    onDone: (change) => {
      if (asked.json) return
      for (const line of maskChanges([change], mask).flatMap(changeLines)) out(line)
    },
  })
  const rest =
    left === undefined ? undefined : { ...left, changes: maskChanges(left.changes, mask) }
  const message = error === undefined ? undefined : String(mask(error.message))
  if (asked.json) {
    out(
      JSON.stringify({
        server: server.url,
        realm: server.realm,
        done: maskChanges(done, mask),
        left: rest,
        error: message,
      }),
    )
  } else {
    out(`${done.length} done`)
    if (rest !== undefined) for (const line of planLines(rest, server.url)) out(line)
  }
  if (message !== undefined) session.error(message)
  return error === undefined ? exitAfter(asked, rest) : exitOf(error)
}

function exitAfter({ acceptHeld }: Asked, rest: Plan | undefined): number {
  const open = rest?.changes.filter(({ held }) => !acceptHeld || held === undefined)
  return open?.length === 0 ? EXIT.inSync : EXIT.differs
}

async function drift(session: Session): Promise<number> {
  const { asked, server, observed, mask, out } = session
  if (observed === undefined) {
    out(`there is no realm ${server.realm} at ${server.url}`)
    return EXIT.differs
  }
  const applied = readApplied(observed.realm)
  if (applied === undefined) {
    out('nothing was applied here yet: told is what differs from the files')
    return plan(session)
  }
  const found = maskDrift(driftSince(applied, { observed, kept: keptOf(observed) }), mask)
  const recorded = textOf(fieldsOf(observed.realm['attributes'])[APPLIED])
  const events =
    found.length === 0 ? [] : eventsSince(await readEvents(server), applied.eventsUntil, recorded)
  const told = await Promise.all(
    found.map(async (each) => ({ ...each, who: await whoChanged(server, events, each) })),
  )
  const where = `${server.realm} at ${server.url}`
  if (asked.json)
    out(JSON.stringify({ server: server.url, realm: server.realm, since: applied.at, drift: told }))
  else for (const line of driftLines(told, where)) out(line)
  return found.length === 0 ? EXIT.inSync : EXIT.differs
}
