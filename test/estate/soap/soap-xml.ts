// XML of the estate, read by saxes and written by hand. In: a request's bytes. Out: a tree of elements, or undefined.

import { SaxesParser } from 'saxes'

export interface XmlElement {
  /** Local name. */
  readonly name: string
  readonly namespace: string
  /** By local name; namespace declarations are left out. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** The element's own text, as sent. */
  readonly text: string
}

interface OpenElement {
  readonly name: string
  readonly namespace: string
  readonly attributes: Record<string, string>
  readonly children: XmlElement[]
  text: string
}

const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** Undefined for anything that is not one well-formed document in a charset we can read; a DOCTYPE is refused. */
export function parseXml(body: Uint8Array, contentType: string): XmlElement | undefined {
  try {
    return parseText(new TextDecoder(charsetOf(body, contentType), { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((element) => element.name === name)
}

/** Text of a child without surrounding blanks; empty if there is none. */
export function childText(parent: XmlElement | undefined, name: string): string {
  return child(parent, name)?.text.trim() ?? ''
}

/** One element of a reply: no value leaves it out, null is `xsi:nil`, `xml` is taken as it stands. */
export function tag(name: string, value: string | number | boolean | null | undefined): string {
  if (value === undefined) return ''
  if (value === null) return `<${name} xsi:nil="true"/>`
  return `<${name}>${escapeXml(String(value))}</${name}>`
}

export function tree(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function charsetOf(body: Uint8Array, contentType: string): string {
  const named = /charset="?([\w-]+)/iu.exec(contentType)?.[1]
  if (named !== undefined) return named
  const head = Buffer.from(body.subarray(0, 80)).toString('latin1')
  return /^<\?xml[^>]*encoding=["']([\w-]+)/iu.exec(head)?.[1] ?? 'utf-8'
}

function parseText(text: string): XmlElement {
  const document: OpenElement = { name: '', namespace: '', attributes: {}, children: [], text: '' }
  const open = [document]
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => parser.fail('a DOCTYPE is not allowed in SOAP'))
  parser.on('opentag', (tagOpened) => {
    const attributes: Record<string, string> = {}
    for (const attribute of Object.values(tagOpened.attributes)) {
      if (attribute.uri !== XMLNS) attributes[attribute.local] = attribute.value
    }
    const { local, uri } = tagOpened
    const element = { name: local, namespace: uri, attributes, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const addText = (part: string) => {
    const current = open.at(-1)
    if (current !== undefined) current.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => open.pop())
  parser.write(text).close()
  const root = document.children[0]
  if (root === undefined) throw new TypeError('a document has a root')
  return root
}
