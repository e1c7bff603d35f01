// A system's whole schema.graphql against its contract. In: AST, contract, settings. Out: plans for every field.
// Everything that is wrong is reported with its line, all at once; nothing is left to be found at a call.

import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql'

import type { Contract, Shape } from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import {
  type CallAnnotation,
  type FromAnnotation,
  readCall,
  readFrom,
  readSubjects,
  type Report,
} from './annotations.ts'
import { isAskable } from './askable.ts'
import { type CallScope, compileCall } from './compile-call.ts'
import { compileRecordValue, type Place, placeOf, type Target } from './compile-value.ts'
import {
  hasDirective,
  holdsNull,
  isListType,
  isRequired,
  itemOf,
  keySetsOf,
  keysOf,
  nameOf,
} from './definitions.ts'
import { finishEnum, finishScalar } from './fits.ts'
import type {
  CallPlan,
  FieldPlan,
  Mapping,
  ParseKey,
  ReadField,
  RecordPlan,
  View,
} from './mapping.ts'
import type { Vocabulary } from './vocabulary.ts'

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation'])

/** The record of a call that is broken: one finding is enough, not one more for each field. */
const UNKNOWN: Shape = { kind: 'any' }

export interface MappingSource {
  readonly document: DocumentNode
  readonly contract: Contract
  readonly settings: SystemSettings
  readonly vocabulary: Vocabulary
  readonly report: Report
}

export function compileMapping(source: MappingSource): Mapping {
  return new MappingCompiler(source).compile()
}

interface Around {
  readonly type: ObjectTypeDefinitionNode
  readonly keys: readonly string[]
  /** The record that fields read from; undefined: there is none, each field needs a call. */
  readonly record: Shape | undefined
  /** Key fields are known without the record. */
  readonly referred: boolean
}

class MappingCompiler {
  readonly #source: MappingSource
  readonly #types: ReadonlyMap<string, ObjectTypeDefinitionNode>
  readonly #enums: ReadonlyMap<string, ReadonlySet<string>>
  /** A type has one view per record shape; recursion ends here. */
  readonly #views = new Map<string, Map<Shape, View>>()

