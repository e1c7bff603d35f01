// Compares a submission with the draft and the form. In: what the citizen sent. Out: the complete answers, or every
// problem at once, each naming its field and none its value.

import type { ErrorObject } from 'ajv'

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'
import type { Form, FormField } from '../../catalogue/form.ts'
import { hashOf } from '../ledger/canonical.ts'
import { isStorable } from './storable.ts'
import type { Text } from './texts.ts'

type FieldProblemCode =
  | 'LOCKED_VALUE_CHANGED'
  | 'REQUIRED'
  | 'UNKNOWN_FIELD'
  | 'WRONG_TYPE'
  | 'WRONG_FORMAT'
  | 'NOT_ALLOWED'
  | 'OUT_OF_RANGE'

export interface FieldProblem {
  /** Undefined: the whole submission. */
  readonly field: string | undefined
  readonly code: FieldProblemCode | 'ALREADY_SUBMITTED'
  readonly message: Text
}

export interface LockedValue {
  readonly name: string
  readonly value: unknown
  readonly seal: string
}

export type Answers = Readonly<Record<string, unknown>>

/** Binds a value to its field and its draft. */
export function sealOf(application: string, name: string, value: unknown): string {
  return hashOf([application, name, value])
}

/** Locked values that were left out are put in; blanks are absent; digits of numbers and dates become ASCII. */
export function completeAnswers(
  fields: readonly FormField[],
  sent: Answers,
  locked: readonly LockedValue[],
): Answers {
  const digits = new Set(fields.filter((field) => field.digits).map(({ name }) => name))
  const tidy = Object.entries(sent)
    .map(([name, value]): [string, unknown] => {
      if (typeof value !== 'string') return [name, value]
      return [name, digits.has(name) ? toAsciiDigits(value).trim() : value.trim()]
    })
    .filter(([, value]) => value !== null && value !== '')
  const missing = locked.map(({ name, value }): [string, unknown] => [name, value])
  return Object.fromEntries([...missing, ...tidy])
}

/** Before anything else looks at the answers: what could not even be kept. */
export function findUnstorable(
  fields: readonly FormField[],
  sent: Answers,
): readonly FieldProblem[] {
  return Object.entries(sent)
    .filter(([, value]) => !isStorable(value))
    .map(([name]) => problem({ fields }, name.slice(0, LONGEST_NAME), 'WRONG_FORMAT'))
}

export function findProblems(
  form: Form,
  answers: Answers,
  { application, locked }: { application: string; locked: readonly LockedValue[] },
): readonly FieldProblem[] {
  const changed = locked
    .filter(({ name, seal }) => sealOf(application, name, answers[name]) !== seal)
    .map(({ name }) => problem(form, name, 'LOCKED_VALUE_CHANGED'))
  const named = new Set(changed.map(({ field }) => field))
  const faults = form
    .check(answers)
    .map((error) => problem(form, fieldOf(error), codeOf(error)))
    .filter(({ field }) => !named.has(field))
  return [...changed, ...new Map(faults.map((fault) => [fault.field, fault])).values()]
}

export const ALREADY_SUBMITTED: FieldProblem = {
  field: undefined,
  code: 'ALREADY_SUBMITTED',
  message: {
    fa: 'این درخواست پیش‌تر با پاسخ‌های دیگری ثبت شده است.',
    en: 'This application was submitted before with other answers.',
  },
}

const CODES: Readonly<Record<string, FieldProblemCode>> = {
  required: 'REQUIRED',
  additionalProperties: 'UNKNOWN_FIELD',
  type: 'WRONG_TYPE',
  pattern: 'WRONG_FORMAT',
  format: 'WRONG_FORMAT',
  minimum: 'OUT_OF_RANGE',
  maximum: 'OUT_OF_RANGE',
  minLength: 'OUT_OF_RANGE',
  maxLength: 'OUT_OF_RANGE',
}

/** A name that is no field of ours is the sender's text. */
const LONGEST_NAME = 64

function codeOf({ keyword }: ErrorObject): FieldProblemCode {
  return CODES[keyword] ?? 'NOT_ALLOWED'
}

function fieldOf({ instancePath, params }: ErrorObject): string | undefined {
  const [, first] = instancePath.split('/')
  if (first !== undefined) return first
  const named: unknown = params['missingProperty'] ?? params['additionalProperty']
  return typeof named === 'string' ? named.slice(0, LONGEST_NAME) : undefined
}

const MESSAGES: Readonly<Record<FieldProblemCode, (name: Text) => Text>> = {
  LOCKED_VALUE_CHANGED: ({ fa, en }) => ({
    fa: `«${fa}» از دستگاه مرجع آمده و نباید تغییر کند.`,
    en: `"${en}" comes from a register and must not be changed.`,
  }),
  REQUIRED: ({ fa, en }) => ({ fa: `«${fa}» را بنویسید.`, en: `Fill in "${en}".` }),
  UNKNOWN_FIELD: () => ({ fa: 'این خانه در فرم نیست.', en: 'The form has no such field.' }),
  WRONG_TYPE: ({ fa, en }) => ({
    fa: `نوع مقدار «${fa}» درست نیست.`,
    en: `"${en}" is of the wrong type.`,
  }),
  WRONG_FORMAT: ({ fa, en }) => ({
    fa: `«${fa}» به شکل درست نوشته نشده است.`,
    en: `"${en}" is not written in the right form.`,
  }),
  NOT_ALLOWED: ({ fa, en }) => ({
    fa: `مقدار «${fa}» پذیرفته نیست.`,
    en: `The value of "${en}" is not one that is accepted.`,
  }),
  OUT_OF_RANGE: ({ fa, en }) => ({
    fa: `«${fa}» از اندازهٔ مجاز بیرون است.`,
    en: `"${en}" is outside its limits.`,
  }),
}

function problem(
  { fields }: Pick<Form, 'fields'>,
  name: string | undefined,
  code: FieldProblemCode,
): FieldProblem {
  const field = fields.find((each) => each.name === name)
  const title = field?.title ?? { fa: 'فرم', en: 'The form' }
  return { field: name, code, message: MESSAGES[code](title) }
}
