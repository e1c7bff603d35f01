// A reply's XML → our tree, checked against its plan on the way. Lists are lists whatever the number of elements,
// numbers keep their digits, and what stands nowhere in the description is passed by unless it says that it is closed.

import type { Tree, Value } from '../adapter.ts'
import { XmlFragment } from '../xml/fragment.ts'
import {
  parseXml,
  type XmlAttribute,
  type XmlHandler,
  type XmlPlace,
  type XmlTag,
} from '../xml/parse.ts'
import { Mismatch } from './read.ts'
import type { XmlChild, XmlNode } from './xml-plan.ts'
import { readXmlText } from './xml-text.ts'

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
/** Of a name that no contract knows: enough to find it, no more of what was sent. */
const LONGEST_NAME = 60

/** Throws Mismatch, or XmlError for what is not XML. */
export function readXml(text: string, plan: XmlNode, root: string | undefined): Value {
  const reader = new XmlReader(plan, root)
  parseXml(text, reader)
  return reader.value
}

/** An element being read. */
interface Open {
  /** Undefined: passed by, with all that it holds. */
  readonly node: XmlNode | undefined
  readonly child: XmlChild | undefined
  readonly nil: boolean
  readonly values: Map<string, Value>
  readonly items: Value[]
  readonly fragment: XmlFragment | undefined
  text: string
}

class XmlReader implements XmlHandler {
  value: Value = null
  readonly #plan: XmlNode
  readonly #root: string | undefined
  readonly #open: Open[] = []

  constructor(plan: XmlNode, root: string | undefined) {
    this.#plan = plan
    this.#root = root
  }

  open(tag: XmlTag, place: XmlPlace): void {
    const parent = this.#open.at(-1)
    if (parent?.fragment !== undefined) {
      parent.fragment.open(tag, place)
      this.#open.push(parent)
      return
    }
    const child = parent && this.#childOf(parent, tag)
    const node = parent === undefined ? this.#rootOf(tag) : child?.node
    const element = open(tag, node, child)
    this.#open.push(element)
    if (node?.is === 'object' && !element.nil) this.#attributes(element, tag.attributes)
  }

  text(text: string): void {
    const element = this.#open.at(-1)
    if (element === undefined) return
    element.text += text
    element.fragment?.write(text)
  }

  close(): void {
    const element = this.#open.at(-1)
    if (element?.fragment !== undefined && element.fragment.depth > 0) {
      element.fragment.close()
      this.#open.pop()
      return
    }
    const value = element?.node === undefined ? undefined : this.#valueOf(element, element.node)
    this.#open.pop()
    if (value === undefined) return
    const parent = this.#open.at(-1)
    if (parent === undefined) this.value = value
    else if (element?.child !== undefined) this.#keep(parent, element.child, value)
  }

  #rootOf({ local }: XmlTag): XmlNode {
    if (this.#root !== undefined && local !== this.#root) {
      throw new Mismatch('', `the element ${this.#root}`)
    }
    return this.#plan
  }

  #childOf(parent: Open, tag: XmlTag): XmlChild | undefined {
    const { node } = parent
    if (node?.is === 'wrapper') {
      // An item that is passed by would be a shorter list, which nobody could tell from the whole.
      if (!isNamed(node.item, tag))
        throw new Mismatch(this.#path(), `the element ${node.item.local}`)
      return node.item
    }
    if (node?.is === 'scalar') throw new Mismatch(this.#path(), 'a value, not elements')
    if (node?.is !== 'object') return undefined
    const found = node.elements.get(tag.local)?.find((child) => isNamed(child, tag))
    if (found === undefined && node.closed) {
      throw new Mismatch(
        this.#path(tag.local.slice(0, LONGEST_NAME)),
        'no member beyond the contract',
      )
    }
    return found
  }

  #attributes(element: Open, attributes: readonly XmlAttribute[]): void {
    if (element.node?.is !== 'object') return
    for (const child of element.node.attributes) {
      const found = attributes.find((each) => isNamed(child, each))
      if (found === undefined) continue
      const { member, required, node } = child
      const path = () => this.#path(member)
      element.values.set(member, readXmlText(found.value, { model: node.model, required, path }))
    }
  }

  #keep(parent: Open, child: XmlChild, value: Value): void {
    if (parent.node?.is === 'wrapper') {
      parent.items.push(value)
      return
    }
    const { member } = child
    if (!child.repeated) {
      if (parent.values.has(member)) throw new Mismatch(this.#path(member), 'one element')
      parent.values.set(member, value)
      return
    }
    const items = parent.values.get(member)
    if (Array.isArray(items)) items.push(value)
    else parent.values.set(member, [value])
  }

  #valueOf(element: Open, node: XmlNode): Value {
    const optional = element.child !== undefined && !element.child.required
    if (element.nil) {
      if (node.model.nullable || optional) return null
      throw new Mismatch(this.#path(), 'a value, not null')
    }
    switch (node.is) {
      case 'any':
        return element.fragment?.hasElements === true ? element.fragment.toString() : element.text
      case 'scalar':
        return readXmlText(element.text, {
          model: node.model,
          required: !optional,
          path: () => this.#path(),
        })
      case 'wrapper':
        return element.items
      case 'object':
        return this.#object(element, node)
    }
  }

  #object(element: Open, node: XmlNode & { readonly is: 'object' }): Tree {
    const { values } = element
    if (node.text !== undefined) {
      const { member, required, node: of } = node.text
      values.set(
        member,
        readXmlText(element.text, { model: of.model, required, path: () => this.#path(member) }),
      )
    } else if (element.text.trim() !== '') {
      throw new Mismatch(this.#path(), 'elements, not text')
    }
    for (const { member, repeated, required } of node.members) {
      if (values.has(member)) continue
      // No element is a list of none; of anything else it is an absence.
      if (repeated) values.set(member, [])
      else if (required) throw new Mismatch(this.#path(member), 'a value, not nothing')
    }
    return Object.fromEntries(values)
  }

  /** Place of the open element, or of a member of it, as paths of a mapping name it. */
  #path(member?: string): string {
    const names = this.#open.flatMap(({ child, node }, depth) => {
      if (child === undefined || depth === 0) return []
      const [parent] = this.#open.slice(depth - 1)
      if (parent?.node?.is === 'wrapper') return [`[${parent.items.length}]`]
      const items = parent?.values.get(child.member)
      const index = child.repeated && node ? `[${Array.isArray(items) ? items.length : 0}]` : ''
      return [`.${child.member}${index}`]
    })
    const all = member === undefined ? names : [...names, `.${member}`]
    return all.join('').replace(/^\./, '')
  }
}

function open(tag: XmlTag, node: XmlNode | undefined, child: XmlChild | undefined): Open {
  const nil = tag.attributes.some(
    ({ namespace, local, value }) =>
      namespace === XSI && local === 'nil' && (value === 'true' || value === '1'),
  )
  const fragment = node?.is === 'any' ? new XmlFragment() : undefined
  return { node, child, nil, fragment, values: new Map(), items: [], text: '' }
}

function isNamed(child: XmlChild, name: { local: string; namespace: string }): boolean {
  return (
    child.local === name.local &&
    (child.namespace === undefined || child.namespace === name.namespace)
  )
}