  constructor(source: MappingSource) {
    this.#source = source
    const types = new Map<string, ObjectTypeDefinitionNode>()
    const enums = new Map<string, ReadonlySet<string>>()
    for (const node of source.document.definitions) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION) types.set(node.name.value, node)
      if (node.kind !== Kind.ENUM_TYPE_DEFINITION) continue
      enums.set(node.name.value, new Set(node.values?.map(({ name }) => name.value)))
    }
    this.#types = types
    this.#enums = enums
  }

  compile(): Mapping {
    const entities = new Map<string, View>()
    const roots = new Map<string, View>()
    for (const [name, type] of this.#types) {
      if (ROOTS.has(name)) roots.set(name, this.#compileRoot(type))
      else if (keysOf(type, true).length > 0) entities.set(name, this.#compileEntity(type))
    }
    return { entities, roots }
  }

  #compileRoot(type: ObjectTypeDefinitionNode): View {
    return this.#compileView({ type, keys: [], record: undefined, referred: true }, undefined)
  }

  /** A type that others refer to by its key. */
  #compileEntity(type: ObjectTypeDefinitionNode): View {
    const { vocabulary, report } = this.#source
    const keys = keysOf(type, true)
    const annotation = readCall(type, vocabulary.call, report)
    if (annotation === undefined) {
      return this.#compileView({ type, keys, record: undefined, referred: true }, undefined)
    }
    const scope = { keys, args: [], fields: [], mutation: false }
    const call = annotation === 'broken' ? undefined : this.#compileCall(annotation, scope)
    if (call?.each === true) report(type, 'select gives many records, an entity is one')
    if (call !== undefined) this.#checkKeys(type, call)
    const record = call?.record ?? UNKNOWN
    return this.#compileView({ type, keys, record, referred: true }, call)
  }

  /** By whichever key an object is reached, its call must be about it alone. */
  #checkKeys(type: ObjectTypeDefinitionNode, call: CallPlan): void {
    const sets = keySetsOf(type, true)
    for (const set of sets.filter((each) => !isAskable(call, each, sets))) {
      const key = `@key "${set.join(' ')}"`
      this.#source.report(
        type,
        `${key}: the call does not ask by it; add an input, or resolvable: false`,
      )
    }
  }

  #viewOf(type: ObjectTypeDefinitionNode, record: Shape): View {
    const known = this.#views.get(type.name.value)?.get(record)
    if (known !== undefined) return known
    return this.#compileView(
      { type, keys: keysOf(type, false), record, referred: false },
      undefined,
    )
  }

  #compileView(around: Around, call: CallPlan | undefined): View {
    const { type, keys, record, referred } = around
    const fields = new Map<string, FieldPlan>()
    const verify = new Map<string, ReadField>()
    const view: View = {
      type: type.name.value,
      keys: new Map(keys.map((key) => [key, this.#parseKey(type, key)])),
      keySets: keySetsOf(type, referred),
      ...this.#subjectOf(type, keys),
      call,
      verify,
      fields,
    }
    if (record !== undefined && !referred) {
      const views = this.#views.get(view.type) ?? new Map<Shape, View>()
      this.#views.set(view.type, views.set(record, view))
    }
    for (const field of type.fields ?? []) {
      const name = field.name.value
      const plan = this.#compileField(field, around)
      if (plan !== undefined) fields.set(name, plan)
      if (referred && keys.includes(name)) this.#compileVerify(field, around, verify)
    }
    return view
  }

  #compileField(field: FieldDefinitionNode, around: Around): FieldPlan | undefined {
    const { vocabulary, report } = this.#source
    const { type, keys, record, referred } = around
    const name = field.name.value
    if (referred && (keys.includes(name) || hasDirective(field, 'external'))) return { kind: 'key' }
    const call = readCall(field, vocabulary.call, report)
    const from = readFrom(field, vocabulary.from, report)
    if (call === 'broken' || from === 'broken') return undefined
    if (call !== undefined) return this.#compileFieldCall(field, { call, from, around })
    if (record === undefined) {
      report(field, `${type.name.value}.${name} has no record to read: add @call to it or its type`)
      return undefined
    }
    if (referred && isRequired(field)) {
      report(field, `${type.name.value}.${name} must be nullable: the system may be away`)
    }
    return this.#compileRecord(field, from ?? bare(field), record)
  }

  #compileFieldCall(
    field: FieldDefinitionNode,
    parts: { call: CallAnnotation; from: FromAnnotation | undefined; around: Around },
  ): FieldPlan | undefined {
    const { report } = this.#source
    const { call, from, around } = parts
    const plan = this.#compileCall(call, {
      keys: around.keys,
      args: (field.arguments ?? []).map(({ name }) => name.value),
      fields: askedBy(around, field),
      mutation: around.type.name.value === 'Mutation',
    })
    if (plan === undefined) return undefined
    if (plan.each && !isListType(field.type)) {
      report(field, 'select gives many records, but one is published')
      return undefined
    }
    if (isRequired(field))
      report(field, `${field.name.value} must be nullable: the system may be away`)
    const start = from ?? (this.#isObject(field) ? { ...bare(field), path: '.' } : bare(field))
    const one = plan.each ? { ...field, type: itemOf(field.type) } : field
    const record = this.#compileRecord(one, start, plan.record)
    return record && { kind: 'call', required: isRequired(field), call: plan, record }
  }

  #compileRecord(
    field: FieldDefinitionNode,
    from: FromAnnotation,
    record: Shape,
  ): RecordPlan | undefined {
    const { report } = this.#source
    const place = placeOf(from, field.name.value, record, report)
    if (place === undefined) return undefined
    const type = this.#types.get(nameOf(field.type))
    if (type !== undefined) return this.#compileObject(field, { from, place, type })
    const read = compileRecordValue(from, this.#targetOf(field.type), place, report)
    return read && { kind: 'value', required: isRequired(field), read }
  }

  #compileObject(
    field: FieldDefinitionNode,
    parts: { from: FromAnnotation; place: Place; type: ObjectTypeDefinitionNode },
  ): RecordPlan | undefined {
    const { report } = this.#source
    const { from, type } = parts
    const { read, shape, each } = parts.place
    const list = isListType(field.type)
    if ((each || shape.kind === 'list') !== list && shape.kind !== 'any') {
      report(from.node, list ? 'a list is published, but here is no list' : 'here is a list')
      return undefined
    }
    if (from.as.length > 0 || from.codes !== undefined) {
      report(from.node, `normalisers and codes belong to the fields of ${type.name.value}`)
    }
    return {
      kind: 'object',
      required: isRequired(field),
      list,
      holdsNull: holdsNull(field.type),
      read,
      view: this.#viewOf(type, shape.kind === 'list' ? shape.of : shape),
    }
  }

  #compileVerify(field: FieldDefinitionNode, around: Around, verify: Map<string, ReadField>): void {
    const { vocabulary, report } = this.#source
    const from = readFrom(field, vocabulary.from, report)
    if (from === undefined || from === 'broken') return
    if (around.record === undefined) {
      // Where other records refer to the entity, the path is read in those.
      if (!this.#isReferredTo(around.type.name.value))
        report(from.node, 'there is no record to read: the type has no @call')
      return
    }
    const place = placeOf(from, field.name.value, around.record, report)
    const read = place && compileRecordValue(from, this.#targetOf(field.type), place, report)
    if (read !== undefined) verify.set(field.name.value, read)
  }

  #compileCall(
    call: CallAnnotation,
    scope: Pick<CallScope, 'keys' | 'args' | 'fields' | 'mutation'>,
  ): CallPlan | undefined {
    const { contract, settings, report } = this.#source
    return compileCall(call, { contract, settings, report, ...scope })
  }

  #subjectOf(
    type: ObjectTypeDefinitionNode,
    keys: readonly string[],
  ): Pick<View, 'subject' | 'ofCase'> {
    const { vocabulary, report } = this.#source
    const ofType = readSubjects(type, vocabulary.subject, report)
    const subject = ofType[0]?.field
    if (subject !== undefined && !keys.includes(subject)) {
      report(type, `@subject names "${subject}", which is no key field of ${type.name.value}`)
    }
    const ofCase = new Set<string>()
    for (const field of type.fields ?? []) {
      const ofField = readSubjects(field, vocabulary.subject, report)
      for (const { node, field: named } of ofField.filter((one) => one.field !== subject)) {
        report(node, `${type.name.value} itself must say @subject(field: "${named}"), too`)
      }
      if ([...ofType, ...ofField].some((one) => one.ofCase)) ofCase.add(field.name.value)
    }
    return { subject, ofCase }
  }

  #parseKey(type: ObjectTypeDefinitionNode, key: string): ParseKey {
    const field = type.fields?.find(({ name }) => name.value === key)
    if (field === undefined) {
      this.#source.report(type, `@key names "${key}"; only plain fields of the type may be a key`)
      return () => undefined
    }
    const { name, members } = this.#targetOf(field.type)
    const finish = members ? finishEnum(members) : finishScalar(name)
    return (value) => {
      const finished = isText(value) ? finish(value) : undefined
      return typeof finished === 'string' ? finished : undefined
    }
  }

  #targetOf(type: TypeNode): Target {
    const name = nameOf(type)
    const members = this.#enums.get(name)
    return { name, members, list: isListType(type), holdsNull: holdsNull(type) }
  }

  /** Is it the type of some field of this folder? */
  #isReferredTo(name: string): boolean {
    return [...this.#types.values()].some((type) =>
      type.fields?.some((field) => nameOf(field.type) === name),
    )
  }

  #isObject(field: FieldDefinitionNode): boolean {
    return this.#types.has(nameOf(field.type))
  }
}

function bare(field: FieldDefinitionNode): FromAnnotation {
  const nothing = { path: undefined, paths: undefined, join: '', split: undefined }
  return { node: field, ...nothing, as: [], codes: undefined }
}

/** What a call may be asked by besides keys and arguments: of an entity what others give with its key, else the record. */
function askedBy({ type, record, referred }: Around, field: FieldDefinitionNode): string[] {
  if (!referred) return record === undefined ? [] : valueFields(type, field)
  const given = (type.fields ?? []).filter((each) => hasDirective(each, 'external'))
  return given.map(({ name }) => name.value)
}

/** Fields of the record at hand that a call beside them may be asked by. */
function valueFields(type: ObjectTypeDefinitionNode, asking: FieldDefinitionNode): string[] {
  const others = (type.fields ?? []).filter((field) => field !== asking)
  return others.filter((field) => !hasDirective(field, 'call')).map(({ name }) => name.value)
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
