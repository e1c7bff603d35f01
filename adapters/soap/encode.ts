// Input tree to XML text. Compiled once per operation: closures that know order, namespaces and types, so that a call only
// walks values. An input that does not fit is CallerError INPUT_REJECTED with its path, never with its value.

import { CallerError } from '../../schema/errors.ts'
import type { Tree, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { escapeAttribute, escapeText, isXmlText } from '../xml/escape.ts'
import { parseXml, XML_NAMESPACE, XmlError } from '../xml/parse.ts'
import { isBare, toLayout, SUBTYPE, TEXT, WILDCARD, type Layout } from './layout.ts'
import type {
  AttributeUse,
  ComplexType,
  ElementDeclaration,
  ElementParticle,
  Group,
  Particle,
  SimpleType,
  Type,
  Wildcard,
} from './model.ts'

/** One element with its content. */
export type Write = (value: Value | undefined, path: string) => string

/** Content and attributes of an element whose tag is given. */
type WriteType = (tag: string, value: Value, path: string) => string

/** What one particle writes of a record, and whether the record says anything for it. */
interface ParticleWriter {
  write(record: Tree, path: string): string
  given(record: Tree): boolean
  /** Names, for the message when none of a choice is given. */
  readonly names: readonly string[]
  readonly optional: boolean
}

export class EncoderCompiler {
  readonly #prefixes = new Map<string, string>()
  readonly #types = new Map<Type, { write: WriteType }>()

  /** Namespace declarations of all that was compiled, for the envelope's tag. */
  declarations(): string {
    return [...this.#prefixes]
      .map(([namespace, prefix]) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`)
      .join('')
  }

  element(element: ElementDeclaration): Write {
    const tag = this.name(element.namespace, element.local)
    const type = element.type()
    const writer = this.#type(type)
    const { nillable, preset } = element
    return (value, path) => {
      const given = value ?? (value === undefined ? preset : undefined)
      if (given !== undefined) return writer.write(tag, given, path)
      if (value === null && nillable) return `<${tag} xsi:nil="true"/>`
      return refuse(path, 'is missing')
    }
  }

  /** The name as it is written: unqualified names have no prefix, and no default namespace is ever declared. */
  name(namespace: string, local: string): string {
    if (namespace === '') return local
    const prefix = this.#prefixes.get(namespace) ?? `n${this.#prefixes.size + 1}`
    this.#prefixes.set(namespace, prefix)
    return `${prefix}:${local}`
  }

  /** A holder, because recursive types meet themselves before they are done. */
  #type(type: Type): { write: WriteType } {
    const known = this.#types.get(type)
    if (known !== undefined) return known
    const holder: { write: WriteType } = { write: () => '' }
    this.#types.set(type, holder)
    holder.write = this.#compile(type)
    return holder
  }

  #compile(type: Type): WriteType {
    if (type.kind === 'anything') return writeAnything
    if (type.kind === 'simple') {
      return (tag, value, path) => wrap(tag, '', escapeText(print(type, value, path)))
    }
    if (isBare(type)) {
      const content = bareContent(type)
      return (tag, value, path) => wrap(tag, '', content(value, path))
    }
    return this.#withSubtypes(type, this.#record(type))
  }

  #record(type: ComplexType): WriteType {
    const layout = toLayout(type)
    const attributes = type.attributes.map((use) => this.#attribute(use))
    const text = type.content.kind === 'text' || type.content.kind === 'raw'
    const content = text ? bareContent(type) : undefined
    const particle =
      type.content.kind === 'elements' ? this.#particle(type.content.particle, false) : undefined
    const known = knownNames(layout, text)
    return (tag, value, path) => {
      const record = text && !isTree(value) ? { [TEXT]: value } : toTree(value, path)
      assertKnown(record, known, path)
      let written = ''
      for (const attribute of attributes) written += attribute(record, path)
      const inside = content?.(own(record, TEXT) ?? '', path) ?? particle?.write(record, path) ?? ''
      return wrap(tag, written, inside)
    }
  }

  #withSubtypes(type: ComplexType, write: WriteType): WriteType {
    const subtypes = new Map(
      type.derived().map((subtype) => {
        const namespace = subtype.key.slice(1, subtype.key.lastIndexOf('}'))
        const name = this.name(namespace, subtype.local)
        return [subtype.local, { holder: this.#type(subtype), name }]
      }),
    )
    if (subtypes.size === 0 && !type.abstract) return write
    return (tag, value, path) => {
      const wanted = isTree(value) ? own(value, SUBTYPE) : undefined
      if (wanted === undefined || wanted === type.local) {
        return type.abstract
          ? refuse(path, `must name its type in ${SUBTYPE}`)
          : write(tag, value, path)
      }
      const subtype = typeof wanted === 'string' ? subtypes.get(wanted) : undefined
      if (subtype === undefined) return refuse(member(path, SUBTYPE), 'is not a type of this place')
      const plain = subtype.holder.write(tag, value, path)
      return `<${tag} xsi:type="${subtype.name}"${plain.slice(tag.length + 1)}`
    }
  }

  #attribute(use: AttributeUse): (record: Tree, path: string) => string {
    const name =
      use.namespace === XML_NAMESPACE ? `xml:${use.local}` : this.name(use.namespace, use.local)
    return (record, path) => {
      const value = own(record, use.local) ?? (use.required ? use.preset : undefined)
      if (value !== undefined) {
        return ` ${name}="${escapeAttribute(print(use.type, value, member(path, use.local)))}"`
      }
      return use.required ? refuse(member(path, use.local), 'is missing') : ''
    }
  }

  #particle(particle: Particle, repeated: boolean): ParticleWriter {
    if (particle.max === 0) return NOTHING
    if (particle.kind === 'wildcard') return wildcardWriter(particle, repeated)
    if (particle.kind === 'element') return this.#elementWriter(particle, repeated)
    return this.#group(particle, repeated)
  }

  #elementWriter(particle: ElementParticle, repeated: boolean): ParticleWriter {
    const { element, min } = particle
    const name = element.local
    const write = this.element(element)
    const list = repeated || particle.max > 1
    const optional = min === 0 || (repeated && min <= 1)
    const one = (record: Tree, path: string) => {
      const value = own(record, name)
      const absent = value === undefined || (value === null && !element.nillable)
      return absent && optional ? '' : write(value, member(path, name))
    }
    const most = repeated ? Infinity : particle.max
    const least = optional ? 0 : min
    const many = (record: Tree, path: string) => {
      const values = toList(own(record, name))
      const place = member(path, name)
      if (values.length < least)
        return refuse(place, least === 1 ? 'is missing' : 'has too few items')
      if (values.length > most) return refuse(place, 'has too many items')
      return values.map((value, index) => write(value, `${place}[${index}]`)).join('')
    }
    const given = (record: Tree) => isGiven(own(record, name))
    return { write: list ? many : one, given, names: [name], optional }
  }

  #group(group: Group, around: boolean): ParticleWriter {
    const repeated = around || group.max > 1
    const rows = repeated && group.kind === 'sequence' && group.particles.every(isSingle)
    const writers = group.particles.map((each) => this.#particle(each, repeated && !rows))
    const names = writers.flatMap((writer) => writer.names)
    const given = (record: Tree) => writers.some((writer) => writer.given(record))
    const inner = writers.every((writer) => writer.optional)
    const optional = group.min === 0 || inner || around
    const base = { given, names, optional }
    if (group.kind === 'choice')
      return {
        ...base,
        optional: optional || writers.some((w) => w.optional),
        write: writeChoice(writers, repeated, optional),
      }
    const once = (record: Tree, path: string) =>
      optional && !given(record)
        ? ''
        : writers.reduce((all, writer) => all + writer.write(record, path), '')
    const write = rows
      ? (record: Tree, path: string) =>
          toRows(record, names)
            .map((row) => once(row, path))
            .join('')
      : once
    return { ...base, write }
  }
}

