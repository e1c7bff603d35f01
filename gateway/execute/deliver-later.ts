// Sends the deferred parts of an answer: each as soon as what it waits for is there and the part it stands in was told.

import type { LaterPart } from '../../schema/context.ts'
import type { Path } from '../../schema/provenance.ts'
import type { Executing } from './execution.ts'
import { type Postponed, Projection } from './project.ts'
import { ReportsByPlace } from './reports-by-place.ts'
import type { Begun } from './run.ts'
import { toAnswer, valueAtPath } from './to-answer.ts'
import { isTree, type Tree } from './tree.ts'

/** The objects of one deferred fragment at one position that stand in the same told part. */
interface Group {
  readonly label: string | undefined
  /** Response keys from the root, without lists. */
  readonly keys: string
  readonly members: Postponed[]
}

interface Ready {
  readonly group: Group
  readonly reports: ReportsByPlace
}

/** `told`: the answer's data. Ends early with the request. Rejects only for a bug of ours. */
export async function* deliverLater(
  executing: Executing,
  told: Tree | null,
  postponed: readonly Postponed[],
): AsyncGenerator<LaterPart, void, void> {
  const waiting = new Map<Group, Promise<Ready>>()
  const wait = (members: readonly Postponed[]) => {
    for (const group of groupsOf(members)) waiting.set(group, whenReady(group, executing))
  }
  const ended = endOf(executing.run.asked.context.signal)
  try {
    wait(standing(postponed, told, []))
    while (waiting.size > 0) {
      const ready = await Promise.race([...waiting.values(), ended.promise])
      if (ready === undefined) return
      waiting.delete(ready.group)
      // Of all objects at once: as many groups wait as the document has fragments, however many objects there are.
      wait(yield* tellAll(ready, executing))
    }
  } finally {
    ended.forget()
  }
}

function whenReady(group: Group, executing: Executing): Promise<Ready> {
  const begun = partsOf(group, executing.run.begun)
  const ready = Promise.all(begun.map(({ done }) => done)).then(() => {
    const reports = begun.map((part) => executing.forClient(part.reports))
    return { group, reports: new ReportsByPlace(reports) }
  })
  // If the request ends before, nobody is left to be told.
  ready.catch(() => {})
  return ready
}

/** What the plan does for a fragment; nothing if the part it stands in brings all it needs. */
function partsOf({ label, keys }: Group, begun: readonly Begun[]): readonly Begun[] {
  const named = begun.filter(({ deferred }) => deferred.label === label)
  const here = named.filter(({ deferred }) => deferred.path.join(' ') === keys)
  return here.length > 0 || label === undefined ? here : named
}

/** Objects that a null took away are not told of. `base`: where the told part stands. */
function standing(
  postponed: readonly Postponed[],
  told: Tree | null,
  base: Path,
): readonly Postponed[] {
  return postponed.filter(({ path }) => isTree(valueAtPath(path.slice(base.length), told)))
}

function groupsOf(postponed: readonly Postponed[]): readonly Group[] {
  const groups = new Map<string, Group>()
  const nodes = new Map<object, number>()
  for (const member of postponed) {
    const { node, label } = member.shape.fragment
    const keys = member.path.filter((key) => typeof key === 'string').join(' ')
    const number = nodes.get(node) ?? nodes.size
    nodes.set(node, number)
    const group = groups.get(`${number} ${keys}`) ?? { label, keys, members: [] }
    groups.set(`${number} ${keys}`, group)
    group.members.push(member)
  }
  return [...groups.values()]
}

/** Returns what the told parts put off in turn. */
function* tellAll(
  { group, reports }: Ready,
  executing: Executing,
): Generator<LaterPart, readonly Postponed[], void> {
  const inner: Postponed[] = []
  for (const member of group.members) {
    const { part, postponed } = tell(member, reports, executing)
    yield part
    for (const one of standing(postponed, part.data, member.path)) inner.push(one)
  }
  return inner
}

function tell({ shape, tree, path }: Postponed, all: ReportsByPlace, executing: Executing) {
  const reports = all.below(path)
  const projection = new Projection(executing.projecting, reports.errors, path)
  const data = projection.run(shape.shapes, tree)
  const provenance = executing.provenanceOf(reports.provenance)
  const answer = toAnswer({ data, errors: projection.errors, provenance }, path)
  const part: LaterPart = { ...answer, path, label: shape.fragment.label }
  return { part, postponed: projection.postponed }
}

/** The deadline is no such end: every call answers then, with an error that its part still has to tell. */
function endOf(signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const onAbort = () => {
    const { reason } = signal
    if (!(reason instanceof DOMException && reason.name === 'TimeoutError')) resolve(undefined)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return { promise, forget: () => signal.removeEventListener('abort', onAbort) }
}
