// Input tree to XML text. Compiled once per operation: closures that know order, namespaces and types, so that a call only
// walks values. An input that does not fit is CallerError INPUT_REJECTED with its path, never with its value.

import type { Tree, Value } from '../adapter.ts'
import { isTree } from '../tree.ts'
import { escapeAttribute, escapeText, isXmlText } from '../xml/escape.ts'
import {
  type Adapt,
  adaptRecord,
  looseAttributes,
  looseText,
  recordShaper,
  subtypeOf,
} from './adapt-record.ts'
import { AnythingWriter } from './encode-anything.ts'
import { arrayWriter } from './encode-array.ts'
import { MemberCompiler } from './encode-members.ts'
import type { EncoderOptions, TypeWriter, WriteType } from './encoder-options.ts'
import { memberPath, own, refuse, toList, toTree } from './input.ts'
import { isBare, type Layout, SUBTYPE, TEXT, toLayout } from './layout.ts'
import type {
  ArrayContent,
  AttributeUse,
  ComplexType,
  ElementDeclaration,
  SimpleType,
  Type,
} from './model.ts'
import { XSD, XSI } from './namespaces.ts'
import { toRawXml } from './raw-xml.ts'

/** One element with its content. */
export type Write = (value: Value | undefined, path: string) => string

export class EncoderCompiler {
  readonly #options: EncoderOptions
  readonly #encoded: boolean
  readonly #types = new Map<Type, TypeWriter>()
  readonly #anything: AnythingWriter

  constructor(options: EncoderOptions) {
    this.#options = options
    this.#encoded = options.encodingStyle !== ''
    this.#anything = new AnythingWriter(options, (type) => this.#type(type))
  }

  /** An element of the body or the header; `attributes` are texts beside its own. */
  element(element: ElementDeclaration, attributes = ''): Write {
    return this.#element(element, element.namespace, attributes)
  }

  /** An element that holds nothing, for a message without arguments. */
  empty(element: ElementDeclaration): string {
    return `<${this.#options.prefixes.name(element.namespace, element.local)}/>`
  }