const NOTHING: ParticleWriter = { write: () => '', given: () => false, names: [], optional: true }

function writeChoice(writers: readonly ParticleWriter[], repeated: boolean, optional: boolean) {
  const names = writers.flatMap((writer) => writer.names).join(', ')
  const mayBeEmpty = optional || writers.some((writer) => writer.optional)
  return (record: Tree, path: string): string => {
    const active = writers.filter((writer) => writer.given(record))
    if (active.length > 1 && !repeated) return refuse(path, `may have only one of: ${names}`)
    if (active.length === 0 && !mayBeEmpty) return refuse(path, `needs one of: ${names}`)
    return active.map((writer) => writer.write(record, path)).join('')
  }
}

function wildcardWriter(particle: Wildcard, repeated: boolean): ParticleWriter {
  const optional = particle.min === 0 || repeated
  const write = (record: Tree, path: string) => {
    const values = toList(own(record, WILDCARD))
    const place = member(path, WILDCARD)
    if (values.length === 0 && !optional) return refuse(place, 'is missing')
    return values.map((value) => rawXml(value, place)).join('')
  }
  return { write, given: hasWildcard, names: [WILDCARD], optional }
}

function hasWildcard(record: Tree): boolean {
  return isGiven(own(record, WILDCARD))
}

function bareContent(type: ComplexType): (value: Value, path: string) => string {
  const { content } = type
  if (content.kind !== 'text') return rawXml
  return (value, path) => escapeText(print(content.type, value, path))
}

