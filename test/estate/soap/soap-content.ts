// What a request element must hold, said once per operation and in the order of the contract's sequence.

import type { XmlElement } from './soap-xml.ts'

export interface Field {
  readonly name: string
  readonly required: boolean
  /** Lexical space of a simple value, or the children of a complex one. */
  readonly holds: RegExp | Content
}

export interface Content {
  /** Namespace of the children: the target namespace if qualified, else empty. */
  readonly namespace: string
  readonly fields: readonly Field[]
}

export const TEXT = /^[\s\S]*$/u
export const LONG = /^[+-]?\d{1,19}$/u
export const INT = /^[+-]?\d{1,10}$/u

export function required(name: string, holds: RegExp | Content): Field {
  return { name, required: true, holds }
}

export function optional(name: string, holds: RegExp | Content): Field {
  return { name, required: false, holds }
}

/** Findings as a validating parser would word them, without any value; empty if the element is valid. */
export function checkContent(element: XmlElement, content: Content, at: string): string[] {
  const findings: string[] = []
  let next = 0
  for (const item of element.children) {
    const found = content.fields.findIndex(({ name }, index) => index >= next && name === item.name)
    const field = content.fields[found]
    if (field === undefined || item.namespace !== content.namespace) {
      findings.push(`cvc-complex-type.2.4: element '${item.name}' is not expected in '${at}'.`)
      continue
    }
    findings.push(...missing(content.fields.slice(next, found), at), ...checkField(item, field, at))
    next = found + 1
  }
  return [...findings, ...missing(content.fields.slice(next), at)]
}

function checkField(item: XmlElement, field: Field, at: string): string[] {
  const place = `${at}/${field.name}`
  if (!(field.holds instanceof RegExp)) return checkContent(item, field.holds, place)
  const valid = item.children.length === 0 && field.holds.test(item.text)
  return valid ? [] : [`cvc-datatype-valid: the value of '${place}' is not valid.`]
}

function missing(fields: readonly Field[], at: string): string[] {
  return fields
    .filter((field) => field.required)
    .map(({ name }) => `cvc-complex-type.2.4: element '${name}' is missing in '${at}'.`)
}
