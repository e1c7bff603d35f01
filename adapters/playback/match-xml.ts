// Are two XML texts the same? By names and namespaces, whatever their prefixes, order of attributes and layout. Elements are
// compared in their order, because contracts have one. Never: a text or value in what is answered.

import { parseXml, XmlError, type XmlHandler, type XmlPlace, type XmlTag } from '../xml/parse.ts'
import { ANY, isLike } from './like.ts'

interface Element {
  readonly local: string
  /** `{namespace}local` */
  readonly name: string
  /** By `{namespace}local`. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  text: string
}

/** Places that differ, `a.b[2].c` or `a.b@c` by local names; undefined if one of them is no XML. */
export function xmlDifferences(ours: string, theirs: string): string[] | undefined {
  const [sent, recorded] = [parse(ours), parse(theirs)]
  if (sent === undefined || recorded === undefined) return undefined
  if (sent.name !== recorded.name) return [recorded.local]
  return elementDifferences(sent, recorded, recorded.local)
}

function elementDifferences(sent: Element, recorded: Element, path: string): string[] {
  const places = attributeDifferences(sent, recorded).map((name) => `${path}@${name}`)
  if (!isLike(sent.text, recorded.text)) places.push(path)
  const length = Math.max(sent.children.length, recorded.children.length)
  for (let at = 0; at < length; at += 1) {
    const [ours, theirs] = [sent.children[at], recorded.children[at]]
    const place = `${path}.${stepTo(theirs === undefined ? sent : recorded, at)}`
    if (ours === undefined || theirs === undefined || ours.name !== theirs.name) {
      // What follows is moved by one, and says nothing more.
      return [...places, place]
    }
    places.push(...elementDifferences(ours, theirs, place))
  }
  return places
}

/** Local name, and which of several such it is. */
function stepTo({ children }: Element, at: number): string {
  const { local = '', name } = children[at] ?? {}
  const alike = children.filter((each) => each.name === name)
  const index = children.slice(0, at).filter((each) => each.name === name).length
  return alike.length > 1 ? `${local}[${index + 1}]` : local
}

function attributeDifferences(sent: Element, recorded: Element): string[] {
  const names = new Set([...recorded.attributes.keys(), ...sent.attributes.keys()])
  return [...names]
    .filter((name) => {
      const pattern = recorded.attributes.get(name)
      return pattern === undefined || !isLike(sent.attributes.get(name), pattern)
    })
    .map((name) => name.slice(name.lastIndexOf('}') + 1))
}

function parse(text: string): Element | undefined {
  const builder = new Builder()
  try {
    parseXml(text.trim(), builder)
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
  return builder.document.children[0]
}

class Builder implements XmlHandler {
  readonly document: Element = element('', '', new Map())
  readonly #open: Element[] = [this.document]

  open({ local, namespace, attributes }: XmlTag, place: XmlPlace): void {
    const named = attributes.map((each): [string, string] => {
      const name = `{${each.namespace}}${each.local}`
      return [name, NAMES.has(name) ? expanded(each.value, place) : each.value]
    })
    const opened = element(local, `{${namespace}}${local}`, new Map(named))
    this.#open.at(-1)?.children.push(opened)
    this.#open.push(opened)
  }

  text(text: string): void {
    const open = this.#open.at(-1)
    if (open !== undefined) open.text += text
  }

  close(): void {
    const closed = this.#open.pop()
    // Blanks around elements are layout; alone they are a text.
    if (closed !== undefined && closed.children.length > 0) closed.text = closed.text.trim()
  }
}

function element(local: string, name: string, attributes: Element['attributes']): Element {
  return { local, name, attributes, children: [], text: '' }
}

/** Attributes whose value is a QName: XML Schema part 1 §2.6.1, SOAP 1.1 §5.4.2, SOAP 1.2 part 2 §3.1.4. */
const NAMES: ReadonlySet<string> = new Set([
  '{http://www.w3.org/2001/XMLSchema-instance}type',
  '{http://schemas.xmlsoap.org/soap/encoding/}arrayType',
  '{http://www.w3.org/2003/05/soap-encoding}itemType',
])

/** `p:local[2]` as `{namespace}local[2]`. */
function expanded(value: string, place: XmlPlace): string {
  const text = value.trim()
  if (text === ANY) return text
  const [, prefix = '', rest = ''] = /^(?:([^:]*):)?(.*)$/s.exec(text) ?? []
  const namespace = place.resolve(prefix)
  return namespace === undefined ? text : `{${namespace}}${rest}`
}
