// A system's mapping as compiled plans: which call gives a record, which reader gives a field. Plain data and closures.

import type { Shape, Tree, Value } from '../../adapters/adapter.ts'
import type { ReadValue } from '../../adapters/mapping/field.ts'
import type { Scalar } from '../../adapters/mapping/normaliser.ts'
import type { ReadPath } from '../../adapters/mapping/paths.ts'

/** Everything that a subgraph of one system can answer. */
export interface Mapping {
  /** Types that may be reached by `_entities`, by name. */
  readonly entities: ReadonlyMap<string, View>
  /** Query and Mutation, where the system has such fields. */
  readonly roots: ReadonlyMap<string, View>
}

/** How the fields of one object type are answered from one kind of record. */
export interface View {
  readonly type: string
  /** Key fields and how a value from outside is made canonical; empty for a type without `@key`. */
  readonly keys: ReadonlyMap<string, ParseKey>
  /** The fields of each `@key`: whoever knows one of them whole knows which object is meant. */
  readonly keySets: readonly (readonly string[])[]
  /** The key field that must be the citizen's own national id. */
  readonly subject: string | undefined
  /** Fields that agencies and staff reach because of a case of that person only. */
  readonly ofCase: ReadonlySet<string>
  /** How the record of an entity is fetched by its key. */
  readonly call: CallPlan | undefined
  /** Readers of key fields in the record: an answer to another question is refused. */
  readonly verify: ReadonlyMap<string, ReadField>
  readonly fields: ReadonlyMap<string, FieldPlan>
}

/** Canonical text; undefined: no such value. */
export type ParseKey = (value: unknown) => string | undefined

/** From a whole record to one value. */
export type ReadField = (record: Value) => ReturnType<ReadValue>

export type FieldPlan = KeyPlan | RecordPlan | FieldCallPlan

/** Answered by the key itself, without a call. */
interface KeyPlan {
  readonly kind: 'key'
}

/** Answered from the record at hand. */
export type RecordPlan = ValuePlan | ObjectPlan

export interface ValuePlan {
  readonly kind: 'value'
  readonly required: boolean
  readonly read: ReadField
}

/** A part of the record, with its own fields. */
export interface ObjectPlan {
  readonly kind: 'object'
  readonly required: boolean
  /** Each item of a list is an object. */
  readonly list: boolean
  /** A list may hold null. */
  readonly holdsNull: boolean
  readonly read: ReadPath
  readonly view: View
}

/** Answered by a call of its own; `record` reads what it gives, or each of what it gives. */
export interface FieldCallPlan {
  readonly kind: 'call'
  readonly required: boolean
  readonly call: CallPlan
  readonly record: RecordPlan
}

export interface CallPlan {
  readonly operation: string
  readonly mutation: boolean
  readonly inputs: readonly InputPlan[]
  /** Values by the inputs' order (null: left out) to the operation's input, or to one item of a batch. */
  readonly build: (values: readonly (Scalar | null)[]) => Value | undefined
  readonly select: ReadPath
  /** `select` ends with `[]`: a list of records. */
  readonly each: boolean
  /** What one record looks like. */
  readonly record: Shape
  readonly batch: BatchPlan | undefined
}

export interface InputPlan {
  /** Name of an argument, of a key field, or of another field of the record at hand. */
  readonly from: string
  readonly source: 'argument' | 'key' | 'field'
}

export interface BatchPlan {
  readonly max: number
  readonly wrap: (items: readonly Value[]) => Tree
  /** The keys inside one reply record, in the order of the inputs. */
  readonly readKeys: readonly ReadField[]
}
