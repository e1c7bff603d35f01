// The messages of an operation as elements of the model: what stands in the body, in the header and beside the envelope.
// Document style names elements; rpc style makes a wrapper of the operation's name around its parts (WSDL 1.1 §3.5).

import type { ComplexType, ElementDeclaration, Particle, Type } from '../model.ts'
import { SOAP_ENCODING } from '../namespaces.ts'
import type {
  AttachmentPart,
  FaultPart,
  HeaderPart,
  Part,
  SoapMessage,
  SoapOperation,
} from './port.ts'
import { type Component, fail } from './schema-index.ts'
import type { Schema } from './xsd.ts'

export interface Message {
  readonly style: 'document' | 'rpc'
  /** `encoded`: every element says its type by xsi:type, arrays say theirs by arrayType, answers may hold references. */
  readonly use: 'literal' | 'encoded'
  /** For the attribute of that name; '' for a literal message. */
  readonly encodingStyle: string
  /** The only element of the body: rpc's wrapper, or the element of the one part. Undefined for an empty body, and for several. */
  readonly body: ElementDeclaration | undefined
  /** All elements of the body in their order: document style may have several parts. */
  readonly bodies: readonly ElementDeclaration[]
  readonly headers: readonly HeaderBlock[]
  readonly attachments: readonly Attachment[]
}

interface HeaderBlock extends ElementDeclaration {
  readonly use: 'literal' | 'encoded'
  readonly encodingStyle: string
  readonly faults: readonly ElementDeclaration[]
}

interface Attachment {
  /** Name of the message's part. */
  readonly name: string
  /** Media types that the contract allows; empty for any. */
  readonly contentTypes: readonly string[]
  /** Undefined when the contract says nothing but the media type. */
  readonly type: Type | undefined
}

/** The element in a declared fault's detail. */
export interface FaultDetail extends ElementDeclaration {
  /** Name of the fault in the contract. */
  readonly fault: string
}

/** Throws ContractError with its place. */
export function toMessage(
  schema: Schema,
  operation: SoapOperation,
  way: 'input' | 'output',
): Message | undefined {
  const message = operation[way]
  if (message === undefined) return undefined
  const bodies =
    operation.style === 'rpc'
      ? [wrapper(schema, operation, way, message)]
      : message.parts.map((part) => toElement(schema, part, ''))
  return {
    style: operation.style,
    ...toUse(message),
    body: bodies.length === 1 ? bodies[0] : undefined,
    bodies,
    headers: message.headers.map((part) => toHeader(schema, part)),
    attachments: message.attachments.map((part) => toAttachment(schema, part)),
  }
}

/** Throws ContractError with its place. */
export function toFaultDetails(schema: Schema, operation: SoapOperation): readonly FaultDetail[] {
  return operation.faults.map((part: FaultPart) => ({
    ...toElement(schema, part, part.encoded ? part.namespace : ''),
    fault: part.fault,
  }))
}

function toUse(from: { readonly encoded: boolean; readonly encodingStyle: string }) {
  return from.encoded
    ? ({ use: 'encoded', encodingStyle: from.encodingStyle || SOAP_ENCODING } as const)
    : ({ use: 'literal', encodingStyle: '' } as const)
}

function toHeader(schema: Schema, part: HeaderPart): HeaderBlock {
  return {
    ...toElement(schema, part, part.encoded ? part.namespace : ''),
    ...toUse(part),
    faults: part.faults.map((each) => toElement(schema, each, '')),
  }
}

function toAttachment(schema: Schema, part: AttachmentPart): Attachment {
  const { name, contentTypes } = part
  if (part.element !== undefined) {
    return { name, contentTypes, type: schema.element(part.element, toComponent(part)).type() }
  }
  const type = part.type === undefined ? undefined : schema.type(part.type, toComponent(part))
  return { name, contentTypes, type }
}

/** The element that a part names, or one of the part's own name when it names a type: as it stands in a body, a header or a fault. */
function toElement(schema: Schema, part: Part, namespace: string): ElementDeclaration {
  if (part.element !== undefined) return schema.element(part.element, toComponent(part))
  if (part.type !== undefined) {
    const type = schema.type(part.type, toComponent(part))
    return toDeclaration(part.name, namespace, () => type)
  }
  return fail(toComponent(part), `part "${part.name}" names neither element nor type`)
}

function wrapper(
  schema: Schema,
  operation: SoapOperation,
  way: 'input' | 'output',
  message: SoapMessage,
): ElementDeclaration {
  const particles: readonly Particle[] = message.parts.map((part) => ({
    kind: 'element',
    // Encoded accessors may be left out (SOAP 1.1 §5.4.1); literal ones always stand there (Basic Profile 1.1 R2211).
    min: message.encoded ? 0 : 1,
    max: 1,
    element: accessor(schema, part, message.encoded),
  }))
  const type: ComplexType = {
    kind: 'complex',
    key: '',
    namespace: '',
    local: '',
    place: operation.place,
    abstract: false,
    attributes: [],
    anyAttribute: false,
    content: { kind: 'elements', particle: { kind: 'sequence', min: 1, max: 1, particles } },
    derived: () => [],
  }
  const local = way === 'input' ? operation.wireName : `${operation.wireName}Response`
  return toDeclaration(local, message.namespace, () => type)
}

/** In no namespace (WS-I Basic Profile 1.1 R2735). An encoded one has the part's own name and may be nil (SOAP 1.1 §7.1, §5.4.1). */
function accessor(schema: Schema, part: Part, encoded: boolean): ElementDeclaration {
  const element = toElement(schema, part, '')
  if (!encoded) return element
  return { ...toDeclaration(part.name, '', () => element.type()), nillable: true }
}

function toDeclaration(local: string, namespace: string, type: () => Type): ElementDeclaration {
  return {
    local,
    namespace,
    nillable: false,
    preset: undefined,
    abstract: false,
    type,
    substitutes: () => [],
  }
}

/** Only to name the place, should the schemas not hold what the part asks for. */
function toComponent({ place }: Part): Component {
  const node = {
    local: 'part',
    namespace: '',
    attributes: new Map(),
    foreign: new Map(),
    children: [],
    line: place.line,
    prefixes: new Map(),
  }
  return { document: { file: place.file, root: node, targetNamespace: '' }, node }
}
