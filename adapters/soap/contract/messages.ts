// The messages of an operation as elements of the model: what stands in the body and in the header.
// Document style names elements; rpc style makes a wrapper of the operation's name around its parts (WSDL 1.1 §3.5).

import type { ElementDeclaration, Particle, Type } from '../model.ts'
import { ContractError } from './contract-error.ts'
import type { Component } from './schema-index.ts'
import type { Part, SoapMessage, SoapOperation } from './wsdl.ts'
import type { Schema } from './xsd.ts'

export interface Message {
  /** Undefined for an empty body. */
  readonly body: ElementDeclaration | undefined
  readonly headers: readonly ElementDeclaration[]
}

/** Throws ContractError with its place. */
export function toMessage(
  schema: Schema,
  operation: SoapOperation,
  way: 'input' | 'output',
): Message | undefined {
  const message = operation[way]
  if (message === undefined) return undefined
  if (message.encoded) {
    throw new ContractError(
      operation.place,
      `operation "${operation.name}" is rpc/encoded, which is not supported yet`,
    )
  }
  const headers = message.headers.map((part) => globalElement(schema, part))
  const body =
    operation.style === 'rpc'
      ? wrapper(schema, operation, way, message)
      : single(schema, operation, message)
  return { body, headers }
}

/** The element of a part, as it stands in a body, a header or a fault's detail. */
function globalElement(schema: Schema, part: Part): ElementDeclaration {
  if (part.element === undefined) {
    throw new ContractError(part.place, `part "${part.name}" names no element`)
  }
  return schema.element(part.element, toComponent(part))
}

function single(
  schema: Schema,
  operation: SoapOperation,
  message: SoapMessage,
): ElementDeclaration | undefined {
  const [part, another] = message.parts
  if (another !== undefined) {
    throw new ContractError(
      another.place,
      `operation "${operation.name}" has several parts in one body, which is not supported yet`,
    )
  }
  return part === undefined ? undefined : globalElement(schema, part)
}

function wrapper(
  schema: Schema,
  operation: SoapOperation,
  way: 'input' | 'output',
  message: SoapMessage,
): ElementDeclaration {
  const particles: readonly Particle[] = message.parts.map((part) => ({
    kind: 'element',
    min: 1,
    max: 1,
    element:
      part.type === undefined ? globalElement(schema, part) : accessor(schema, part, part.type),
  }))
  const type: Type = {
    kind: 'complex',
    key: '',
    local: '',
    place: operation.place,
    abstract: false,
    attributes: [],
    content: { kind: 'elements', particle: { kind: 'sequence', min: 1, max: 1, particles } },
    derived: () => [],
  }
  const local = way === 'input' ? operation.name : `${operation.name}Response`
  return {
    local,
    namespace: message.namespace,
    nillable: false,
    preset: undefined,
    type: () => type,
  }
}

/** WS-I Basic Profile 1.1 R2735: part accessors are in no namespace. */
function accessor(schema: Schema, part: Part, key: string): ElementDeclaration {
  const type = schema.type(key, toComponent(part))
  return { local: part.name, namespace: '', nillable: false, preset: undefined, type: () => type }
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
