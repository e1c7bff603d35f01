// Query parameters in the contract's charset: windows-1256 forms are percent-encoded bytes of windows-1256 (quirk Q9).

import { CallerError } from '../../schema/errors.ts'
import type { Tree, Value } from '../adapter.ts'
import { percentEncode } from '../percent.ts'
import { memberOf } from '../tree.ts'
import type { TableQuery } from './contract.ts'

const EXACT = /^-?[0-9]+(?:\.[0-9]+)?$/

/** `name=value&…` of what is sent, or nothing. Throws CallerError INPUT_REJECTED whose fields name parameters, never values. */
export function encodeQuery(query: readonly TableQuery[], input: Tree, charset: string): string {
  const known = new Set(query.map(({ name }) => name))
  for (const name of Object.keys(input)) if (!known.has(name)) throw refuse(name, 'unknown')
  const pairs = query.flatMap((parameter) => {
    const text = textOf(parameter, memberOf(input, parameter.name))
    if (text === undefined || parameter.column !== undefined) return []
    const encoded = percentEncode(text, charset)
    if (encoded === undefined) throw refuse(parameter.name, `not in ${charset}`)
    return [`${encodeURIComponent(parameter.name)}=${encoded}`]
  })
  return pairs.join('&')
}

function textOf(
  { name, type, required }: TableQuery,
  value: Value | undefined,
): string | undefined {
  if (value === undefined || value === null) {
    if (required) throw refuse(name, 'missing')
    return undefined
  }
  if (typeof value === 'object') throw refuse(name, 'not a value')
  const text = String(value)
  if (type === 'exact' && !EXACT.test(text)) throw refuse(name, 'not exact')
  return text
}

function refuse(path: string, reason: string): CallerError {
  return new CallerError('INPUT_REJECTED', `The value at ${path} was not accepted.`, {
    fields: [path],
    detail: { reason },
  })
}
