// A message to its envelope: header blocks and body of the contract, blocks of others beside them.

import type { Tree, Value } from '../adapter.ts'
import { isTree } from '../tree.ts'
import type { Message } from './contract/messages.ts'
import { EncoderCompiler, type Write } from './encode.ts'
import { toEnvelope } from './envelope.ts'
import { memberPath, own, refuse } from './input.ts'
import { isBare, TEXT, toLayout } from './layout.ts'
import type { ElementDeclaration, Type } from './model.ts'
import { SOAP_ENCODING, type SoapVersion } from './namespaces.ts'
import { Prefixes } from './prefixes.ts'

/** Input member that holds the header blocks of the contract by local name. No XML name has `$`. */
export const HEADER = '$header'

/** Base64 to what stands in its place, `<xop:Include …/>` for instance. */
export type Pack = (base64: string) => string

export type WriteMessage = (input: Tree, headers: string, pack?: Pack) => string

/** Throws ContractError; what it returns throws CallerError. */
export function toWriter(version: SoapVersion, message: Message, lenient: boolean): WriteMessage {
  const prefixes = new Prefixes()
  let packing: Pack | undefined
  const compilerFor = (encodingStyle: string) =>
    new EncoderCompiler({ prefixes, encodingStyle, lenient, binary: () => packing })
  const compiler = compilerFor(message.encodingStyle)
  const style = toStyle(version, message)
  const bodies = message.bodies.map((each) => ({
    local: each.local,
    write: toBody(compiler, each, style.onBody, lenient),
  }))
  const blocks = message.headers.map(
    (each) => [each.local, compilerFor(each.encodingStyle).element(each)] as const,
  )
  const headers = new Map(blocks)
  const envelope = toEnvelope(version)
  return (input, others, pack) => {
    packing = pack
    const [body, declared] = Object.hasOwn(input, HEADER) ? apart(input) : [input, undefined]
    const content = writeBodies(bodies, body, lenient)
    const header = declared === undefined ? '' : writeHeaders(headers, declared, lenient)
    return envelope(prefixes.declarations() + style.onEnvelope, others + header, content)
  }
}

function apart({ [HEADER]: header, ...body }: Tree): [Tree, Value | undefined] {
  return [body, header]
}

interface Body {
  readonly local: string
  readonly write: Write
}

/**
 * Where an encoded message says so: on the envelope, as most toolkits do, or on the body's child, because SOAP 1.2 (part 1
 * §5.1.1) allows it nowhere above.
 */
function toStyle(version: SoapVersion, { encodingStyle, use }: Message) {
  if (use === 'literal') return { onEnvelope: '', onBody: '' }
  const attribute = ` soap:encodingStyle="${version === '1.1' ? encodingStyle || SOAP_ENCODING : encodingStyle}"`
  return version === '1.1'
    ? { onEnvelope: attribute, onBody: '' }
    : { onEnvelope: '', onBody: attribute }
}

function toBody(
  compiler: EncoderCompiler,
  element: ElementDeclaration,
  attributes: string,
  lenient: boolean,
): Write {
  const write = compiler.element(element, attributes)
  const record = isRecord(element.type())
  const direct = record ? write : toScalarBody(compiler, element, write, lenient)
  if (!lenient) return direct
  const members = record ? membersOf(element.type()) : NO_NAMES
  return (value, path) => direct(unwrapped(value, element.local, members), path)
}

/** A root that is no record is under `$value`. */
function toScalarBody(
  compiler: EncoderCompiler,
  element: ElementDeclaration,
  write: Write,
  lenient: boolean,
): Write {
  const empty = lenient ? compiler.empty(element) : undefined
  return (value, path) => {
    if (!isTree(value)) return write(value, path)
    if (Object.hasOwn(value, TEXT)) return write(value[TEXT], path)
    // An input without members says nothing of a root that is no record.
    if (Object.keys(value).length > 0) return write(value, path)
    return empty ?? write(undefined, path)
  }
}

const NO_NAMES: ReadonlySet<string> = new Set()

function membersOf(type: Type): ReadonlySet<string> {
  if (type.kind !== 'complex') return NO_NAMES
  const { members, attributes } = toLayout(type)
  const text = type.content.kind === 'text' || type.content.kind === 'raw'
  return new Set([...members.keys(), ...attributes.keys(), ...(text ? [TEXT] : [])])
}

/** For the command line: `{"Root": …}` and `{"$value": …}` are what stands in them, where the root has no such member. */
function unwrapped(value: Value | undefined, local: string, members: ReadonlySet<string>) {
  if (!isTree(value ?? null)) return value
  const [entry, another] = Object.entries(value ?? {})
  if (entry === undefined || another !== undefined) return value
  const [name, only] = entry
  return (name === local || name === TEXT) && !members.has(name) ? only : value
}

function writeBodies(bodies: readonly Body[], input: Tree, lenient: boolean): string {
  const [only, another] = bodies
  if (only !== undefined && another === undefined) return only.write(input, '')
  const known = new Set(bodies.map(({ local }) => local))
  const unknown = Object.keys(input).find((name) => !known.has(name))
  if (unknown !== undefined) refuse(unknown, 'is not known')
  return bodies
    .map(({ local, write }) => {
      const value = own(input, local)
      return value === undefined && lenient ? '' : write(value, local)
    })
    .join('')
}

function writeHeaders(headers: ReadonlyMap<string, Write>, given: Value, lenient: boolean): string {
  if (!isTree(given)) return refuse(HEADER, 'must be an object')
  let blocks = ''
  for (const [name, value] of Object.entries(given)) {
    const path = memberPath(HEADER, name)
    const local = lenient ? name.slice(name.lastIndexOf(':') + 1) : name
    const write = headers.get(local) ?? refuse(path, 'is not known')
    blocks += write(value, path)
  }
  return blocks
}

function isRecord(type: Type): boolean {
  return type.kind === 'complex' && !isBare(type) && type.content.kind !== 'array'
}
