// Values of xsd:anyType to XML: text, a type of the contract that `$type` names, or raw XML in `$xml`. In an encoded message every
// value says its type; a list is an array of anything.

import type { Tree, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { escapeText, isXmlText } from '../xml/escape.ts'
import { looseAttributes, subtypeOf, withoutAttributes } from './adapt-record.ts'
import type { EncoderOptions, TypeWriter } from './encoder-options.ts'
import { memberPath, own, refuse } from './input.ts'
import { SUBTYPE, TEXT } from './layout.ts'
import type { AnythingType, Type } from './model.ts'
import { SOAP_ENCODING, toKey, XSD, XSI } from './namespaces.ts'
import { toRawXml } from './raw-xml.ts'

const RAW = '$xml'
const ARRAY_KEY = toKey(SOAP_ENCODING, 'Array')
const NAME = /^[\p{L}_][\p{L}\p{N}._-]*$/u

type Write = (tag: string, xsiType: string, value: Value, path: string) => string

export class AnythingWriter {
  readonly #options: EncoderOptions
  readonly #typeOf: (type: Type) => TypeWriter
  readonly #encoded: boolean

  constructor(options: EncoderOptions, typeOf: (type: Type) => TypeWriter) {
    this.#options = options
    this.#typeOf = typeOf
    this.#encoded = options.encodingStyle !== ''
  }

  writer(type: AnythingType): Write {
    return (tag, _, value, path) => this.#write(type, tag, value, path)
  }

  #write(type: AnythingType, tag: string, value: Value, path: string): string {
    if (isList(value)) return this.#list(type, tag, value, path)
    if (isTree(value)) return this.#tree(type, tag, value, path)
    const text = String(value)
    if (!isXmlText(text)) return refuse(path, 'must be text')
    const xsiType = this.#encoded ? this.#xsiType(XSD, builtIn(value)) : ''
    return close(tag, xsiType, escapeText(text))
  }

  #xsiType(namespace: string, local: string): string {
    const { prefixes } = this.#options
    return ` ${prefixes.name(XSI, 'type')}="${prefixes.name(namespace, local)}"`
  }

  #tree(type: AnythingType, tag: string, value: Tree, path: string): string {
    const raw = own(value, RAW)
    if (raw !== undefined) return close(tag, '', toRawXml(raw, memberPath(path, RAW)))
    const { [SUBTYPE]: named, ...rest } = value
    const wanted = this.#options.lenient ? subtypeOf(value) : named
    const items = own(value, 'item')
    if (wanted === ARRAY_KEY && isList(items)) return this.#list(type, tag, items, path)
    if (typeof wanted === 'string') return this.#named(type, tag, { wanted, rest }, path)
    return this.#struct(type, tag, value, path)
  }

  /** Members as elements without types of their own: what a struct is in an encoded message. */
  #struct(type: AnythingType, tag: string, value: Tree, path: string): string {
    const { lenient } = this.#options
    if (!this.#encoded && !lenient) {
      return refuse(path, `must be text, XML in ${RAW}, or name its type in ${SUBTYPE}`)
    }
    const members = lenient ? withoutAttributes(value) : value
    let content = ''
    for (const [name, each] of Object.entries(members)) {
      if (!NAME.test(name)) refuse(memberPath(path, name), 'is no name of an element')
      for (const one of this.#encoded || !isList(each) ? [each] : each) {
        content += this.#any(type, name, one, memberPath(path, name))
      }
    }
    return close(tag, lenient ? looseAttributes(value) : '', content)
  }

  #any(type: AnythingType, tag: string, value: Value, path: string): string {
    return value === null
      ? `<${tag} ${this.#options.prefixes.name(XSI, 'nil')}="true"/>`
      : this.#write(type, tag, value, path)
  }

  #named(
    type: AnythingType,
    tag: string,
    { wanted, rest }: { readonly wanted: string; readonly rest: Tree },
    path: string,
  ): string {
    const named = type.named(wanted)
    if (named === undefined || named.kind === 'anything') {
      return refuse(
        memberPath(path, SUBTYPE),
        'is not a type of the contract; write {namespace}name',
      )
    }
    const value = named.kind === 'simple' ? (own(rest, TEXT) ?? '') : rest
    const xsiType = this.#xsiType(named.namespace, named.local)
    return this.#typeOf(named).write(tag, xsiType, value, path)
  }

  #list(type: AnythingType, tag: string, values: readonly Value[], path: string): string {
    if (!this.#encoded) return refuse(path, 'must not be a list')
    const { prefixes } = this.#options
    const items = values.map((each, index) => this.#any(type, 'item', each, `${path}[${index}]`))
    const of = `${prefixes.name(XSD, 'anyType')}[${values.length}]`
    const size = ` ${prefixes.name(SOAP_ENCODING, 'arrayType')}="${of}"`
    return close(tag, size + this.#xsiType(SOAP_ENCODING, 'Array'), items.join(''))
  }
}

function builtIn(value: Value): string {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value !== 'number') return 'string'
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'int' : 'double'
}

function close(tag: string, attributes: string, content: string): string {
  return content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`
}
