// Parameters of the path, the query, headers and cookies in the styles of OpenAPI 3.1 §4.8.12.2 (Swagger 2's among them).

import type { Tree, Value } from '../adapter.ts'
import { percentEncode } from '../percent.ts'
import { isTree, memberOf } from '../tree.ts'
import type { Document, Operation } from './document.ts'
import { writeExact } from './exact-json.ts'
import { contentOf } from './media.ts'
import type { Model } from './model.ts'
import { asNode, asText, type Node } from './nodes.ts'
import { isIgnored, nameProblem } from './parameter-names.ts'
import { readSchema } from './schema.ts'
import { refuse, writeText, writeValue } from './write.ts'

type Place = 'path' | 'query' | 'header' | 'cookie'

export interface Parameter {
  readonly name: string
  readonly in: Place
  readonly required: boolean
  readonly model: Model
  readonly style: string
  /** `a=1&a=2` rather than `a=1,2`. */
  readonly explode: boolean
  /** The value is one text of JSON. */
  readonly json: boolean
}

const STYLES: Readonly<Record<Place, readonly [usual: string, ...others: string[]]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject', 'tab'],
  header: ['simple'],
  cookie: ['form'],
}

export function readParameter(node: Node, operation: Operation, document: Document): Parameter[] {
  const { name, in: place } = node
  if (typeof name !== 'string' || !isPlace(place)) {
    document.report(`${operation.id}: a parameter in ${String(place)} is not spoken`)
    return []
  }
  if (isIgnored(name, place)) return []
  const report = (problem: string): void =>
    document.report(`${operation.id}: parameter ${name}${problem}`)
  const odd = nameProblem(name, place)
  if (odd !== undefined) report(` ${odd}`)
  const style = asText(node['style']) ?? STYLES[place][0]
  const content = contentOf(node['content'], ['json'])
  const model = readSchema(content?.schema ?? node['schema'], document, 'request')
  const json = content !== undefined || isUntyped(node, model)
  for (const problem of problemsOf(model, { place, style, json })) report(problem)
  const required = node['required'] === true || place === 'path'
  const explode = node['explode'] === undefined ? isFormStyle(style) : node['explode'] === true
  return [{ name, in: place, required, model, style, explode, json }]
}

function problemsOf(
  model: Model,
  { place, style, json }: { place: Place; style: string; json: boolean },
): string[] {
  const isKnown = STYLES[place].includes(style)
  return [
    ...(isKnown ? [] : [`: there is no style ${style} in the ${place}`]),
    ...(json || isFlat(model, style) ? [] : [' is no value, list or record of values']),
  ]
}

function isPlace(value: unknown): value is Place {
  return typeof value === 'string' && Object.hasOwn(STYLES, value)
}

function isFormStyle(style: string): boolean {
  return style === 'form' || style === 'deepObject'
}

/** No schema at all: whatever is given is written as its text. */
function isUntyped(node: Node, { kind }: Model): boolean {
  return kind.is === 'any' && Object.keys(asNode(node['schema'])).length === 0
}

function isFlat({ kind }: Model, style: string): boolean {
  if (kind.is === 'list') return kind.of.kind.is === 'scalar' && style !== 'deepObject'
  if (kind.is !== 'object') return kind.is === 'scalar'
  return [...kind.members.values()].every(({ model: { kind: of } }) => of.is === 'scalar')
}

/** A value of a parameter: one text, several, or texts by the names of a record. */
type Texts = readonly (readonly [text: string, name?: string])[]

function textsOf(parameter: Parameter, input: Tree): Texts | undefined {
  const { name, required } = parameter
  const value = memberOf(input, name)
  if (value === undefined || value === null) {
    if (required) throw refuse(name, 'missing')
    return undefined
  }
  const texts = allTexts(parameter, value)
  // Half a pair has no bytes in any charset.
  if (!texts.every(([text]) => text.isWellFormed())) throw refuse(name, 'not a text')
  return texts
}

function allTexts(parameter: Parameter, value: Value): Texts {
  const { name, model, json } = parameter
  if (json) return [[jsonOf(value, model, name)]]
  const { kind } = model
  if (kind.is === 'object') return recordOf(value, model, name)
  if (kind.is !== 'list') return [[writeText(value, model, name)]]
  const items: readonly Value[] = Array.isArray(value) ? value : [value]
  return items.map((item, index) => {
    const text = writeText(item, kind.of, `${name}[${index}]`)
    // Most servers decode first and part then: one value would be two.
    if (!isParted(parameter) && text.includes(separatorOf(parameter))) {
      throw refuse(`${name}[${index}]`, 'it holds what parts values')
    }
    return [text] as const
  })
}

/** Each item is a value of its own, `a=1&a=2`. */
function isParted({ in: place, explode }: Parameter): boolean {
  return explode && (place === 'query' || place === 'cookie')
}

function separatorOf({ in: place, style }: Parameter): string {
  if (place === 'query') return decodeURIComponent(SEPARATORS.get(style) ?? ',')
  return style === 'label' ? '.' : ','
}