/** xsd:anyType is sent as text; a structure would need a type that the contract does not give. */
function writeAnything(tag: string, value: Value, path: string): string {
  if (typeof value === 'object' || !isXmlText(String(value))) return refuse(path, 'must be text')
  return wrap(tag, '', escapeText(String(value)))
}

/** Raw XML from the caller is taken only if it is well formed by itself: it cannot close our tags or name our prefixes. */
function rawXml(value: Value, path: string): string {
  if (typeof value !== 'string') return refuse(path, 'must be XML in a string')
  try {
    parseXml(`<x>${value}</x>`, { open: ignore, text: ignore, close: ignore })
  } catch (error) {
    if (error instanceof XmlError) return refuse(path, 'must be well-formed XML')
    throw error
  }
  return value
}

function print(type: SimpleType, value: Value, path: string): string {
  if (!type.list)
    return type.lexical.print(value) ?? refuse(path, `is not an xs:${type.lexical.name}`)
  const items = toList(value).map((item) => type.lexical.print(item))
  const bad = items.some((item) => item === undefined || item === '' || /\s/.test(item))
  return bad ? refuse(path, `is not a list of xs:${type.lexical.name}`) : items.join(' ')
}

function wrap(tag: string, attributes: string, content: string): string {
  return content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`
}

function knownNames(layout: Layout, text: boolean): ReadonlySet<string> {
  const names = [...layout.members.keys(), ...layout.attributes.keys(), SUBTYPE]
  if (layout.wildcard !== 'none') names.push(WILDCARD)
  if (text) names.push(TEXT)
  return new Set(names)
}

function assertKnown(record: Tree, known: ReadonlySet<string>, path: string): void {
  for (const name of Object.keys(record)) {
    if (!known.has(name) && record[name] !== undefined) refuse(member(path, name), 'is not known')
  }
}

function own(record: Tree, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function toTree(value: Value, path: string): Tree {
  return isTree(value) ? value : refuse(path, 'must be an object')
}

/** One value where a list is due stands for a list of one. */
function toList(value: Value | undefined): readonly Value[] {
  if (value === undefined) return []
  return isList(value) ? value : [value]
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null && !(isList(value) && value.length === 0)
}

function isSingle(particle: Particle): boolean {
  return particle.kind === 'element' && particle.max === 1
}

/** A repeated group of single elements: its lists are written row by row. */
function toRows(record: Tree, names: readonly string[]): readonly Tree[] {
  const lists = names.map((name) => toList(own(record, name)))
  const count = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: count }, (_, row) => {
    const cells = names.flatMap((name, column) => {
      const cell = lists[column]?.[row]
      return cell === undefined ? [] : [[name, cell] as const]
    })
    return Object.fromEntries(cells)
  })
}

function member(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function refuse(path: string, reason: string): never {
  const name = path === '' ? 'The input' : `"${path}"`
  throw new CallerError('INPUT_REJECTED', `${name} ${reason}.`, { fields: [path] })
}

function ignore(): void {
  // Only whether it parses is of interest.
}
