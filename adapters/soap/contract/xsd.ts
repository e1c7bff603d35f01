// XML Schema 1.0 to the model. In: the index of a contract's schemas. Out: element declarations and types, resolved when
// asked for and remembered. A component that cannot be resolved throws ContractError with its place, or is noted.

import type { Finding } from '../../finding.ts'
import type {
  AnythingType,
  ComplexType,
  Content,
  ElementDeclaration,
  SimpleType,
  Type,
} from '../model.ts'
import { toKey, XSD } from '../namespaces.ts'
import { type AttributeUses, deriveAttributes, ownAttributes } from './attributes.ts'
import {
  builtInAlike,
  builtInSimple,
  isAnything,
  isSoapArray,
  STRING,
  toTypeName,
} from './built-in.ts'
import { EMPTY, isRaw, joinContent, ownContent } from './content.ts'
import { ContractError } from './contract-error.ts'
import type { Resolver } from './resolver.ts'
import {
  type Component,
  type ComponentKind,
  fail,
  type SchemaIndex,
  schemaKey,
  xsdChild,
} from './schema-index.ts'
import { restrict, textOf, toSimpleType } from './simple-types.ts'
import { anyArray, toArrayContent } from './soap-array.ts'

const DERIVATIONS = ['extension', 'restriction'] as const

/**
 * Definitions that lean on one another, and definitions of one contract with every use of a group: real contracts have 30 and
 * 20,000, one made to exhaust us could have any number.
 */
const DEEPEST = 400
const MOST = 200_000

/** The namespace of names whose prefix is not declared, where that is gone over. */
const UNDECLARED = 'undeclared'

export interface SchemaOptions {
  /** Go on with `anything` where a component is missing, and say so in `notes`. A system folder's contract is never read so. */
  readonly lenient?: boolean
}

export class Schema implements Resolver {
  readonly index: SchemaIndex
  /** What a lenient reading went over. */
  readonly notes: Finding[] = []
  readonly #lenient: boolean
  readonly #elements = new Map<string, ElementDeclaration>()
  readonly #types = new Map<string, Type>()
  /** Keys of types and groups that are being built: one that meets itself has no end. */
  readonly #building = new Set<string>()
  #built = 0
  readonly #anything: AnythingType

