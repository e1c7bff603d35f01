// XML Schema 1.0 to the model. In: the index of a contract's schemas. Out: element declarations and types, resolved when
// asked for and remembered. A component that cannot be resolved throws ContractError with its place.

import { invariant } from '../../../schema/errors.ts'
import { XML_NAMESPACE } from '../../xml/parse.ts'
import { LEXICAL_LISTS, LEXICALS } from '../lexical.ts'
import type {
  AnythingType,
  AttributeUse,
  ComplexType,
  Content,
  ElementDeclaration,
  Particle,
  SimpleType,
  Type,
} from '../model.ts'
import { SOAP_ENCODING, toKey, XSD } from '../namespaces.ts'
import {
  type Component,
  fail,
  type SchemaIndex,
  schemaKey,
  xsdChild,
  xsdChildren,
} from './schema-index.ts'

const ANYTHING: AnythingType = { kind: 'anything' }
const DERIVATIONS = ['extension', 'restriction'] as const

export class Schema {
  readonly #index: SchemaIndex
  readonly #elements = new Map<string, ElementDeclaration>()
  readonly #types = new Map<string, Type>()
  /** Keys of types and groups that are being built: one that meets itself has no end. */
  readonly #building = new Set<string>()

  constructor(index: SchemaIndex) {
    this.#index = index
  }

  /** A global element; `from` is the place that names it. */
  element(key: string, from: Component): ElementDeclaration {
    const known = this.#elements.get(key)
    if (known !== undefined) return known
    const component = this.#index.find('element', key)
    // A .NET DataSet carries its own schema: `ref="xs:schema"`.
    if (component === undefined && key === toKey(XSD, 'schema')) return SCHEMA_ELEMENT
    if (component === undefined) fail(from, `there is no element ${key}`)
    const element = this.#declare(component, component.document.targetNamespace)
    this.#elements.set(key, element)
    return element
  }

  /** A built-in or global type; `from` is the place that names it. */
  type(key: string, from: Component): Type {
    const known = this.#types.get(key)
    if (known !== undefined) return known
    const component = this.#index.find('type', key)
    const type =
      component === undefined
        ? builtIn(key, from)
        : this.#guard(key, from, () => this.#build(component, key))
    this.#types.set(key, type)
    return type
  }

  #guard<T>(key: string, from: Component, build: () => T): T {
    if (this.#building.has(key)) fail(from, `${key} is defined by itself`)
    this.#building.add(key)
    try {
      return build()
    } finally {
      this.#building.delete(key)
    }
  }

  #declare(component: Component, namespace: string): ElementDeclaration {
    const { attributes } = component.node
    let type: Type | undefined
    return {
      local: attributes.get('name') ?? '',
      namespace,
      nillable: isTrue(attributes.get('nillable')),
      preset: attributes.get('fixed') ?? attributes.get('default'),
      type: () => (type ??= this.#typeOf(component)),
    }
  }

