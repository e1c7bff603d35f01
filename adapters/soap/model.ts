// What an XML Schema says, resolved: the shared picture of encoder, decoder and contract. Types are thunks because
// schemas may be recursive. Never: a node or prefix of the file it came from.

import type { ScalarType, Value } from '../adapter.ts'

export interface Place {
  readonly file: string
  readonly line: number
}

export interface ElementDeclaration {
  readonly local: string
  /** '' when the element is unqualified. */
  readonly namespace: string
  readonly nillable: boolean
  /** `fixed` or `default` (XSD 1.0 part 1 §3.3.2): what an element that must stand there holds when nothing is given. */
  readonly preset: string | undefined
  type(): Type
}

export interface AttributeUse {
  readonly local: string
  readonly namespace: string
  readonly required: boolean
  readonly preset: string | undefined
  readonly type: SimpleType
}

export type Type = SimpleType | ComplexType | AnythingType

export interface SimpleType {
  readonly kind: 'simple'
  readonly lexical: Lexical
  /** xsd:list: items parted by white space. */
  readonly list: boolean
}

export interface ComplexType {
  readonly kind: 'complex'
  /** `{namespace}local`, or '' for an anonymous type. */
  readonly key: string
  readonly local: string
  /** Where the contract defines it, for findings. */
  readonly place: Place
  readonly abstract: boolean
  readonly attributes: readonly AttributeUse[]
  readonly content: Content
  /** Types that may stand here by xsi:type: all that extend or restrict this one. */
  derived(): readonly ComplexType[]
}

/** xsd:anyType: text or any elements. */
export interface AnythingType {
  readonly kind: 'anything'
}

export type Content =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly type: SimpleType }
  | { readonly kind: 'elements'; readonly particle: Particle }
  /** Text between elements, or nothing but wildcards: kept as raw XML. */
  | { readonly kind: 'raw' }

export type Particle = Group | ElementParticle | Wildcard

interface Occurs {
  readonly min: number
  /** Infinity for `unbounded`. */
  readonly max: number
}

export interface Group extends Occurs {
  readonly kind: 'sequence' | 'choice' | 'all'
  readonly particles: readonly Particle[]
}

export interface ElementParticle extends Occurs {
  readonly kind: 'element'
  readonly element: ElementDeclaration
}

export interface Wildcard extends Occurs {
  readonly kind: 'wildcard'
}

/** A built-in type of XML Schema part 2 as values of a tree. */
export interface Lexical {
  /** Local name in the XML Schema namespace, for instance `int`. */
  readonly name: string
  readonly scalar: ScalarType
  /** Undefined when the text is not in the type's lexical space. */
  parse(text: string): Value | undefined
  /** Undefined when the value is not in the type's value space. */
  print(value: Value): string | undefined
}