  #element(element: ElementDeclaration, namespace: string, attributes = ''): Write {
    const tag = this.#options.prefixes.name(namespace, element.local)
    const type = element.type()
    const writer = this.#type(type)
    const { preset } = element
    const mayBeNil = element.nillable || this.#encoded
    const { lenient } = this.#options
    const xsiType = type.kind === 'complex' ? writer.xsiType : ''
    const nil = mayBeNil ? `<${tag}${this.#isNil()}${xsiType}/>` : ''
    return (value, path) => {
      const given = value ?? (value === undefined ? preset : undefined)
      if (given !== undefined) return writer.write(tag, attributes + writer.xsiType, given, path)
      if (value === null && mayBeNil) return nil
      return lenient || this.#encoded ? '' : refuse(path, 'is missing')
    }
  }

  #isNil(): string {
    return ` ${this.#options.prefixes.name(XSI, 'nil')}="true"`
  }

  #type(type: Type): TypeWriter {
    const known = this.#types.get(type)
    if (known !== undefined) return known
    const xsiType = this.#encoded ? this.#xsiType(type) : ''
    const holder: TypeWriter = {
      xsiType,
      // On first use: contracts have thousands of types in each other, a message holds a few.
      write: (tag, attributes, value, path) => {
        holder.write = this.#compile(type)
        return holder.write(tag, attributes, value, path)
      },
    }
    this.#types.set(type, holder)
    return holder
  }

  #xsiType(type: Type): string {
    if (type.kind === 'anything') return ''
    if (type.key !== '') return this.#xsiTypeOf(type)
    if (type.kind === 'complex' && type.content.kind === 'array') {
      return this.#xsiTypeOf({ namespace: this.#options.encodingStyle, local: 'Array' })
    }
    // A type without a name goes by the element that it stands in, as in PHP's own messages.
    if (type.local !== '') return this.#xsiTypeOf(type)
    const builtIn = type.kind === 'simple' && !type.list && type.members.length === 0
    return builtIn ? this.#xsiTypeOf({ namespace: XSD, local: type.lexical.name }) : ''
  }

  #xsiTypeOf({ namespace, local }: Pick<Type, 'namespace' | 'local'>): string {
    const { prefixes } = this.#options
    return ` ${prefixes.name(XSI, 'type')}="${prefixes.name(namespace, local)}"`
  }

  #compile(type: Type): WriteType {
    if (type.kind === 'anything') return this.#anything.writer(type)
    if (type.kind === 'simple') return this.#simple(type)
    return this.#withSubtypes(type, this.#complex(type))
  }

  #simple(type: SimpleType): WriteType {
    const text = this.#text(type)
    if (!this.#options.lenient) {
      return (tag, xsiType, value, path) => wrap(tag, xsiType, text(value, path))
    }
    return (tag, xsiType, value, path) => {
      if (!isTree(value)) return wrap(tag, xsiType, text(value, path))
      const raw = own(value, '$xml')
      const content = raw === undefined ? text(looseText(value, path), path) : toRawXml(raw, path)
      return wrap(tag, xsiType + looseAttributes(value), content)
    }
  }

  #text(type: SimpleType): (value: Value, path: string) => string {
    const { binary, lenient } = this.#options
    if (type.lexical.name !== 'base64Binary' || type.list) {
      const printed = lenient ? printLoosely : print
      return (value, path) => escapeText(printed(type, value, path))
    }
    return (value, path) => {
      const base64 = print(type, value, path)
      return binary()?.(base64) ?? base64
    }
  }

  #complex(type: ComplexType): WriteType {
    if (type.content.kind === 'array') return this.#array(type, type.content)
    if (!isBare(type)) return this.#record(type)
    const content = this.#bare(type)
    return (tag, xsiType, value, path) => {
      const given = isTree(value) && Object.hasOwn(value, TEXT) ? own(value, TEXT) : value
      return wrap(tag, xsiType, content(given ?? '', path))
    }
  }

  #bare({ content }: ComplexType): (value: Value, path: string) => string {
    return content.kind === 'text' ? this.#text(content.type) : toRawXml
  }

  #array(type: ComplexType, content: ArrayContent): WriteType {
    const { prefixes, encodingStyle } = this.#options
    const { item, of } = content
    const unnamed = item.local === 'item' && item.namespace === ''
    // Nothing else would tell the items' type in a literal message (SOAP 1.1 §5.4.2).
    const named = unnamed && !this.#encoded && of.key !== '' ? { ...item, local: of.local } : item
    const namespace = named === item ? item.namespace : of.namespace
    const write = this.#element(named, this.#encoded ? '' : namespace)
    const array = arrayWriter(content, encodingStyle, prefixes, write)
    const attributes = type.attributes.map((use) => this.#attribute(use, use.local))
    return (tag, xsiType, value, path) => {
      let written = array.attributes(value, path) + xsiType
      if (isTree(value)) for (const attribute of attributes) written += attribute(value, path)
      return wrap(tag, written, array.content(value, path))
    }
  }

  #record(type: ComplexType): WriteType {
    const layout = toLayout(type)
    const attributes = [...layout.attributes].map(([key, use]) => this.#attribute(use, key))
    const text = type.content.kind === 'text' || type.content.kind === 'raw'
    const inside = this.#inside(type, layout)
    const known = knownNames(layout, text)
    const { lenient } = this.#options
    const adapt: Adapt | undefined = lenient ? (record) => adaptRecord(record, known) : undefined
    const shape = lenient ? recordShaper(layout) : undefined
    return (tag, xsiType, value, path) => {
      const shaped = shape?.(value) ?? value
      const given = text && !isTree(shaped) ? { [TEXT]: shaped } : toTree(shaped, path)
      const record = adapt?.(given) ?? given
      assertKnown(record, known, path)
      // Nothing where text is due, and attributes beside it.
      const nil = text && own(record, TEXT) === null
      let written = nil ? xsiType + this.#isNil() : xsiType
      for (const attribute of attributes) written += attribute(record, path)
      return wrap(tag, written, inside(record, path))
    }
  }

  #inside(type: ComplexType, layout: Layout): (record: Tree, path: string) => string {
    const { content } = type
    if (content.kind === 'elements') {
      return new MemberCompiler(layout, {
        lenient: this.#options.lenient,
        encoded: this.#encoded,
        // Accessors of an encoded value are in no namespace (SOAP 1.1 §5.1).
        element: (element) => this.#element(element, this.#encoded ? '' : element.namespace),
      }).compile(content.particle)
    }
    if (content.kind === 'empty') return () => ''
    const write = this.#bare(type)
    return (record, path) => write(own(record, TEXT) ?? '', path)
  }

  #withSubtypes(type: ComplexType, write: WriteType): WriteType {
    const subtypes = new Map<string, { readonly writer: TypeWriter; readonly xsiType: string }>()
    for (const subtype of type.derived()) {
      if (subtype.abstract) continue
      const entry = { writer: this.#type(subtype), xsiType: this.#xsiTypeOf(subtype) }
      subtypes.set(subtype.key, entry)
      if (!subtypes.has(subtype.local)) subtypes.set(subtype.local, entry)
    }
    const { lenient } = this.#options
    if (subtypes.size === 0 && !type.abstract && !lenient) return write
    const nameOf = lenient ? subtypeOf : (value: Tree) => own(value, SUBTYPE)
    const named = type.key === '' ? '' : this.#xsiTypeOf(type)
    return (tag, xsiType, value, path) => {
      const wanted = isTree(value) ? nameOf(value) : undefined
      if (wanted === undefined || wanted === type.local || wanted === type.key) {
        return type.abstract
          ? refuse(path, `must name its type in ${SUBTYPE}`)
          : write(tag, wanted === undefined ? xsiType : named, value, path)
      }
      const subtype = typeof wanted === 'string' ? subtypes.get(wanted) : undefined
      if (subtype === undefined) {
        return refuse(memberPath(path, SUBTYPE), 'is not a type of this place')
      }
      return subtype.writer.write(tag, subtype.xsiType, value, path)
    }
  }

  #attribute(use: AttributeUse, key: string): (record: Tree, path: string) => string {
    const name = this.#options.prefixes.name(use.namespace, use.local)
    const { lenient } = this.#options
    return (record, path) => {
      const value = own(record, key) ?? (use.required ? use.preset : undefined)
      if (value !== undefined) {
        return ` ${name}="${escapeAttribute(print(use.type, value, memberPath(path, key)))}"`
      }
      return use.required && !lenient ? refuse(memberPath(path, key), 'is missing') : ''
    }
  }
}

