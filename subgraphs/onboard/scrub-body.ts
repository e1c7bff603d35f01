// The text of an answer with invented values in place of real ones; names, layout and quirks stay as they were.
// In: text, what to keep by name or value. Out: text of the same form.

import type { ScrubValue } from './scrub-value.ts'

export interface ScrubRules {
  readonly scrub: ScrubValue
  /** Names of elements or members whose values stay: code lists, amounts. */
  readonly keepNames: ReadonlySet<string>
  /** Values that stay wherever they stand: codes, words for yes and no. */
  readonly keepValues: ReadonlySet<string>
  /** Beginnings that stay: a code before words. */
  readonly keepStarts: readonly string[]
  /** Names whose values are base64 of text. */
  readonly base64Names: ReadonlySet<string>
  /** Names whose values hold a record in one text, and how it is packed. */
  readonly packed: ReadonlyMap<string, Packing>
}

interface Packing {
  readonly separator: string
  /** Between key and value; absent: values by position. */
  readonly assign?: string | undefined
}

export function scrubBody(text: string, contentType: string, rules: ScrubRules): string {
  if (/json/i.test(contentType)) return scrubJson(text, rules)
  if (/xml|html/i.test(contentType)) return scrubXml(text, rules)
  return text.replaceAll(/[^;,\t|"\r\n]+/gu, (cell) => scrubNamed('', cell, rules))
}

/** One value, by the name it has. */
export function scrubNamed(name: string, value: string, rules: ScrubRules): string {
  if (rules.keepNames.has(name) || rules.keepValues.has(value.trim())) return value
  const packing = rules.packed.get(name)
  if (packing !== undefined && value.includes(packing.separator)) {
    return scrubPacked(value, packing, rules)
  }
  if (!rules.base64Names.has(name)) return scrubText(value, rules)
  const text = Buffer.from(value, 'base64').toString('utf8')
  return Buffer.from(rules.scrub(text), 'utf8').toString('base64')
}

function scrubText(value: string, { scrub, keepStarts }: ScrubRules): string {
  const start = keepStarts.find((each) => value.startsWith(each)) ?? ''
  return start + scrub(value.slice(start.length))
}

/** Keys stay, for they are names. */
function scrubPacked(value: string, { separator, assign }: Packing, rules: ScrubRules): string {
  const parts = value.split(separator).map((part) => {
    const at = assign === undefined ? -1 : part.indexOf(assign)
    if (assign === undefined || at === -1) return scrubNamed('', part, rules)
    const key = part.slice(0, at)
    return `${key}${assign}${scrubNamed(key, part.slice(at + assign.length), rules)}`
  })
  return parts.join(separator)
}

const JSON_TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g

function scrubJson(text: string, rules: ScrubRules): string {
  let name = ''
  return text.replaceAll(JSON_TOKEN, (token, quoted: string | undefined, colon?: string) => {
    if (colon !== undefined) {
      name = unescape(quoted ?? '')
      return token
    }
    if (quoted === undefined) return scrubNumber(name, token, rules)
    return JSON.stringify(scrubNamed(name, unescape(quoted), rules))
  })
}

function scrubNumber(name: string, token: string, rules: ScrubRules): string {
  return /^[1-9][0-9]+$/.test(token) ? scrubNamed(name, token, rules) : token
}

function unescape(quoted: string): string {
  const parsed: unknown = JSON.parse(`"${quoted}"`)
  return String(parsed)
}

const XML_TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<[^>]*>|[^<]+/g
const ATTRIBUTE = /(\s)([\w.:-]+)(\s*=\s*)(["'])(.*?)\4/gs

/** Codes of a fault are the protocol's words: SOAP 1.1 §4.4, SOAP 1.2 §5.4.1. */
const FAULT = /<(?:[\w.-]+:)?Fault[\s>]/u
const FAULT_CODES = ['faultcode', 'Value']

function scrubXml(text: string, given: ScrubRules): string {
  const rules = FAULT.test(text)
    ? { ...given, keepNames: new Set([...given.keepNames, ...FAULT_CODES]) }
    : given
  let name = ''
  return text.replaceAll(XML_TOKEN, (token, cdata: string | undefined) => {
    if (cdata !== undefined) return `<![CDATA[${scrubNamed(name, cdata, rules)}]]>`
    if (!token.startsWith('<')) {
      return token.trim() === '' ? token : escape(scrubNamed(name, plain(token), rules))
    }
    if (/^<[!?]/.test(token)) return token
    name = localOf(/^<\/?([\w.:-]+)/u.exec(token)?.[1] ?? '')
    return token.replaceAll(ATTRIBUTE, (all, blank: string, attribute: string) =>
      isStructural(attribute) ? all : scrubAttribute(all, `${blank}${attribute}`, rules),
    )
  })
}

/** Namespaces, types and references of SOAP are no values. */
function isStructural(attribute: string): boolean {
  return /^(?:xmlns(?:$|:)|xsi:|xml:|soap|env|wsu:|(?:id|href|encoding|version)$)/i.test(attribute)
}

function scrubAttribute(all: string, head: string, rules: ScrubRules): string {
  const name = localOf(head.trim())
  return all.replace(/(["'])(.*)\1$/s, (_, quote: string, value: string) => {
    const scrubbed = scrubNamed(name, plain(value), rules)
    return `${quote}${escape(scrubbed).replaceAll(quote, quote === '"' ? '&quot;' : '&apos;')}${quote}`
  })
}

function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

function plain(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#([0-9]+)|(\w+));/gi, (all, hex, decimal, entity) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return ENTITIES[String(entity)] ?? all
  })
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
