// One row for each request that reads or changes what is about a person: who, for whom, by what right, for what, which
// fields, and what came of it. Names of fields, never values; persons by pseudonyms, never by a national id. Where rows go is
// for whoever opens the gateway: into the log here, and to the keeper of mandates, who shows them to the principal.

import type { Caller } from '../../schema/caller.ts'
import type { RequestContext } from '../../schema/context.ts'
import type { Log } from '../../schema/log.ts'
import type { NoteAct } from '../../schema/mandate.ts'
import type { Pseudonyms } from '../../schema/pseudonym.ts'
import { clientOf, tellable } from './client-of.ts'
import { codesOf, nameOf, type Observed, reasonOf } from './request-line.ts'

export interface AuditRow {
  readonly at: string
  readonly requestId: string
  readonly traceId: string
  readonly client: string | undefined
  /** `citizen`, `agency`, `staff`: as whom it was asked. */
  readonly caller: Caller['kind']
  /** Who asked, where it was not a machine. */
  readonly actor: string | undefined
  /** Whom it is about, as far as the request says so; the citizens themselves for their own. */
  readonly subjects: readonly string[]
  readonly acr: string | undefined
  readonly office: string | undefined
  readonly mandate: { readonly id: string; readonly kind: string } | undefined
  readonly purpose: string | undefined
  readonly issue: string | undefined
  readonly operation: string | undefined
  readonly hash: string | undefined
  readonly fields: readonly string[]
  readonly status: number
  readonly codes: Readonly<Record<string, number>>
  readonly reason: string | undefined
  readonly sharedWith: string | undefined
}

export type AuditSink = (row: AuditRow) => void

/** What of an operation is about persons; as gateway/auth finds it. */
interface Personal {
  readonly fields: readonly string[]
  subjects(variables: Readonly<Record<string, unknown>>): readonly string[]
}

export interface Audited extends Observed {
  readonly work?:
    | (NonNullable<Observed['work']> & {
        readonly context?: Pick<RequestContext, 'purpose' | 'issue' | 'tally'>
        readonly variables?: Readonly<Record<string, unknown>> | undefined
      })
    | undefined
}

export interface AuditOptions<Work> {
  readonly pseudonyms: Pseudonyms
  readonly personalOf: (work: Work) => Personal | undefined
  readonly sinks: readonly AuditSink[]
  /** Epoch milliseconds. Default: the clock. */
  readonly now?: () => number
}

/** In an audit a person has one name, whichever client asks. */
const SECTOR = 'audit'

/** Never throws for what a client may send. */
export function buildAudit<Work>({
  pseudonyms,
  personalOf,
  sinks,
  now = Date.now,
}: AuditOptions<Work>) {
  const nameOfPerson = (nationalId: string) => pseudonyms(SECTOR, `person ${nationalId}`)
  return (finished: Audited & { readonly work?: Work | undefined }): void => {
    const { caller, work } = finished
    const personal = work && personalOf(work)
    const fields = personal?.fields ?? []
    if (caller === undefined || (fields.length === 0 && !isRefusedActing(finished))) return
    const row: AuditRow = {
      at: new Date(now()).toISOString(),
      requestId: finished.requestId,
      traceId: finished.traceparent.slice(3, 35),
      client: clientOf(finished).name,
      caller: caller.kind,
      actor: actorOf(caller, pseudonyms),
      subjects: subjectsOf(caller, personal?.subjects(work?.variables ?? {})).map(nameOfPerson),
      acr: caller.acr,
      office: caller.officeId,
      mandate: mandateOf(caller),
      ...toldBy(work),
      fields,
      status: finished.status,
      codes: codesOf(finished) ?? {},
      reason: reasonOf(finished),
      sharedWith: finished.sharedWith,
    }
    for (const sink of sinks) sink(row)
  }
}

/** Somebody who named a mandate and was not let in by it. */
function isRefusedActing({ code }: Audited): boolean {
  return code === 'MANDATE_REFUSED'
}

function toldBy(work: Audited['work']): Pick<AuditRow, 'purpose' | 'issue' | 'operation' | 'hash'> {
  const { purpose, issue } = work?.context ?? {}
  const operation = work?.operation
  return {
    purpose: purpose && tellable(purpose),
    issue: issue && tellable(issue),
    operation: operation && nameOf(operation.operation),
    hash: operation?.hash,
  }
}

/** By their own subject at the sign-on, whether they act for themselves or for another. */
function actorOf({ kind, actor, subject }: Caller, pseudonyms: Pseudonyms): string | undefined {
  if (actor !== undefined) return pseudonyms(SECTOR, `subject ${actor.subject}`)
  if (kind === 'agency' || kind === 'anonymous') return undefined
  return pseudonyms(SECTOR, `subject ${subject}`)
}

function subjectsOf(
  { nationalId, legalNationalId }: Caller,
  named: readonly string[] = [],
): readonly string[] {
  const own = nationalId ?? legalNationalId
  return [...new Set(own === undefined ? named : [own, ...named])]
}

function mandateOf({ actor }: Caller): AuditRow['mandate'] {
  const mandate = actor?.mandate
  return mandate && { id: mandate.id, kind: mandate.kind }
}

/** Into the log, as a line of its own. */
export function auditToLog(log: Log): AuditSink {
  return (row) => log.info({ ...row }, 'audit')
}

/** What was asked under a mandate, to whoever keeps mandates. */
export function auditToMandates(note: NoteAct): AuditSink {
  return ({ mandate, requestId, at, operation, fields, codes }) => {
    if (mandate === undefined) return
    note({ mandate: mandate.id, requestId, at: new Date(at), operation, fields, codes })
  }
}
