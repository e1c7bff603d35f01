// Our input tree → the XML of a request body, checked against its plan. UTF-8, prefixes as the description names them.

import type { Tree, Value } from '../adapter.ts'
import { isList, isTree, memberOf } from '../tree.ts'
import { escapeAttribute, escapeText, isXmlText } from '../xml/escape.ts'
import { refuse, writeText } from './write.ts'
import type { XmlChild, XmlNode } from './xml-plan.ts'

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/**
 * Throws CallerError INPUT_REJECTED naming the path. A namespace without a prefix is declared as the default where it
 * begins, and holds for what is inside: that is how such descriptions are meant and their servers read.
 */
export function writeXml(value: Value, plan: XmlNode, root: XmlRoot, path: string): string {
  const child = { ...root, member: path, required: true, repeated: false, node: plan }
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(value, child, path)}`
}

export interface XmlRoot {
  readonly local: string
  readonly namespace: string | undefined
  readonly prefix: string | undefined
}

function element(value: Value, child: XmlChild, path: string): string {
  const { node } = child
  const name = child.prefix === undefined ? child.local : `${child.prefix}:${child.local}`
  const space = declaration(child)
  if (value === null) {
    if (!node.model.nullable) throw refuse(path, 'null')
    return `<${name}${space} xmlns:xsi="${XSI}" xsi:nil="true"/>`
  }
  const { attributes, content } = inside(value, node, path)
  return `<${name}${space}${attributes}>${content}</${name}>`
}

function declaration({ namespace, prefix }: XmlChild | XmlRoot): string {
  if (namespace === undefined) return ''
  return ` ${prefix === undefined ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`
}

interface Inside {
  readonly attributes: string
  readonly content: string
}

function inside(value: Value, node: XmlNode, path: string): Inside {
  switch (node.is) {
    case 'scalar':
      return { attributes: '', content: escapeText(textOf(value, node, path)) }
    case 'any':
      if (typeof value !== 'string') throw refuse(path, 'not text')
      return { attributes: '', content: escapeText(value) }
    case 'wrapper':
      return { attributes: '', content: items(value, node.item, path) }
    case 'object':
      if (!isTree(value)) throw refuse(path, 'not an object')
      return object(value, node, path)
  }
}

function object(tree: Tree, node: XmlNode & { readonly is: 'object' }, path: string): Inside {
  for (const name of Object.keys(tree)) {
    if (!node.members.some(({ member }) => member === name))
      throw refuse(`${path}.${name}`, 'unknown')
  }
  let attributes = ''
  let content = ''
  for (const child of node.members) {
    const place = `${path}.${child.member}`
    const value = memberOf(tree, child.member)
    if (value === undefined) {
      if (child.required) throw refuse(place, 'missing')
    } else if (node.attributes.includes(child)) {
      attributes += attribute(value, child, place)
    } else if (child === node.text) {
      content += escapeText(textOf(value, child.node, place))
    } else {
      content += child.repeated ? items(value, child, place) : element(value, child, place)
    }
  }
  return { attributes, content }
}

function items(value: Value, child: XmlChild, path: string): string {
  if (!isList(value)) throw refuse(path, 'not a list')
  return value.map((item, index) => element(item, child, `${path}[${index}]`)).join('')
}

function attribute(value: Value, child: XmlChild, path: string): string {
  const name = child.prefix === undefined ? child.local : `${child.prefix}:${child.local}`
  const space = child.prefix === undefined ? '' : declaration(child)
  return `${space} ${name}="${escapeAttribute(textOf(value, child.node, path))}"`
}

function textOf(value: Value, node: XmlNode, path: string): string {
  const text = writeText(value, node.model, path)
  // A character that XML cannot carry would end the whole body, not the value alone.
  if (!isXmlText(text)) throw refuse(path, 'not allowed in XML')
  return text
}
