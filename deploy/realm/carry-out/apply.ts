// In: a plan and its server. Out: what was done and what is left, known by reading the server once more. What is done is
// recorded even when the work breaks off, so that the next run goes on from there.

import { type Fields, fieldsOf, textsOf } from '../objects/fields.ts'
import { type Item, nameOf } from '../objects/kinds.ts'
import {
  APPLIED,
  isListed,
  listedAs,
  MARK,
  markAll,
  ownership,
  readList,
} from '../objects/marks.ts'
import {
  type Applied,
  readApplied,
  type Recording,
  recordApplied,
  writeApplied,
} from '../plan/applied.ts'
import type { Change, Plan, PlanOptions } from '../plan/change.ts'
import { driftSince } from '../plan/drift.ts'
import { makePlan } from '../plan/plan.ts'
import { RealmError } from '../realm-error.ts'
import { newestEvent } from '../server/admin-events.ts'
import { type Observed, observe } from '../server/observe.ts'
import type { Server } from '../server/server.ts'
import { carryOut } from './carry-out.ts'
import type { Work } from './work.ts'

export interface Applying {
  readonly server: Server
  readonly plan: Plan
  readonly desired: readonly Item[]
  /** The whole realm of the files, filled. */
  readonly realm: Fields
  readonly observed: Observed | undefined
  readonly options: PlanOptions
  readonly now: () => Date
  readonly onDone: (change: Change) => void
}

export interface AppliedPlan {
  readonly done: readonly Change[]
  /** What a plan made now would still have; undefined when the server could not be read again. */
  readonly left: Plan | undefined
  readonly error: RealmError | undefined
}

export async function applyPlan(applying: Applying): Promise<AppliedPlan> {
  const done: Change[] = []
  const onDone = (change: Change): void => {
    done.push(change)
    applying.onDone(change)
  }
  const error = await attempt(() => work({ ...applying, onDone }))
  if (error?.code === 'UNREACHABLE' || error?.code === 'REFUSED') {
    return { done, left: undefined, error }
  }
  let left: Plan | undefined
  const second = await attempt(async () => {
    left = await finish(applying, done.length > 0)
  })
  return { done, left, error: error ?? second }
}

async function attempt(task: () => Promise<void>): Promise<RealmError | undefined> {
  try {
    await task()
    return undefined
  } catch (error) {
    if (error instanceof RealmError) return error
    throw error
  }
}

async function work(applying: Applying): Promise<void> {
  const { server, plan, desired, realm, observed, onDone } = applying
  if (observed === undefined) {
    await server.call('create the realm', () =>
      server.admin.realms.create({ ...markAll(realm, desired), realm: server.realm }),
    )
    for (const change of plan.changes) onDone(change)
    // An import adds things of its own that the files do not want: what is left is an ordinary plan.
    const made = await observe(server, desired)
    const rest =
      made && makePlan({ ...applying, realm: server.realm, observed: made, applied: undefined })
    if (rest !== undefined) await work({ ...applying, plan: rest, observed: made })
    return
  }
  const changes = plan.changes.filter(isToBeDone)
  if (changes.length === 0) return
  const wanted = new Map(desired.map((item) => [nameOf(item), item]))
  const there = new Map(observed.items.map((item) => [nameOf(item), item]))
  const mine = await announce(server, observed.realm, { changes, wanted, there })
  const ids = new Map(observed.items.map((item) => [nameOf(item), item.id ?? '']))
  const context: Work = { server, realm: mine, ids }
  for (const change of changes) {
    await carryOut(context, change, {
      item: wanted.get(nameOf(change)),
      found: there.get(nameOf(change)),
    })
    onDone(change)
  }
}

function isToBeDone({ action, held }: Change): boolean {
  return held === undefined && action !== 'collision'
}

/**
 * Writes down what will be ours before it is made: if the work breaks off between the two, it is known again. Resolves with
 * the realm as it is then.
 */
async function announce(
  server: Server,
  realm: Fields,
  {
    changes,
    wanted,
    there,
  }: Readonly<Record<'wanted' | 'there', ReadonlyMap<string, Item>>> & {
    readonly changes: readonly Change[]
  },
): Promise<Fields> {
  const names = changes
    .filter(({ action }) => action === 'create' || action === 'adopt')
    .map((change) => wanted.get(nameOf(change)) ?? there.get(nameOf(change)))
    .filter((item) => item !== undefined)
    .filter(isListed)
    .map(listedAs)
  const list = new Set([...readList(realm), ...names])
  const attributes = {
    ...fieldsOf(realm['attributes']),
    [MARK]: JSON.stringify([...list].toSorted()),
  }
  await server.call('record', () =>
    server.admin.realms.update({ realm: server.realm }, { attributes }),
  )
  return { ...realm, attributes }
}

/** Reads the server once more, records what is there, and plans again. */
async function finish(
  { server, desired, options, now }: Applying,
  isChanged: boolean,
): Promise<Plan> {
  const observed = await observe(server, desired)
  const before = observed === undefined ? undefined : readApplied(observed.realm)
  // What was adopted is ours now.
  const again = { ...options, adopt: [] }
  const { realm } = server
  if (observed === undefined) {
    return makePlan({ realm, desired, observed, applied: undefined, options: again })
  }
  const eventsUntil = await newestEvent(server)
  const kept = keptOf(observed)
  const at = now()
  const recording = { desired: oursOf(desired, observed), observed, kept, eventsUntil, at, before }
  const applied = await record(server, recording, isChanged)
  return makePlan({ realm, desired, observed, applied, options: again })
}

/** Nothing is written when nothing happened: a look at a realm leaves no trace in its admin events. */
async function record(server: Server, recording: Recording, isChanged: boolean): Promise<Applied> {
  const { desired, observed, before } = recording
  const list = listOfOurs(desired, observed)
  const attributes = fieldsOf(observed.realm['attributes'])
  const isListAsBefore = textsOf([attributes[MARK]])[0] === list
  const isKnown = !isChanged && isListAsBefore
  if (before !== undefined && isKnown && driftSince(before, recording).length === 0) return before
  const applied = recordApplied(recording)
  const whole = { ...attributes, [MARK]: list, [APPLIED]: writeApplied(applied) }
  await server.call('record', () =>
    server.admin.realms.update({ realm: server.realm }, { attributes: whole }),
  )
  return applied
}

/**
 * What is ours stays so while it is there, also if the files have it no more and it was not yet deleted. Users that the files
 * do not name are not read, and stay in the list.
 */
function listOfOurs(desired: readonly Item[], { realm, items }: Observed): string {
  const there = new Set(items.map(listedAs))
  const still = [...readList(realm)].filter((name) => there.has(name) || name.startsWith('user:'))
  const list = new Set([...still, ...desired.filter(isListed).map(listedAs)])
  return JSON.stringify([...list].toSorted())
}

/** What of the files is ours on the server, by now: a name that is somebody else's is not. */
function oursOf(desired: readonly Item[], observed: Observed): readonly Item[] {
  const owned = ownership(observed.realm, observed.items)
  const there = new Map(observed.items.map((item) => [nameOf(item), item]))
  return desired.filter((item) => {
    const found = there.get(nameOf(item))
    return found !== undefined && owned(found)
  })
}

/** Ours, and whatever hangs on it. */
export function keptOf({ realm, items }: Observed): readonly Item[] {
  const owned = ownership(realm, items)
  const there = new Map(items.map((item) => [nameOf(item), item]))
  return items.filter((item) => {
    const above = item.parent === undefined ? undefined : there.get(item.parent)
    return owned(item) || (above !== undefined && owned(above))
  })
}
