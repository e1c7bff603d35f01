// WS-Addressing 1.0 (Core §3, SOAP binding) and its submission of 2004/08. In: where to, and the contract's action. Out:
// header blocks of one request; a check of the answer, which has to relate to that request where it says what it relates to.

import { escapeText } from '../../xml/escape.ts'
import type { XmlHandler, XmlPlace, XmlTag } from '../../xml/parse.ts'
import { isEnvelope } from '../namespaces.ts'
import { Unreadable } from '../unreadable.ts'
import { WSU } from './names.ts'

type AddressingVersion = '1.0' | '2004/08'

const NAMESPACES: Readonly<Record<AddressingVersion, string>> = {
  '1.0': 'http://www.w3.org/2005/08/addressing',
  '2004/08': 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
}
const ANONYMOUS: Readonly<Record<AddressingVersion, string>> = {
  '1.0': `${NAMESPACES['1.0']}/anonymous`,
  '2004/08': `${NAMESPACES['2004/08']}/role/anonymous`,
}

export interface Addressing {
  readonly version: AddressingVersion
  readonly to: string
  readonly action: string
  /** An absolute IRI, never twice the same. */
  readonly messageId: string
  /** Ids by which a signature names the blocks; none when they are not signed. */
  readonly ids: readonly string[]
}

/** In the order Action, MessageID, ReplyTo, To. */
export const ADDRESSING_BLOCKS = 4

export function toAddressing({ version, to, action, messageId, ids }: Addressing): string {
  const namespace = NAMESPACES[version]
  const blocks: readonly (readonly [string, string])[] = [
    ['Action', escapeText(action)],
    ['MessageID', escapeText(messageId)],
    ['ReplyTo', `<wsa:Address>${ANONYMOUS[version]}</wsa:Address>`],
    ['To', escapeText(to)],
  ]
  return blocks
    .map(([name, inner], index) => {
      const id = ids[index]
      const signed = id === undefined ? '' : ` xmlns:wsu="${WSU}" wsu:Id="${id}"`
      return `<wsa:${name} xmlns:wsa="${namespace}"${signed}>${inner}</wsa:${name}>`
    })
    .join('')
}

export function isAddressing(namespace: string): boolean {
  return Object.values(NAMESPACES).includes(namespace)
}

/** Passes all on; throws Unreadable when the answer relates to another request (Core §3.2, RelatesTo of a reply). */
export class RelationCheck implements XmlHandler {
  readonly #inner: XmlHandler
  readonly #messageId: string
  #depth = 0
  #inHeader = false
  #text: string | undefined

  constructor(inner: XmlHandler, messageId: string) {
    this.#inner = inner
    this.#messageId = messageId
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#depth += 1
    if (this.#depth === 2) this.#inHeader = tag.local === 'Header' && isEnvelope(tag.namespace)
    if (this.#depth === 3 && this.#inHeader && isReplyRelation(tag)) this.#text = ''
    this.#inner.open(tag, place)
  }

  text(text: string): void {
    if (this.#text !== undefined) this.#text += text
    this.#inner.text(text)
  }

  close(): void {
    if (this.#depth === 3 && this.#text !== undefined) {
      if (this.#text.trim() !== this.#messageId) throw new Unreadable('addressing')
      this.#text = undefined
    }
    this.#depth -= 1
    this.#inner.close()
  }
}

function isReplyRelation({ local, namespace, attributes }: XmlTag): boolean {
  if (local !== 'RelatesTo' || !isAddressing(namespace)) return false
  const type = attributes.find((each) => each.local === 'RelationshipType')?.value
  return type === undefined || /(?:^|[:/])reply$/i.test(type)
}
