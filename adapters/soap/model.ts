// What an XML Schema says, resolved: the shared picture of encoder, decoder and contract. Types are thunks because
// schemas may be recursive. Never: a node or prefix of the file it came from.

import type { ScalarType, Value } from '../adapter.ts'

export interface Place {
  readonly file: string
  readonly line: number
}

/** A name of a contract, for `xsi:type` and SOAP's `arrayType`. */
export interface TypeName {
  /** `{namespace}local`, or '' for an anonymous type, whose namespace and local name are those of the element that it stands in. */
  readonly key: string
  readonly namespace: string
  readonly local: string
}

export interface ElementDeclaration {
  readonly local: string
  /** '' when the element is unqualified. */
  readonly namespace: string
  readonly nillable: boolean
  /** `fixed` or `default` (XSD 1.0 part 1 §3.3.2): what an element that must stand there holds when nothing is given. */
  readonly preset: string | undefined
  /** Only an element of its substitution group may stand there. */
  readonly abstract: boolean
  type(): Type
  /** Elements that may stand in its place, at any distance (XSD 1.0 part 1 §3.3.6); abstract ones among them. */
  substitutes(): readonly ElementDeclaration[]
}

export interface AttributeUse {
  readonly local: string
  readonly namespace: string
  readonly required: boolean
  readonly preset: string | undefined
  readonly type: SimpleType
}

export type Type = SimpleType | ComplexType | AnythingType

export interface SimpleType extends TypeName {
  readonly kind: 'simple'
  /** Of a union of different scalars: text that is read as it stands, printed by the first member that takes it. */
  readonly lexical: Lexical
  /** xsd:list: items parted by white space; `lexical` is an item's. */
  readonly list: boolean
  /** xsd:union: its member types in their order; empty otherwise. */
  readonly members: readonly SimpleType[]
  /** The values that are allowed, if the contract enumerates them. */
  readonly enumeration?: readonly string[] | undefined
}

export interface ComplexType extends TypeName {
  readonly kind: 'complex'
  /** Where the contract defines it, for findings. */
  readonly place: Place
  readonly abstract: boolean
  readonly attributes: readonly AttributeUse[]
  /** xsd:anyAttribute: attributes beyond those may stand there. */
  readonly anyAttribute: boolean
  readonly content: Content
  /** Types that may stand here by xsi:type: all that extend or restrict this one, abstract ones among them. */
  derived(): readonly ComplexType[]
}

/** xsd:anyType: text or any elements. */
export interface AnythingType extends TypeName {
  readonly kind: 'anything'
  /** The built-in or global type that an xsi:type names here; undefined when the contract has none. */
  named(key: string): Type | undefined
}

export type Content =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly type: SimpleType }
  | { readonly kind: 'elements'; readonly particle: Particle }
  | ArrayContent
  /** Text between elements, or nothing but wildcards: kept as raw XML. */
  | { readonly kind: 'raw' }

/** An array of SOAP 1.1 §5.4.2 or SOAP 1.2 part 2 §3.1.6: items in one element, whatever these are called on the wire. */
export interface ArrayContent {
  readonly kind: 'array'
  /** What an item is called where we write it: the contract's own name for it, or `item` in no namespace. */
  readonly item: ElementDeclaration
  /** The type that `arrayType` names; `inner` are the brackets of arrays within: `[]` for an array of arrays. */
  readonly of: TypeName
  readonly inner: string
  /** Lengths of the dimensions, undefined where the contract leaves them open; two entries for `[,]`. */
  readonly sizes: readonly (number | undefined)[]
}

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

interface Wildcard extends Occurs {
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
