// One object of an answer while its fields are resolved. In: a key or a record. Out: field values, by compiled plans.
// A record is fetched when the first of its fields is asked, never before, and only for someone who may ask.

import type { Value } from '../../adapters/adapter.ts'
import { isScalar } from '../../adapters/mapping/field.ts'
import type { Scalar } from '../../adapters/mapping/normaliser.ts'
import { toItems } from '../../adapters/mapping/paths.ts'
import { isList } from '../../adapters/tree.ts'
import { invariant, SystemError } from '../../schema/errors.ts'
import type { Provenance } from '../../schema/provenance.ts'
import { isAskable } from '../compile/askable.ts'
import type {
  CallPlan,
  FieldCallPlan,
  ObjectPlan,
  RecordPlan,
  ValuePlan,
  View,
} from '../compile/mapping.ts'
import type { Fetched } from './calls.ts'
import type { Permit } from './subject.ts'

export interface Env {
  readonly system: string
  /** Asks the system, or takes what the request has asked before. */
  readonly fetch: (plan: CallPlan, values: readonly (Scalar | null)[]) => Promise<Fetched>
  /** Refuses whoever asks about somebody whom they may not ask about. */
  readonly permit: Permit
  /** Undefined when nobody asked for provenance. */
  readonly note: ((provenance: Provenance) => void) | undefined
}

export type Arguments = Readonly<Record<string, unknown>>

export class Source {
  readonly view: View
  /** Canonical keys by which the object was reached. */
  readonly #keys: ReadonlyMap<string, string>
  /** What was given with the key: values of `@external` fields. */
  readonly #given: Arguments
  #fetched: Promise<Fetched | null> | Fetched | null | undefined

  constructor(
    view: View,
    known: { keys?: ReadonlyMap<string, string>; given?: Arguments; fetched?: Fetched },
  ) {
    this.view = view
    this.#keys = known.keys ?? new Map()
    this.#given = known.given ?? {}
    this.#fetched = known.fetched
  }

  /** Throws SystemError or CallerError. */
  answer(field: string, args: Arguments, env: Env): unknown {
    const plan = this.view.fields.get(field)
    if (plan === undefined) return null
    if (this.view.ofCase.has(field)) env.permit(this.view, (key) => this.#keys.get(key), field)
    if (plan.kind === 'key') {
      return this.#keys.get(field) ?? this.#given[field] ?? this.#otherKey(field, env)
    }
    if (plan.kind === 'call') return this.#answerByCall(plan, { field, args, env })
    const fetched = this.#record(env)
    if (!(fetched instanceof Promise)) return fetched && readRecord(plan, fetched, { field, env })
    return fetched.then((record) => record && readRecord(plan, record, { field, env }))
  }

  async #answerByCall(
    plan: FieldCallPlan,
    { field, args, env }: { field: string; args: Arguments; env: Env },
  ): Promise<unknown> {
    const values: (Scalar | null)[] = []
    for (const { from, source } of plan.call.inputs) {
      if (source === 'argument') values.push(toScalar(args[from]))
      else {
        // What is asked of the record at hand is its own affair: the field tells where it came from when it is asked.
        const key = source === 'key' ? this.#keys.get(from) : undefined
        const value = key ?? toScalar(await this.answer(from, {}, { ...env, note: undefined }))
        // Without it the question would be a wider one, whose answer is about something else.
        if (value === null) return null
        values.push(value)
      }
    }
    if (plan.record.kind === 'object') {
      const at = plan.call.inputs.findIndex(({ from }) => from === subjectOf(plan.record))
      if (at >= 0) env.permit(plan.record.view, () => values[at])
    }
    const fetched = await env.fetch(plan.call, values)
    const { record } = fetched
    if (record === null) return null
    if (!plan.call.each) return readRecord(plan.record, fetched, { field, env })
    return toItems(record).map((item) =>
      readRecord(plan.record, { ...fetched, record: item }, { field, env }),
    )
  }

  /** A key by which the object was not reached, where the record has it. */
  async #otherKey(field: string, env: Env): Promise<Value> {
    const read = this.view.verify.get(field)
    const fetched = read && (await this.#record(env))
    if (!read || !fetched) return null
    return readValue({ kind: 'value', required: false, read }, fetched, { field, env })
  }

