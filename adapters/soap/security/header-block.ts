// SOAP header blocks that the contract does not declare: credentials, ids, protocol versions. In: settings and the call's
// context. Out: text. Never: a name or value that is not escaped.

import { FindingsError } from '../../finding.ts'
import { escapeAttribute, escapeText, isXmlText } from '../../xml/escape.ts'

/** `{urn:x}Local`. */
export interface ElementName {
  readonly namespace: string
  readonly local: string
}

export interface Block extends ElementName {
  readonly attributes?: Readonly<Record<string, string>> | undefined
  readonly children?: readonly (ElementName & { readonly text: string })[] | undefined
  readonly text?: string | undefined
}

const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*$/u

/** Throws FindingsError for what is no name of XML. */
export function toElementName(text: string): ElementName {
  const [, namespace = '', local = ''] = /^\{([^{}]*)\}(.*)$/.exec(text) ?? []
  return { namespace, local: assertName(local) }
}

export function assertName(local: string): string {
  if (NAME.test(local)) return local
  throw new FindingsError([{ file: 'system.json', message: `"${local}" is no name of XML` }])
}

/** A secret that XML cannot carry would break every call. Throws FindingsError, without the secret. */
export function assertText(text: string, variable: string): string {
  if (isXmlText(text)) return text
  const message = `${variable} holds a character that XML cannot carry`
  throw new FindingsError([{ file: 'system.json', message }])
}

export function writeBlock({ namespace, local, attributes, children, text }: Block): string {
  const parts = Object.entries(attributes ?? {}).map(([name, value], index) =>
    attribute(name, value, index),
  )
  const head = `${open(namespace, local)}${parts.join('')}`
  const inner = (children ?? []).map((each) => child(each, namespace)).join('')
  return `<${head}>${inner}${escapeText(text ?? '')}</h:${local}>`
}

function open(namespace: string, local: string): string {
  return `h:${local} xmlns:h="${escapeAttribute(namespace)}"`
}

function child(
  { namespace, local, text }: ElementName & { readonly text: string },
  around: string,
): string {
  const start = namespace === around ? `h:${local}` : open(namespace, local)
  return `<${start}>${escapeText(text)}</h:${local}>`
}

function attribute(name: string, value: string, index: number): string {
  const quoted = `"${escapeAttribute(value)}"`
  if (!name.startsWith('{')) return ` ${assertName(name)}=${quoted}`
  const { namespace, local } = toElementName(name)
  return ` xmlns:a${index}="${escapeAttribute(namespace)}" a${index}:${local}=${quoted}`
}
