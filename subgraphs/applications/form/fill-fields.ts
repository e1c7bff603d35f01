// Lays out a form with what the registers said. In: the form and the graph's answer. Out: per field its value, where it
// came from, and whether the citizen may change it. A register that failed or knows nothing leaves the field open.

import type { Answer, AnswerError } from '../../../schema/context.ts'
import type { Path, Provenance } from '../../../schema/provenance.ts'
import type { FormField, PrefillSource } from '../../catalogue/form.ts'
import { isStorable } from './storable.ts'
import * as texts from './texts.ts'
import type { Text } from './texts.ts'

type FieldState = 'REGISTER' | 'ASK' | 'UNAVAILABLE'

export interface FilledField {
  readonly name: string
  readonly state: FieldState
  /** Undefined: empty. */
  readonly value: unknown
  readonly locked: boolean
  readonly provenance: Provenance | undefined
  readonly reason: Text
}

export interface Known {
  readonly answer: Answer
  /** What sign-on vouches for. */
  readonly claims: { readonly nationalId: string; readonly mobile: string | undefined }
  /** When sign-on's token was looked at, ISO 8601. */
  readonly at: string
  readonly agencies: ReadonlyMap<string, Text>
}

export function fillFields(fields: readonly FormField[], known: Known): readonly FilledField[] {
  return fields.map((field) => fit(field, fill(field.name, field.prefill, known)))
}

// A value that its own form would refuse must not be locked: nobody could submit. One that cannot be kept stops nobody.
function fit(field: FormField, filled: FilledField): FilledField {
  const { value } = filled
  if (value === undefined || (isStorable(value) && field.accepts(value))) return filled
  return open(filled.name, 'ASK', texts.NOT_USABLE)
}

function fill(name: string, source: PrefillSource | undefined, known: Known): FilledField {
  if (!source) return open(name, 'ASK', texts.ASKED)
  if ('claim' in source) return fillFromClaim(name, source, known)
  const { value, at } = read(known.answer, source.path)
  if (value === undefined) return openFor(name, at, known)
  const provenance = provenanceOf(known.answer, source.path)
  const locked = provenance !== undefined && source.editable !== true
  const reason = locked ? texts.FROM_REGISTER : texts.SUGGESTED
  return { name, state: 'REGISTER', value, locked, provenance, reason }
}

function fillFromClaim(
  name: string,
  { claim, confirmedBy }: Extract<PrefillSource, { claim: unknown }>,
  known: Known,
): FilledField {
  const value = known.claims[claim]
  if (value === undefined) return open(name, 'ASK', texts.ASKED)
  if (confirmedBy === undefined) {
    const operation = `claim ${claim}`
    const provenance = { system: 'sign-on', operation, fetchedAt: known.at, normalisations: [] }
    return { name, state: 'REGISTER', value, locked: true, provenance, reason: texts.FROM_REGISTER }
  }
  const confirmation = read(known.answer, confirmedBy)
  const provenance = provenanceOf(known.answer, confirmedBy)
  if (confirmation.value === true && provenance) {
    return { name, state: 'REGISTER', value, locked: true, provenance, reason: texts.FROM_REGISTER }
  }
  if (confirmation.value !== undefined) return open(name, 'ASK', texts.NOT_CONFIRMED)
  return { ...openFor(name, confirmation.at, known), value }
}

function openFor(name: string, at: Path, { answer, agencies }: Known): FilledField {
  const error = answer.errors?.find(({ path }) => path === undefined || related(path, at))
  if (!error && answer.data) return open(name, 'ASK', texts.NO_RECORD)
  const system = error?.extensions?.['system']
  const agency = typeof system === 'string' ? agencies.get(system) : undefined
  return open(name, 'UNAVAILABLE', texts.unavailable(error, agency))
}

function open(name: string, state: 'ASK' | 'UNAVAILABLE', reason: Text): FilledField {
  return { name, state, value: undefined, locked: false, provenance: undefined, reason }
}

// The value, or where on the way to it the answer ends.
function read({ data }: Answer, path: string): { value: unknown; at: Path } {
  let value: unknown = data
  const at: string[] = []
  for (const step of path.split('.')) {
    at.push(step)
    if (typeof value !== 'object' || value === null)
      return { value: undefined, at: at.slice(0, -1) }
    value = Object.entries(value).find(([key]) => key === step)?.[1]
    if (value === null || value === undefined) return { value: undefined, at }
  }
  return { value, at }
}

function provenanceOf({ extensions }: Answer, path: string): Provenance | undefined {
  const entry = extensions?.provenance?.find((each) => each.path.join('.') === path)
  if (!entry) return undefined
  const { system, operation, fetchedAt, normalisations } = entry
  return { system, operation, fetchedAt, normalisations }
}

/** One path leads to the other: an error at or above a value, or below it with the null carried up. */
function related(left: Path, right: Path): boolean {
  const length = Math.min(left.length, right.length)
  return left.slice(0, length).every((step, index) => step === right[index])
}

export interface InquiryOutcome {
  readonly system: string
  readonly state: 'ANSWERED' | 'NO_RECORD' | 'FAILED'
  readonly reason: Text | undefined
}

/** What became of each inquiry that the service lists. */
export function inquiryOutcomes(answer: Answer, agencies: ReadonlyMap<string, Text>) {
  const answered = new Set(answer.extensions?.provenance?.map(({ system }) => system))
  const wholly = answer.data ? undefined : (answer.errors?.[0] ?? { message: '' })
  return [...agencies].map(([system, agency]): InquiryOutcome => {
    const error: AnswerError | undefined =
      answer.errors?.find(({ extensions }) => extensions?.['system'] === system) ?? wholly
    if (error) return { system, state: 'FAILED', reason: texts.unavailable(error, agency) }
    const state = answered.has(system) ? 'ANSWERED' : 'NO_RECORD'
    return { system, state, reason: undefined }
  })
}