function print(type: SimpleType, value: Value, path: string): string {
  const printed = tryPrint(type, value)
  if (printed !== undefined) return printed
  return refuse(path, `is not ${type.list ? 'a list of' : 'an'} xs:${type.lexical.name}`)
}

/** For the command line: nothing stays nothing, and what no member of a union takes goes as it is given. */
function printLoosely(type: SimpleType, value: Value, path: string): string {
  if (value === '') return ''
  if (type.members.length === 0) return print(type, value, path)
  const text = toList(value)
    .map((each) => (typeof each === 'object' ? '\0' : String(each)))
    .join(' ')
  return tryPrint(type, value) ?? (isXmlText(text) ? text : print(type, value, path))
}

/** A list may come as its text, too; of a union the first member takes the value that can. */
function tryPrint(type: SimpleType, value: Value): string | undefined {
  if (type.list) {
    const items = typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : toList(value)
    const printed = items.map((item) => type.lexical.print(item))
    const bad = printed.some((item) => item === undefined || item === '' || /\s/.test(item))
    return bad ? undefined : printed.join(' ')
  }
  for (const member of type.members) {
    const printed = tryPrint(member, value)
    if (printed !== undefined) return printed
  }
  return type.lexical.print(value)
}

function wrap(tag: string, attributes: string, content: string): string {
  return content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`
}

function knownNames(layout: Layout, text: boolean): ReadonlySet<string> {
  const names = [...layout.members.keys(), ...layout.attributes.keys(), SUBTYPE]
  if (layout.wildcard !== 'none') names.push(layout.wildcardKey)
  if (text) names.push(TEXT)
  return new Set(names)
}

function assertKnown(record: Tree, known: ReadonlySet<string>, path: string): void {
  for (const name of Object.keys(record)) {
    if (!known.has(name) && record[name] !== undefined) {
      refuse(memberPath(path, name), 'is not known')
    }
  }
}
