// The text of an element or attribute → our value, by its model. White space around a value that is no text is none of it.

import type { Value } from '../adapter.ts'
import type { Model, Scalar } from './model.ts'
import { Mismatch } from './read.ts'

// Zeros in front are cut apart from these: both in one expression would try every division of a million zeros.
const INTEGER = /^([+-]?)(\d+)(?:\.0+)?$/
const DECIMAL = /^([+-]?)(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

export interface XmlTextPlace {
  readonly model: Model
  readonly required: boolean
  /** Asked only when the text is not the contract. */
  readonly path: () => string
}

/** Empty is null for a number, truth value or date that may be absent: many writers leave the element there. Throws Mismatch. */
export function readXmlText(text: string, { model, required, path }: XmlTextPlace): Value {
  const { kind } = model
  if (kind.is !== 'scalar') return text
  const value = valueOf(text, kind)
  if (value === undefined && text.trim() === '' && (!required || model.nullable)) return null
  if (value === undefined) throw new Mismatch(path(), kind.type)
  if (model.only && !model.only.has(String(value))) throw new Mismatch(path(), 'a listed value')
  return value
}

type Read = (text: string) => boolean | number | string | undefined

const readDate: Read = (text) => (text === '' ? undefined : text)

/** Text without white space at its ends → value. Strings keep theirs. */
const READERS: Readonly<Record<Exclude<Scalar['type'], 'exact' | 'string'>, Read>> = {
  boolean: (text) => TRUTHS.get(text),
  int: toInt,
  double: toDouble,
  binary: toBase64,
  date: readDate,
  dateTime: readDate,
}

function valueOf(text: string, { type, whole }: Scalar): ReturnType<Read> {
  if (type === 'string') return text
  return type === 'exact' ? toExact(text.trim(), whole) : READERS[type](text.trim())
}

function toDouble(text: string): number | undefined {
  const value = DECIMAL.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : undefined
}

function toInt(text: string): number | undefined {
  const value = INTEGER.test(text) ? Number(text) : NaN
  return value >= -2_147_483_648 && value <= 2_147_483_647 ? value : undefined
}

/** The digits as they stand, without a plus and zeros that mean nothing. */
function toExact(text: string, whole: boolean): string | undefined {
  const match = (whole ? INTEGER : DECIMAL).exec(text)
  if (match?.[2] === undefined) return undefined
  return `${match[1] === '-' ? '-' : ''}${match[2].replace(/^0+(?=\d)/, '')}`
}

function toBase64(text: string): string | undefined {
  const bare = text.replace(/\s/g, '')
  return bare !== '' && BASE64.test(bare) && bare.length % 4 === 0 ? bare : undefined
}
