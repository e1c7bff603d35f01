// A first schema.graphql for a contract. In: planned operations. Out: SDL with types, keys and mappings, and what could
// not be published. Everything is closed by policy until a person opens it.

import { parse, print } from 'graphql'

import type { ScalarType, Shape } from '../../adapters/adapter.ts'
import { isNameable, isPublishable } from './is-publishable.ts'
import { toLatin } from './latin.ts'
import { take, toEnumValue, toFieldName, toTypeName } from './names.ts'
import type { Input, PlannedOperation } from './plan-operation.ts'
import { recognise } from './recognise.ts'

export interface ProposedSchema {
  readonly sdl: string
  readonly notes: readonly string[]
}

export function proposeSchema(
  system: string,
  operations: readonly PlannedOperation[],
): ProposedSchema {
  const writer = new Writer(system)
  for (const operation of operations) writer.add(operation)
  return writer.result()
}

const SCALARS: Readonly<Record<ScalarType, string>> = {
  string: 'String',
  boolean: 'Boolean',
  int: 'Int',
  double: 'Float',
  exact: 'Decimal',
  date: 'Date',
  dateTime: 'String',
  binary: 'String',
}
/** Longer lists of values are left to be text. */
const MOST_VALUES = 60

class Writer {
  readonly #system: string
  readonly #notes: string[] = []
  readonly #roots = { query: [] as string[], mutation: [] as string[] }
  /** Fields of each entity type, by the type's name. */
  readonly #entities = new Map<string, { readonly key: Input; readonly fields: string[] }>()
  readonly #definitions: string[] = []
  readonly #names = new Set(['Query', 'Mutation', 'Person', 'LegalPerson', 'Address'])
  /** Types by what they hold: a contract that describes one record in several places means one type. */
  readonly #known = new Map<string, string>()
  /** Names under which each type stands in the contract. */
  readonly #uses = new Map<string, Set<string>>()

  constructor(system: string) {
    this.#system = system
  }

  add(operation: PlannedOperation): void {
    const { name, kind, contract, select, entity } = operation
    for (const note of operation.notes) this.#notes.push(`${name}: ${note}`)
    if (operation.isSilent) {
      this.#roots[kind].push(this.#root(operation, this.#accepted(contract.name)))
      return
    }
    if (select === undefined) {
      this.#notes.push(`${name}: the answer holds nothing to publish, so it has no field`)
      return
    }
    const type = this.#type(operation.record, recordName(operation))
    const result = select.endsWith('[]') ? `[${type}!]` : type
    if (entity !== undefined) this.#addToEntity(operation, entity, result)
    else this.#roots[kind].push(this.#root(operation, result))
  }

  result(): ProposedSchema {
    const roots = Object.entries(this.#roots).flatMap(([kind, fields]) =>
      fields.length === 0 ? [] : [`type ${toTypeName(kind)} {\n${fields.join('\n')}\n}`],
    )
    const entities = [...this.#entities].map(
      ([type, { key, fields }]) =>
        `${quoted(`${words(type)}.`)}\ntype ${type} @key(fields: "${key.name}")${subject(type, key)} {\n` +
        `${quoted(`${words(key.name)}.`)} ${key.name}: ${typeOf(key)}!\n${fields.join('\n')}\n}`,
    )
    const parts = [...roots, ...entities, ...this.#definitions]
    const sdl = parts.length === 0 ? '' : `${print(parse(this.#renamed(parts.join('\n\n'))))}\n`
    return { sdl, notes: this.#notes }
  }

  /** A type of `nameMatch` and `cityMatch` is one of a `match`. */
  #renamed(sdl: string): string {
    let text = sdl
    for (const [type, names] of this.#uses) {
      const shared = names.size > 1 ? sharedEnding([...names]) : ''
      const better = shared === '' ? type : typeName(this.#system, shared)
      if (better === type || this.#names.has(better)) continue
      this.#names.add(better)
      text = text.replaceAll(new RegExp(`\\b${type}\\b`, 'g'), better)
    }
    return text
  }

  #root(operation: PlannedOperation, result: string): string {
    return (
      `${quoted(`${words(operation.name)}.`)} ${operation.name}${toArguments(operation.inputs)}: ${result} ` +
      `${toCall(operation, operation.inputs)} @policy(policies: [["inquiry:${this.#system}"]])`
    )
  }

  #addToEntity(
    operation: PlannedOperation,
    { type, key }: NonNullable<PlannedOperation['entity']>,
    result: string,
  ): void {
    const entity = this.#entities.get(type) ?? { key: { ...key, name: keyName(type) }, fields: [] }
    this.#entities.set(type, entity)
    const input = { ...key, name: entity.key.name }
    const others = operation.inputs.filter((each) => each.path !== key.path)
    // An argument may be named as the key is.
    const taken = new Set([input.name])
    const named = others.map((each) => ({ ...each, name: take(taken, each.name) }))
    const allowed = type === 'Person' ? `["citizen"], ` : ''
    entity.fields.push(
      `${quoted(`${words(operation.name)}.`)} ${operation.name}${toArguments(named)}: ${result} ${toCall(operation, [input, ...named])} ` +
        `@policy(policies: [${allowed}["inquiry:${this.#system}"]])`,
    )
  }

  /** There is nothing to be read but that the system took it. */
  #accepted(name: string): string {
    const type = take(this.#names, toTypeName(this.#system, name, 'accepted'))
    this.#definitions.push(
      `${quoted(`${words(name)}: the system took it.`)}\ntype ${type} {\n` +
        `${quoted('Always true; what went wrong is an error.')} accepted: Boolean! @from(path: "'true'", as: [BOOLEAN_TEXT])\n}`,
    )
    return type
  }