function jsonOf(value: Value, model: Model, name: string): string {
  const written = writeValue(value, model, name)
  return model.kind.is === 'any' && typeof written !== 'object'
    ? String(written)
    : writeExact(written)
}

function recordOf(value: Value, model: Model, name: string): Texts {
  if (model.kind.is !== 'object' || !isTree(value)) throw refuse(name, 'not an object')
  // Checks names and obligation; the texts are those of the members.
  writeValue(value, model, name)
  const texts: [string, string][] = []
  for (const [member, { model: of }] of model.kind.members) {
    const each = memberOf(value, member)
    if (each === undefined || each === null) continue
    texts.push([writeText(each, of, `${name}.${member}`), member])
  }
  return texts
}

export function encodePath(
  template: string,
  parameters: readonly Parameter[],
  input: Tree,
): string {
  return template.replaceAll(/\{([^}]*)\}/g, (_whole, name: string) => {
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name)
    const texts = parameter && textsOf(parameter, input)
    const text = parameter && texts ? pathText(parameter, texts) : ''
    // An empty or dot segment would be another resource, or one above the address (RFC 3986 §5.2.4). A server that
    // decodes %2F before it looks at segments would be led there by a text with slashes, too.
    if (
      text === '' ||
      text === '.' ||
      text === '..' ||
      texts?.some(([each]) => LEADS_AWAY.test(each))
    ) {
      throw refuse(name, 'not a path segment')
    }
    return text
  })
}

/** Dot segments between slashes of either kind; what no path holds. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const LEADS_AWAY = /(?:^|[/\\])\.\.?(?:[/\\]|$)|[\u0000-\u001f\u007f]/

/** RFC 6570 §3.2.2, §3.2.5, §3.2.7. */
function pathText({ name, style, explode }: Parameter, texts: Texts): string {
  const parts = joined(texts, explode)
  if (style === 'label') return `.${parts.join(explode ? '.' : ',')}`
  if (style !== 'matrix') return parts.join(',')
  if (!explode) return `;${name}=${parts.join(',')}`
  const isRecord = texts[0]?.[1] !== undefined
  return parts.map((part) => (isRecord ? `;${part}` : `;${name}=${part}`)).join('')
}

/** `a,1,b,2`, exploded `a=1,b=2`; the items of a list. */
function joined(texts: Texts, explode: boolean): string[] {
  return texts.flatMap(([text, key]) => {
    const value = encodeURIComponent(text)
    if (key === undefined) return [value]
    return explode ? [`${encodeURIComponent(key)}=${value}`] : [encodeURIComponent(key), value]
  })
}

const SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['spaceDelimited', '%20'],
  ['pipeDelimited', '%7C'],
  ['tab', '%09'],
])

/** `a=1&b=2` without a question mark. Throws CallerError for a character that the charset has not. */
export function encodeQuery(
  parameters: readonly Parameter[],
  input: Tree,
  charset: string,
): string {
  const pairs: string[] = []
  for (const parameter of parameters) {
    if (parameter.in !== 'query') continue
    const texts = textsOf(parameter, input)
    if (texts === undefined) continue
    const encode = (text: string): string => {
      const encoded = percentEncode(text, charset)
      if (encoded === undefined) throw refuse(parameter.name, `not in ${charset}`)
      return encoded
    }
    pairs.push(...queryPairs(parameter, texts, encode))
  }
  return pairs.join('&')
}

function queryPairs(
  { name, style, explode }: Parameter,
  texts: Texts,
  encode: (text: string) => string,
): string[] {
  const key = encodeURIComponent(name)
  const named = texts.flatMap(([text, member]) =>
    member === undefined ? [] : [[encode(member), encode(text)] as const],
  )
  if (named.length > 0) {
    if (style === 'deepObject') return named.map(([member, text]) => `${key}[${member}]=${text}`)
    if (explode) return named.map(([member, text]) => `${member}=${text}`)
    return [`${key}=${named.flat().join(',')}`]
  }
  const values = texts.map(([text]) => encode(text))
  if (explode) return values.map((value) => `${key}=${value}`)
  return values.length === 0 ? [] : [`${key}=${values.join(SEPARATORS.get(style) ?? ',')}`]
}

export function encodeHeaders(
  parameters: readonly Parameter[],
  input: Tree,
): Record<string, string> {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (const parameter of parameters) {
    if (parameter.in !== 'header' && parameter.in !== 'cookie') continue
    const texts = textsOf(parameter, input)
    if (texts === undefined) continue
    const text = plainText(parameter, texts)
    if (!/^[\x20-\x7e]*$/.test(text)) throw refuse(parameter.name, 'not allowed in a header')
    if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = text
    else cookies.push(`${parameter.name}=${encodeURIComponent(text)}`)
  }
  if (cookies.length > 0) headers['cookie'] = cookies.join('; ')
  return headers
}

function plainText({ explode }: Parameter, texts: Texts): string {
  const between = explode ? '=' : ','
  return texts.map(([text, key]) => (key === undefined ? text : key + between + text)).join(',')
}
