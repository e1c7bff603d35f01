// What the mapping directives of one definition say, in plain data. In: AST. Out: annotations, or a finding with its line.

import {
  type ASTNode,
  type ConstDirectiveNode,
  getDirectiveValues,
  type GraphQLDirective,
  GraphQLError,
  Kind,
} from 'graphql'

import {
  isNormaliserName,
  NORMALISERS,
  type NormaliserName,
} from '../../adapters/mapping/normalisers.ts'
import { SUBJECT_OTHERS } from '../../schema/compose/access-directives.ts'
import { closest } from '../closest.ts'

export interface CallAnnotation {
  readonly node: ASTNode
  readonly operation: string
  readonly input: readonly InputAnnotation[]
  readonly select: string
  readonly batch: BatchAnnotation | undefined
}

export interface InputAnnotation {
  readonly to: string
  readonly from: string
  readonly as: readonly NormaliserName[]
}

interface BatchAnnotation {
  readonly max: number
  readonly items: string
  readonly key: string
  readonly as: readonly NormaliserName[]
}

export interface FromAnnotation {
  readonly node: ASTNode
  readonly path: string | undefined
  /** Several, joined. */
  readonly paths: readonly string[] | undefined
  readonly join: string
  readonly split: string | undefined
  readonly as: readonly NormaliserName[]
  readonly codes: readonly { readonly code: string; readonly value: string }[] | undefined
}

export interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined
}

const NORMALISER_NAMES: readonly string[] = Object.keys(NORMALISERS)

export type Report = (node: ASTNode, message: string) => void

/** Undefined: not there. `broken`: there, and already reported. */
export type Read<T> = T | 'broken' | undefined

export function readCall(
  node: Annotated,
  directive: GraphQLDirective,
  report: Report,
): Read<CallAnnotation> {
  const found = valuesOf(node, directive, report)
  if (typeof found !== 'object') return found
  const { values } = found
  const batch = values['batch']
  return {
    node: found.node,
    operation: text(values['operation']),
    input: items(values['input']).map(toInput),
    select: text(values['select']) || '.',
    batch: isRecord(batch) ? toBatch(batch) : undefined,
  }
}

export function readFrom(
  node: Annotated,
  directive: GraphQLDirective,
  report: Report,
): Read<FromAnnotation> {
  const found = valuesOf(node, directive, report)
  if (typeof found !== 'object') return found
  const { values } = found
  return {
    node: found.node,
    path: optional(values['path']),
    paths: Array.isArray(values['paths']) ? values['paths'].map(text) : undefined,
    join: text(values['join']),
    split: optional(values['split']),
    as: toNames(values['as']),
    codes: Array.isArray(values['codes']) ? items(values['codes']).map(toCode) : undefined,
  }
}

export interface SubjectAnnotation {
  readonly node: ASTNode
  readonly field: string
  /** Do agencies and staff reach it because of a case only? */
  readonly ofCase: boolean
}

/** It may stand there several times. */
export function readSubjects(
  node: Annotated,
  directive: GraphQLDirective,
  report: Report,
): readonly SubjectAnnotation[] {
  return (node.directives ?? []).flatMap((used) => {
    const found = valuesOf({ directives: [used] }, directive, report)
    if (typeof found !== 'object') return []
    const others = text(found.values['others'])
    if (!SUBJECT_OTHERS.includes(others)) {
      report(found.node, `@subject: others is ${SUBJECT_OTHERS.join(' or ')}, not "${others}"`)
    }
    const ofCase = others !== 'anyone'
    return [{ node: found.node, field: text(found.values['field']), ofCase }]
  })
}

type Values = Readonly<Record<string, unknown>>

function valuesOf(
  node: Annotated,
  directive: GraphQLDirective,
  report: Report,
): Read<{ readonly node: ConstDirectiveNode; readonly values: Values }> {
  const used = node.directives?.find(({ name }) => name.value === directive.name)
  if (used === undefined) return undefined
  if (!isWellFormed(used, directive, report)) return 'broken'
  try {
    const values = getDirectiveValues(directive, { directives: [used] })
    return values === undefined ? undefined : { node: used, values }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    report(error.nodes?.[0] ?? used, `@${directive.name}: ${error.message}`)
    return 'broken'
  }
}

/** Says more than coercion would: which argument or normaliser is meant. */
function isWellFormed(
  used: ConstDirectiveNode,
  directive: GraphQLDirective,
  report: Report,
): boolean {
  const known = directive.args.map(({ name }) => name)
  let wellFormed = true
  for (const argument of used.arguments ?? []) {
    if (!known.includes(argument.name.value)) {
      report(argument, `@${directive.name} has no argument ${closest(argument.name.value, known)}`)
      wellFormed = false
    }
    for (const name of enumNames(argument.value)) {
      if (isNormaliserName(name.value)) continue
      report(argument, `there is no normaliser ${closest(name.value, NORMALISER_NAMES)}`)
      wellFormed = false
    }
  }
  return wellFormed
}

type ConstValue = NonNullable<ConstDirectiveNode['arguments']>[number]['value']

function enumNames(value: ConstValue): readonly { readonly value: string }[] {
  if (value.kind === Kind.ENUM) return [value]
  if (value.kind === Kind.LIST) return value.values.flatMap(enumNames)
  return value.kind === Kind.OBJECT ? value.fields.flatMap((field) => enumNames(field.value)) : []
}

function toInput(values: Values): InputAnnotation {
  return { to: text(values['to']), from: text(values['from']), as: toNames(values['as']) }
}

function toBatch(values: Values): BatchAnnotation {
  return {
    max: Number(values['max']),
    items: text(values['items']),
    key: text(values['key']),
    as: toNames(values['as']),
  }
}

function toCode(values: Values): { readonly code: string; readonly value: string } {
  return { code: text(values['code']), value: text(values['value']) }
}

function toNames(value: unknown): readonly NormaliserName[] {
  const names = Array.isArray(value) ? value : []
  return names.filter((name) => typeof name === 'string').filter(isNormaliserName)
}

function items(value: unknown): readonly Values[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