  /** Name of the object type for a record; the same record has one type. */
  #type(shape: Shape, name: string): string {
    const alike = JSON.stringify(toPlain(shape))
    const known = this.#known.get(alike)
    if (known !== undefined) {
      this.#uses.get(known)?.add(name)
      return known
    }
    const type = take(this.#names, typeName(this.#system, name))
    this.#known.set(alike, type)
    this.#uses.set(type, new Set([name]))
    const place = this.#definitions.push('') - 1
    const fields = shape.kind === 'object' ? this.#fields(shape.fields) : []
    this.#definitions[place] =
      `${quoted(`${words(name)}.`)}\ntype ${type} {\n${fields.join('\n')}\n}`
    return type
  }

  #fields(shapes: ReadonlyMap<string, Shape>): readonly string[] {
    const names = new Set<string>()
    return [...shapes].flatMap(([name, shape]) => this.#field(name, shape, names))
  }

  #field(name: string, shape: Shape, names: Set<string>): readonly string[] {
    if (!isNameable(name) || !isPublishable(shape)) {
      this.#notes.push(`"${name}" is not published: its content has no type that could be named`)
      return []
    }
    const own = take(names, toFieldName(name))
    const { path, inner, list } = unwrapped(name, shape)
    const from = path === own ? [] : [`path: ${JSON.stringify(path)}`]
    const type =
      inner.kind === 'scalar'
        ? this.#scalar(name, inner, from)
        : this.#type(inner, list ? singular(name) : name)
    const mapping = from.length === 0 ? '@from' : `@from(${from.join(', ')})`
    return [`${quoted(`${words(own)}.`)} ${own}: ${list ? `[${type}!]` : type} ${mapping}`]
  }

  /** Adds normalisers and codes to the arguments of `@from`. */
  #scalar(name: string, shape: Extract<Shape, { kind: 'scalar' }>, from: string[]): string {
    const recognised = recognise(name, shape.type)
    if (recognised !== undefined) {
      from.push(`as: [${recognised.as.join(', ')}]`)
      return recognised.type
    }
    if (shape.type === 'binary') from.push('as: [DOCUMENT_CONTENT]')
    // XSD 1.0 part 2 §3.2.9: a date may bear a zone, which our dates do not.
    if (shape.type === 'date') from.push('as: [ISO_DATE]')
    const codes = toCodes(shape.values)
    // Who names in Persian writes values in Persian, in one of its many spellings (Q7, Q21).
    const isPersian = shape.type === 'string' && /\p{Script=Arabic}/u.test(name)
    if (isPersian && codes === undefined) from.push('as: [PERSIAN_TEXT]')
    if (codes === undefined || shape.type !== 'string') return SCALARS[shape.type]
    from.push(
      `codes: [${codes.map(([code, value]) => `{ code: ${JSON.stringify(code)}, value: "${value}" }`).join(', ')}]`,
    )
    const alike = JSON.stringify(codes)
    const known = this.#known.get(alike)
    if (known !== undefined) {
      this.#uses.get(known)?.add(name)
      return known
    }
    const type = take(this.#names, typeName(this.#system, name))
    this.#known.set(alike, type)
    this.#uses.set(type, new Set([name]))
    const values = codes.map(([code, value]) => `${quoted(`${code}.`)} ${value}`)
    this.#definitions.push(`${quoted(`${words(name)}.`)}\nenum ${type} {\n${values.join('\n')}\n}`)
    return type
  }
}