  #record(env: Env): Promise<Fetched | null> | Fetched | null {
    this.#fetched ??= this.#fetch(env)
    return this.#fetched
  }

  async #fetch(env: Env): Promise<Fetched | null> {
    const { call, verify } = this.view
    if (call === undefined) return null
    // By load every key that others may reach it by is asked by; a call of half a key is not made.
    invariant(isAskable(call, [...this.#keys.keys()], this.view.keySets), 'a whole key is known')
    const values = call.inputs.map(({ from }) => this.#keys.get(from) ?? null)
    const fetched = await env.fetch(call, values)
    if (fetched.record === null) return null
    for (const [key, read] of verify) {
      if (this.#keys.has(key) && read(fetched.record)?.value !== this.#keys.get(key)) {
        throw invalid(env, fetched, { field: key, reason: 'it answers another key' })
      }
    }
    return fetched
  }
}

interface Reading {
  readonly field: string
  readonly env: Env
}

function readRecord(plan: RecordPlan, fetched: Fetched, reading: Reading): unknown {
  const value =
    plan.kind === 'value' ? readValue(plan, fetched, reading) : readObject(plan, fetched, reading)
  if (value !== null || !plan.required) return value
  throw invalid(reading.env, fetched, {
    field: reading.field,
    reason: 'a required value is absent',
  })
}

function readValue(plan: ValuePlan, fetched: Fetched, { field, env }: Reading): Value {
  const read = plan.read(fetched.record)
  if (read === undefined)
    throw invalid(env, fetched, { field, reason: 'not a value of this field' })
  const { operation, at, via, stale } = fetched
  env.note?.({
    system: env.system,
    operation,
    fetchedAt: new Date(at).toISOString(),
    normalisations: read.normalisations,
    ...(via && { via }),
    ...(stale && { stale }),
  })
  return read.value
}

function readObject(plan: ObjectPlan, fetched: Fetched, reading: Reading): unknown {
  const { field, env } = reading
  const record = plan.read(fetched.record)
  if (record === undefined) throw invalid(env, fetched, { field, reason: 'no record here' })
  if (!plan.list) {
    if (isList(record)) throw invalid(env, fetched, { field, reason: 'a list where one record is' })
    return toObject(plan.view, { ...fetched, record }, reading)
  }
  return toItems(record).map((item) => {
    const object = toObject(plan.view, { ...fetched, record: item }, reading)
    if (object !== null || plan.holdsNull) return object
    throw invalid(env, fetched, { field, reason: 'an empty record in a list' })
  })
}

/** Null without a record, and for an entity none of whose keys is there whole. */
function toObject(view: View, fetched: Fetched, { field, env }: Reading): Source | null {
  if (fetched.record === null) return null
  const keys = new Map<string, string>()
  for (const key of view.keys.keys()) {
    const plan = view.fields.get(key)
    if (plan?.kind !== 'value') continue
    const read = plan.read(fetched.record)
    if (read === undefined) throw invalid(env, fetched, { field, reason: 'not a key' })
    if (isScalar(read.value)) keys.set(key, String(read.value))
  }
  const { keySets } = view
  if (keySets.length > 0 && !keySets.some((set) => set.every((key) => isKeyKnown(key, view, keys))))
    return null
  env.permit(view, (key) => keys.get(key))
  return new Source(view, { keys, fetched })
}

/** Keys that are not read of the record are answered elsewhere. */
function isKeyKnown(key: string, view: View, keys: ReadonlyMap<string, string>): boolean {
  return keys.has(key) || view.fields.get(key)?.kind !== 'value'
}

function subjectOf(plan: RecordPlan): string | undefined {
  return plan.kind === 'object' ? plan.view.subject : undefined
}

function toScalar(value: unknown): Scalar | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null
}

function invalid(
  { system }: Env,
  { operation }: Fetched,
  detail: { field: string; reason: string },
): SystemError {
  return new SystemError('SYSTEM_REPLY_INVALID', system, { operation, detail })
}