  #typeOf(component: Component): Type {
    const { document, node } = component
    const named = node.attributes.get('type')
    if (named !== undefined) return this.type(schemaKey(component, named), component)
    const inline = xsdChild(node, 'complexType', 'simpleType')
    if (inline !== undefined) return this.#build({ document, node: inline }, '')
    const head = node.attributes.get('substitutionGroup')
    return head === undefined
      ? ANYTHING
      : this.element(schemaKey(component, head), component).type()
  }

  #build(component: Component, key: string): Type {
    return component.node.local === 'simpleType'
      ? this.#simple(component)
      : this.#complex(component, key)
  }

  #simple(component: Component): SimpleType {
    const { document, node } = component
    const restriction = xsdChild(node, 'restriction')
    if (restriction !== undefined) return this.#simpleBase({ document, node: restriction }, 'base')
    const list = xsdChild(node, 'list')
    if (list === undefined) return STRING
    const item = this.#simpleBase({ document, node: list }, 'itemType')
    return { ...item, list: true }
  }

  #simpleBase(component: Component, attribute: string): SimpleType {
    const { document, node } = component
    const named = node.attributes.get(attribute)
    const inline = xsdChild(node, 'simpleType')
    if (named === undefined)
      return inline === undefined ? STRING : this.#simple({ document, node: inline })
    const type = this.type(schemaKey(component, named), component)
    if (type.kind !== 'simple') fail(component, `${named} is not a simple type`)
    return type
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
        ? { attributes: this.#attributes(component), content: this.#own(component) }
        : this.#derive({ document, node: derivation }, simple !== undefined)
    return {
      kind: 'complex',
      key,
      local: node.attributes.get('name') ?? '',
      abstract: isTrue(node.attributes.get('abstract')),
      attributes: parts.attributes,
      content: mixed || isRaw(parts.content) ? { kind: 'raw' } : parts.content,
      place: { file: document.file, line: node.line },
      derived: () => this.#derived(key, component),
    }
  }

  #derived(key: string, from: Component): readonly ComplexType[] {
    if (key === '') return []
    return this.#index
      .derived(key)
      .map((each) => this.type(each, from))
      .filter((type) => type.kind === 'complex')
  }

  #derive(component: Component, simple: boolean): Pick<ComplexType, 'attributes' | 'content'> {
    const name = component.node.attributes.get('base')
    if (name === undefined) fail(component, 'a derived type names no base')
    const key = schemaKey(component, name)
    if (key === toKey(SOAP_ENCODING, 'Array')) {
      fail(component, 'SOAP-encoded arrays (rpc/encoded) are not supported yet')
    }
    const base = this.type(key, component)
    const extending = component.node.local === 'extension'
    const attributes = mergeAttributes(
      base.kind === 'complex' ? base.attributes : [],
      this.#attributes(component),
      prohibited(component),
    )
    if (simple)
      return { attributes, content: { kind: 'text', type: this.#textOf(component, base) } }
    const own = this.#own(component)
    const inherited = base.kind === 'complex' && extending ? base.content : EMPTY
    return { attributes, content: joinContent(inherited, own) }
  }

  #textOf(component: Component, base: Type): SimpleType {
    const inline = xsdChild(component.node, 'simpleType')
    if (inline !== undefined) return this.#simple({ document: component.document, node: inline })
    if (base.kind === 'simple') return base
    return base.kind === 'complex' && base.content.kind === 'text' ? base.content.type : STRING
  }

  #own(component: Component): Content {
    const { document, node } = component
    const model = xsdChild(node, 'sequence', 'choice', 'all', 'group')
    const particle = model && this.#particle({ document, node: model })
    if (particle === undefined || isEmpty(particle)) return EMPTY
    return { kind: 'elements', particle }
  }

  #particle(component: Component): Particle {
    const { document, node } = component
    const occurs = toOccurs(component)
    switch (node.local) {
      case 'element':
        return { kind: 'element', ...occurs, element: this.#local(component) }
      case 'any':
        return { kind: 'wildcard', ...occurs }
      case 'group':
        return { ...this.#group(component), ...occurs }
      case 'sequence':
      case 'choice':
      case 'all': {
        const children = xsdChildren(node, 'element', 'any', 'group', 'sequence', 'choice')
        const particles = children.map((child) => this.#particle({ document, node: child }))
        return { kind: node.local, ...occurs, particles }
      }
      default:
        return fail(component, `xsd:${node.local} cannot stand here`)
    }
  }

  #group(component: Component): Particle {
    const name = component.node.attributes.get('ref')
    if (name === undefined) fail(component, 'a group here must name one by ref')
    const key = schemaKey(component, name)
    const group = this.#index.find('group', key)
    const model = group && xsdChild(group.node, 'sequence', 'choice', 'all')
    if (group === undefined || model === undefined) fail(component, `there is no group ${key}`)
    const inner = { document: group.document, node: model }
    return this.#guard(`group ${key}`, component, () => this.#particle(inner))
  }

  #local(component: Component): ElementDeclaration {
    const { document, node } = component
    const name = node.attributes.get('ref')
    if (name !== undefined) return this.element(schemaKey(component, name), component)
    const form = node.attributes.get('form') ?? document.root.attributes.get('elementFormDefault')
    return this.#declare(component, form === 'qualified' ? document.targetNamespace : '')
  }

  #attributes(component: Component): readonly AttributeUse[] {
    const { document, node } = component
    const own = xsdChildren(node, 'attribute')
      .filter((child) => child.attributes.get('use') !== 'prohibited')
      .map((child) => this.#attribute({ document, node: child }))
    const groups = xsdChildren(node, 'attributeGroup').flatMap((child) => {
      const from = { document, node: child }
      const key = schemaKey(from, child.attributes.get('ref') ?? '')
      const group = this.#index.find('attributeGroup', key)
      if (group === undefined) fail(from, `there is no attribute group ${key}`)
      return this.#guard(`attributes ${key}`, from, () => this.#attributes(group))
    })
    return [...own, ...groups]
  }

  #attribute(component: Component): AttributeUse {
    const { document, node } = component
    const required = node.attributes.get('use') === 'required'
    const reference = node.attributes.get('ref')
    const preset = node.attributes.get('fixed') ?? node.attributes.get('default')
    if (reference === undefined) {
      const form =
        node.attributes.get('form') ?? document.root.attributes.get('attributeFormDefault')
      const namespace = form === 'qualified' ? document.targetNamespace : ''
      const local = node.attributes.get('name') ?? ''
      return { local, namespace, required, preset, type: this.#simpleBase(component, 'type') }
    }
    const key = schemaKey(component, reference)
    const global = this.#index.find('attribute', key)
    const [namespace, local] = [
      key.slice(1, key.lastIndexOf('}')),
      key.slice(key.lastIndexOf('}') + 1),
    ]
    if (global === undefined && namespace !== XML_NAMESPACE) {
      fail(component, `there is no attribute ${key}`)
    }
    const type = global === undefined ? STRING : this.#simpleBase(global, 'type')
    return { local, namespace, required, preset, type }
  }
}