function toArguments(inputs: readonly Input[]): string {
  const args = inputs.map((input) => {
    const values = input.shape.values
    const said = values === undefined ? '' : ` One of ${values.slice(0, 20).join(', ')}.`
    return `${quoted(`${words(input.name)}.${said}`)} ${input.name}: ${typeOf(input)}${input.required ? '!' : ''}`
  })
  return args.length === 0 ? '' : `(${args.join(', ')})`
}

/** What the contract calls the record, if that says more than that it is an answer. */
function recordName({ name, select = '.', contract }: PlannedOperation): string {
  const last = select.replace(/\[\]$/, '').split('.').at(-1) ?? ''
  const isVague =
    /^$|^\w*(?:return|result|response|out(?:put)?|items?|data|rows?|list|records?|content)$/i.test(
      last,
    )
  if (!select.endsWith('[]')) return isVague ? name : last
  const noun = contract.name.replace(/^(?:get|list|find|search|fetch|read)_?(?=[A-Z])/i, '')
  return singular(isVague ? noun : last)
}

function singular(name: string): string {
  return name.endsWith('ies') ? name.replace(/ies$/, 'y') : name.replace(/([^su])s$/, '$1')
}

/** A wrapper that holds nothing but one list is that list. */
function unwrapped(
  name: string,
  shape: Shape,
): { readonly path: string; readonly inner: Shape; readonly list: boolean } {
  if (shape.kind === 'list') return { path: `${name}[]`, inner: shape.of, list: true }
  if (shape.kind === 'object' && shape.fields.size === 1) {
    const [entry] = shape.fields
    if (entry !== undefined && entry[1].kind === 'list' && isNameable(entry[0])) {
      return { path: `${name}.${entry[0]}[]`, inner: entry[1].of, list: true }
    }
  }
  return { path: name, inner: shape, list: false }
}

function toCall({ name, select }: PlannedOperation, inputs: readonly Input[]): string {
  const given = inputs.map(({ path, name: from, recognised }) => {
    const as = recognised === undefined ? '' : `, as: [${recognised.as.join(', ')}]`
    return `{ to: ${JSON.stringify(path)}, from: "${from}"${as} }`
  })
  const input = given.length === 0 ? '' : `, input: [${given.join(', ')}]`
  const record = select === '.' || select === undefined ? '' : `, select: ${JSON.stringify(select)}`
  return `@call(operation: "${name}"${input}${record})`
}

function toCodes(
  values: readonly string[] | undefined,
): readonly (readonly [string, string])[] | undefined {
  if (values === undefined || values.length === 0 || values.length > MOST_VALUES) return undefined
  const codes = values.flatMap((code) => {
    const value = toEnumValue(code)
    return value === undefined ? [] : [[code, value] as const]
  })
  const isWhole = codes.length === values.length
  return isWhole && new Set(codes.map(([, value]) => value)).size === codes.length
    ? codes
    : undefined
}

function typeOf({ recognised, shape }: Input): string {
  return recognised?.type ?? SCALARS[shape.type]
}

const KEYS: Readonly<Record<string, string>> = {
  Person: 'nationalId',
  LegalPerson: 'legalNationalId',
  Address: 'postCode',
}

/** `city-library`, `libraryLoans` → `CityLibraryLoans`: no word twice in a row. */
function typeName(system: string, name: string): string {
  const [before, own] = [toTypeName(system), toTypeName(name)]
  const last = toTypeName(system.split('-').at(-1) ?? '')
  return own.startsWith(last) && own.length > last.length
    ? `${before}${own.slice(last.length)}`
    : own === last
      ? before
      : `${before}${own}`
}

/** The words at the end that all have: `traderNameMatch`, `traderCityMatch` → `match`. */
function sharedEnding(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => words(name).toLowerCase().split(' '))
  let length = 0
  while (
    length < first.length &&
    others.every((each) => each.at(-1 - length) === first.at(-1 - length))
  ) {
    length += 1
  }
  return length === 0 ? '' : first.slice(-length).join('_')
}

/** For comparison: what a record holds, by names and types. */
function toPlain(shape: Shape): unknown {
  if (shape.kind === 'list') return [toPlain(shape.of)]
  if (shape.kind === 'scalar')
    return shape.values === undefined ? shape.type : [shape.type, ...shape.values]
  return shape.kind === 'any'
    ? 'any'
    : { has: [...shape.fields].map(([name, below]) => [name, toPlain(below)]) }
}

function keyName(type: string): string {
  return KEYS[type] ?? 'id'
}

function subject(type: string, { name }: Input): string {
  return type === 'Person' ? ` @subject(field: "${name}")` : ''
}

/** `birthDate` → `Birth date`. */
function words(name: string): string {
  const spaced = toLatin(name)
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .trim()
  return spaced === '' ? name : spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