  constructor(index: SchemaIndex, options: SchemaOptions = {}) {
    this.index = index
    this.#lenient = options.lenient === true
    this.#anything = {
      ...toTypeName(toKey(XSD, 'anyType')),
      kind: 'anything',
      named: (key) => this.#named(key),
    }
  }

  key(from: Component, name: string): string {
    try {
      return schemaKey(from, name)
    } catch (error) {
      if (!(this.#lenient && error instanceof ContractError)) throw error
      this.notes.push(error.finding)
      return toKey(UNDECLARED, name.slice(name.indexOf(':') + 1).trim())
    }
  }

  element(key: string, from: Component): ElementDeclaration {
    const known = this.#elements.get(key)
    if (known !== undefined) return known
    const component = this.index.find('element', key)
    const element =
      component === undefined
        ? this.#unknown(key, from)
        : this.#declare(component, component.document.targetNamespace, key)
    this.#elements.set(key, element)
    return element
  }

  type(key: string, from: Component): Type {
    const original = from.document.original
    // What redefines a type names the one that it replaces.
    if (original?.kind === 'type' && original.key === key) {
      return this.#remembered(`original ${key}`, key, original.component, from)
    }
    return this.#remembered(key, key, this.index.find('type', key), from)
  }

  local(component: Component): ElementDeclaration {
    const { document, node } = component
    const name = node.attributes.get('ref')
    if (name !== undefined) return this.element(this.key(component, name), component)
    const form = node.attributes.get('form') ?? document.root.attributes.get('elementFormDefault')
    return this.#declare(component, form === 'qualified' ? document.targetNamespace : '', '')
  }

  simple(component: Component): SimpleType {
    return toSimpleType(this, component, '')
  }

  find(kind: ComponentKind, key: string, from: Component): Component | undefined {
    const found = this.index.find(kind, key, from)
    if (found !== undefined || !this.#lenient) return found
    const other = this.index.alike(kind, toTypeName(key).local, from)
    if (other !== undefined) this.missing(from, `there is no ${kind} ${key}: ${other} is taken`, 0)
    return other === undefined ? undefined : this.index.find(kind, other)
  }

  guard<T>(key: string, from: Component, build: () => T): T {
    if (this.#building.has(key)) fail(from, `${key} is defined by itself`)
    this.#built += 1
    if (this.#building.size > DEEPEST || this.#built > MOST) {
      fail(from, `${key} is one definition inside others too many`)
    }
    this.#building.add(key)
    try {
      return build()
    } finally {
      this.#building.delete(key)
    }
  }

  missing<T>(from: Component, message: string, substitute: T): T {
    if (!this.#lenient) fail(from, message)
    this.notes.push({ file: from.document.file, line: from.node.line, message })
    return substitute
  }

  #remembered(
    memory: string,
    key: string,
    component: Component | undefined,
    from: Component,
  ): Type {
    const known = this.#types.get(memory)
    if (known !== undefined) return known
    const type =
      component === undefined
        ? this.#builtIn(key, from)
        : this.guard(memory, from, () => this.#build(component, key))
    this.#types.set(memory, type)
    return type
  }

  #named(key: string): Type | undefined {
    const component = this.index.find('type', key)
    if (component !== undefined) {
      try {
        return this.type(key, component)
      } catch (error) {
        if (error instanceof ContractError) return undefined
        throw error
      }
    }
    return builtInSimple(key)
  }

  #builtIn(key: string, from: Component): Type {
    if (isAnything(key)) return this.#anything
    if (isSoapArray(key)) return this.#complexOf(key, from, { content: anyArray(this, from) })
    const simple = builtInSimple(key)
    if (simple !== undefined) return simple
    if (!this.#lenient) return fail(from, `there is no type ${key}`)
    const { local } = toTypeName(key)
    const other = this.index.alike('type', local, from)
    const known = other === undefined ? builtInAlike(local) : this.type(other, from)
    const instead = known === undefined ? 'anything' : (other ?? known.key)
    return this.missing(
      from,
      `there is no type ${key}: ${instead} is taken`,
      known ?? this.#anything,
    )
  }

  #unknown(key: string, from: Component): ElementDeclaration {
    const { namespace, local } = toTypeName(key)
    const element: ElementDeclaration = {
      local,
      namespace,
      nillable: true,
      preset: undefined,
      abstract: false,
      type: () => this.#anything,
      substitutes: () => [],
    }
    // A .NET DataSet carries its own schema: `ref="xs:schema"`.
    if (namespace === XSD && local === 'schema') return { ...element, nillable: false }
    const other = this.#lenient ? this.index.alike('element', local, from) : undefined
    return this.missing(
      from,
      `there is no element ${key}`,
      other === undefined ? element : this.element(other, from),
    )
  }

  #declare(component: Component, namespace: string, key: string): ElementDeclaration {
    const { attributes } = component.node
    let type: Type | undefined
    return {
      // An NCName: white space round it is none of it (XSD 1.0 part 2 §4.3.6).
      local: attributes.get('name')?.trim() ?? '',
      namespace,
      nillable: isTrue(attributes.get('nillable')),
      preset: attributes.get('fixed') ?? attributes.get('default'),
      abstract: isTrue(attributes.get('abstract')),
      type: () => (type ??= this.#typeOf(component)),
      substitutes: () => this.#substitutes(key, component),
    }
  }

  #substitutes(key: string, from: Component): readonly ElementDeclaration[] {
    if (key === '') return []
    return this.index.substitutes(key).map((each) => this.element(each, from))
  }

  #typeOf(component: Component): Type {
    const { document, node } = component
    const named = node.attributes.get('type')
    if (named !== undefined) return this.type(this.key(component, named), component)
    const inline = xsdChild(node, 'complexType', 'simpleType')
    if (inline !== undefined) {
      const local = node.attributes.get('name') ?? ''
      const type = this.#build({ document, node: inline }, '')
      return { ...type, namespace: document.targetNamespace, local }
    }
    const head = node.attributes.get('substitutionGroup')
    return head === undefined
      ? this.#anything
      : this.element(this.key(component, head), component).type()
  }

  #build(component: Component, key: string): Type {
    return component.node.local === 'simpleType'
      ? toSimpleType(this, component, key)
      : this.#complex(component, key)
  }

  #complex(component: Component, key: string): ComplexType {
    const { document, node } = component
    const simple = xsdChild(node, 'simpleContent')
    const complex = xsdChild(node, 'complexContent')
    const body = simple ?? complex
    const derivation = body && xsdChild(body, ...DERIVATIONS)
    const mixed = isTrue(node.attributes.get('mixed')) || isTrue(complex?.attributes.get('mixed'))
    const parts =
      derivation === undefined
        ? { ...ownAttributes(this, component), content: ownContent(this, component) }
        : this.#derive({ document, node: derivation }, simple !== undefined)
    const content: Content = mixed || isRaw(parts.content) ? { kind: 'raw' } : parts.content
    const abstract = isTrue(node.attributes.get('abstract'))
    return this.#complexOf(key, component, { ...parts, content, abstract })
  }

  #complexOf(
    key: string,
    component: Component,
    parts: Pick<ComplexType, 'content'> & Partial<AttributeUses & Pick<ComplexType, 'abstract'>>,
  ): ComplexType {
    const { document, node } = component
    return {
      attributes: [],
      anyAttribute: false,
      abstract: false,
      ...parts,
      ...toTypeName(key),
      kind: 'complex',
      place: { file: document.file, line: node.line },
      derived: () => this.#derived(key, component),
    }
  }

  #derived(key: string, from: Component): readonly ComplexType[] {
    if (key === '') return []
    return this.index
      .derived(key)
      .map((each) => this.type(each, from))
      .filter((type) => type.kind === 'complex')
  }

  #derive(
    component: Component,
    simple: boolean,
  ): Pick<ComplexType, 'attributes' | 'anyAttribute' | 'content'> {
    const name = component.node.attributes.get('base')
    const base: Type =
      name === undefined
        ? this.missing(component, 'a derived type names no base', this.#anything)
        : this.type(this.key(component, name), component)
    const inherited: AttributeUses =
      base.kind === 'complex' ? base : { attributes: [], anyAttribute: base.kind === 'anything' }
    const own = ownAttributesBesideArray(this, component, base)
    const uses = deriveAttributes(inherited, own, component)
    if (simple) {
      return { ...uses, content: { kind: 'text', type: this.#textOf(component, base) } }
    }
    return { ...uses, content: this.#derivedContent(component, base) }
  }

  #derivedContent(component: Component, base: Type): Content {
    if (base.kind !== 'complex') return ownContent(this, component)
    if (base.content.kind === 'array') return toArrayContent(this, component) ?? base.content
    const extending = component.node.local === 'extension'
    return joinContent(extending ? base.content : EMPTY, ownContent(this, component))
  }

  #textOf(component: Component, base: Type): SimpleType {
    const inline = xsdChild(component.node, 'simpleType')
    const type =
      inline === undefined
        ? textOf(base)
        : this.simple({ document: component.document, node: inline })
    return restrict(component, type ?? STRING)
  }
}

/** `arrayType` and its like are the encoding's affair, not members of a value. */
function ownAttributesBesideArray(schema: Schema, component: Component, base: Type): AttributeUses {
  const array = base.kind === 'complex' && base.content.kind === 'array'
  return array ? { attributes: [], anyAttribute: false } : ownAttributes(schema, component)
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1'
}