const STRING: SimpleType = toSimple('string')
const EMPTY: Content = { kind: 'empty' }
const SCHEMA_ELEMENT: ElementDeclaration = {
  local: 'schema',
  namespace: XSD,
  nillable: false,
  preset: undefined,
  type: () => ANYTHING,
}

function builtIn(key: string, from: Component): Type {
  const [namespace, local] = [
    key.slice(1, key.lastIndexOf('}')),
    key.slice(key.lastIndexOf('}') + 1),
  ]
  const known = namespace === XSD || namespace === SOAP_ENCODING
  if (known && local === 'anyType') return ANYTHING
  const item = LEXICAL_LISTS.get(local)
  if (known && item !== undefined) return { ...toSimple(item), list: true }
  if (!known || !LEXICALS.has(local)) fail(from, `there is no type ${key}`)
  return toSimple(local)
}

function toSimple(name: string): SimpleType {
  const lexical = LEXICALS.get(name)
  invariant(lexical !== undefined, `no built-in type ${name}`)
  return { kind: 'simple', lexical, list: false }
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1'
}

function toOccurs(component: Component): { readonly min: number; readonly max: number } {
  const min = component.node.attributes.get('minOccurs') ?? '1'
  const max = component.node.attributes.get('maxOccurs') ?? '1'
  const most = max === 'unbounded' ? Infinity : Number(max)
  const least = Number(min)
  if (!Number.isInteger(least) || Number.isNaN(most))
    fail(component, 'minOccurs or maxOccurs is not a number')
  return { min: least, max: most }
}

function isEmpty(particle: Particle): boolean {
  return 'particles' in particle && particle.particles.every(isEmpty)
}

/** Nothing but wildcards has no names to key by. */
function isRaw(content: Content): boolean {
  return content.kind === 'elements' && isWild(content.particle)
}

function isWild(particle: Particle): boolean {
  return 'particles' in particle ? particle.particles.every(isWild) : particle.kind === 'wildcard'
}

function joinContent(inherited: Content, own: Content): Content {
  if (own.kind === 'empty') return inherited
  if (inherited.kind === 'raw' || inherited.kind === 'empty' || inherited.kind === 'text')
    return own
  if (own.kind !== 'elements') return own
  const particles = [inherited.particle, own.particle]
  return { kind: 'elements', particle: { kind: 'sequence', min: 1, max: 1, particles } }
}

function mergeAttributes(
  inherited: readonly AttributeUse[],
  own: readonly AttributeUse[],
  without: ReadonlySet<string>,
): readonly AttributeUse[] {
  const replaced = new Set(own.map((use) => use.local))
  return [...inherited.filter(({ local }) => !replaced.has(local) && !without.has(local)), ...own]
}

function prohibited({ node }: Component): ReadonlySet<string> {
  const gone = xsdChildren(node, 'attribute').filter(
    (use) => use.attributes.get('use') === 'prohibited',
  )
  return new Set(gone.map((use) => use.attributes.get('name') ?? ''))
}
