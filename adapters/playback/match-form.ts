// Are two forms (application/x-www-form-urlencoded) the same? Fields by name, several of one name in their order; how their
// octets are written (RFC 3986 §6.2.2, `+` for a blank) does not matter. Never: a value in what is answered.

import { isLike } from './like.ts'

/** `name=value&…`, and nothing that another kind of text would begin with. */
const FORM = /^[^\s<{["&=]+=[^\s<["]*$/

/** Places that differ; undefined if one of them is no form. */
export function formDifferences(ours: string, theirs: string): string[] | undefined {
  const [left, right] = [ours.trim(), theirs.trim()]
  if (!FORM.test(left) || !FORM.test(right)) return undefined
  const [sent, recorded] = [fieldsOf(left), fieldsOf(right)]
  return [...new Set([...sent.keys(), ...recorded.keys()])].flatMap((name) => {
    const [values, patterns] = [sent.get(name) ?? [], recorded.get(name) ?? []]
    const same =
      values.length === patterns.length &&
      patterns.every((pattern, index) => isLike(values[index], pattern))
    return same ? [] : [`body.${name}`]
  })
}

function fieldsOf(form: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>()
  for (const pair of form.split('&')) {
    const [name = '', ...value] = pair.split('=')
    const key = normal(name)
    fields.set(key, [...(fields.get(key) ?? []), normal(value.join('='))])
  }
  return fields
}

/** Still encoded: the octets may be of any charset. */
function normal(text: string): string {
  return text.replaceAll('+', '%20').replace(/%[0-9a-f]{2}/gi, (octet) => {
    const letter = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
    return /[-._~*{}A-Za-z0-9]/.test(letter) ? letter : octet.toUpperCase()
  })
}
