// What may stay when a sample is scrubbed: not who somebody is, but how the system says things. In: a folder's schema and
// settings. Out: names and values; and the names under which text stands as base64.

import { type DirectiveNode, Kind, parse, type ValueNode, visit } from 'graphql'

import type { SystemSettings } from '../../adapters/settings.ts'
import type { ScrubRules } from './scrub-body.ts'

export type Kept = Omit<ScrubRules, 'scrub'>

/** Normalisers that read words of a closed list and quantities: their values are nobody's. */
const HARMLESS: ReadonlySet<string> = new Set([
  'BOOLEAN_TEXT',
  'DANG_TEXT',
  'WHOLE_NUMBER',
  'DECIMAL_TEXT',
])

export function keptValues(schema: string, settings: SystemSettings): Kept {
  const names = new Set<string>()
  const base64Names = new Set<string>()
  const operations = Object.values(settings.operations)
  const outcomes = operations.flatMap((operation) => operation.outcomes ?? [])
  const values = new Set(outcomes.flatMap(({ is = [], not = [] }) => [...is, ...not]).map(String))
  visit(parse(schema), {
    Directive: (node) => {
      if (node.name.value !== 'from') return
      const name = lastName(node)
      const as = items(argument(node, 'as')).flatMap(enumName)
      const codes = items(argument(node, 'codes')).flatMap(codeOf)
      for (const code of codes) values.add(code)
      if (as.includes('BASE64_TEXT')) base64Names.add(name)
      if (codes.length > 0 || as.some((each) => HARMLESS.has(each))) names.add(name)
    },
  })
  const packed = operations.flatMap(({ unpack }) =>
    unpack === undefined ? [] : [[lastStep(unpack.path), unpack] as const],
  )
  return {
    keepNames: names,
    keepValues: values,
    keepStarts: outcomes.flatMap(({ starts = [] }) => starts),
    base64Names,
    packed: new Map(packed),
  }
}

function lastStep(path: string): string {
  return (
    path
      .split('.')
      .at(-1)
      ?.replaceAll(/\[.*?\]/g, '') ?? ''
  )
}

function lastName(node: DirectiveNode): string {
  const path = argument(node, 'path')
  const text = path?.kind === Kind.STRING ? path.value : ''
  return (
    text
      .split('.')
      .at(-1)
      ?.replaceAll(/\[.*?\]/g, '') ?? ''
  )
}

function argument(node: DirectiveNode, name: string): ValueNode | undefined {
  return node.arguments?.find((each) => each.name.value === name)?.value
}

function items(value: ValueNode | undefined): readonly ValueNode[] {
  return value?.kind === Kind.LIST ? value.values : []
}

function enumName(value: ValueNode): string[] {
  return value.kind === Kind.ENUM ? [value.value] : []
}

function codeOf(value: ValueNode): string[] {
  if (value.kind !== Kind.OBJECT) return []
  const code = value.fields.find(({ name }) => name.value === 'code')?.value
  return code?.kind === Kind.STRING ? [code.value] : []
}
