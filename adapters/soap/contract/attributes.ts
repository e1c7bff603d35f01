// Attribute uses of a complex type: its own, its groups' and its base's (XSD 1.0 part 1 §3.2, §3.4.2, §3.6).

import type { AttributeUse } from '../model.ts'
import { STRING, toTypeName } from './built-in.ts'
import type { Resolver } from './resolver.ts'
import { type Component, xsdChild, xsdChildren } from './schema-index.ts'
import { namedSimple } from './simple-types.ts'

export interface AttributeUses {
  readonly attributes: readonly AttributeUse[]
  readonly anyAttribute: boolean
}

const NONE: AttributeUses = { attributes: [], anyAttribute: false }

/** What the node itself says: attributes, groups, wildcard. */
export function ownAttributes(resolver: Resolver, component: Component): AttributeUses {
  const { document, node } = component
  const own = xsdChildren(node, 'attribute')
    .filter((child) => child.attributes.get('use') !== 'prohibited')
    .map((child) => toUse(resolver, { document, node: child }))
  const groups = xsdChildren(node, 'attributeGroup').map((child) =>
    ofGroup(resolver, { document, node: child }),
  )
  return {
    attributes: [...own, ...groups.flatMap((group) => group.attributes)],
    anyAttribute:
      xsdChild(node, 'anyAttribute') !== undefined || groups.some((group) => group.anyAttribute),
  }
}

/** The base's uses, less what the derivation takes away or says anew. */
export function deriveAttributes(
  base: AttributeUses,
  own: AttributeUses,
  component: Component,
): AttributeUses {
  const extending = component.node.local === 'extension'
  const gone = new Set([...own.attributes.map((use) => use.local), ...prohibited(component)])
  const kept = base.attributes.filter(({ local }) => !gone.has(local))
  return {
    attributes: [...kept, ...own.attributes],
    anyAttribute: own.anyAttribute || (extending && base.anyAttribute),
  }
}

function ofGroup(resolver: Resolver, from: Component): AttributeUses {
  const key = resolver.key(from, from.node.attributes.get('ref') ?? '')
  const group = resolver.find('attributeGroup', key, from)
  if (group === undefined) {
    return resolver.missing(from, `there is no attribute group ${key}`, NONE)
  }
  const name = `attributes ${group.document.file}:${group.node.line} ${key}`
  return resolver.guard(name, from, () => ownAttributes(resolver, group))
}

function toUse(resolver: Resolver, component: Component): AttributeUse {
  const { document, node } = component
  const required = node.attributes.get('use') === 'required'
  const reference = node.attributes.get('ref')
  const preset = node.attributes.get('fixed') ?? node.attributes.get('default')
  if (reference !== undefined)
    return { ...referred(resolver, component, reference), required, ...toPreset(preset) }
  const form = node.attributes.get('form') ?? document.root.attributes.get('attributeFormDefault')
  const namespace = form === 'qualified' ? document.targetNamespace : ''
  const local = node.attributes.get('name') ?? ''
  return { local, namespace, required, preset, type: namedSimple(resolver, component, 'type') }
}

/** A use says its own preset, or the declaration's stands. */
function toPreset(preset: string | undefined) {
  return preset === undefined ? {} : { preset }
}

function referred(
  resolver: Resolver,
  component: Component,
  reference: string,
): Omit<AttributeUse, 'required'> {
  const key = resolver.key(component, reference)
  const { namespace, local } = toTypeName(key)
  const global = resolver.find('attribute', key, component)
  const base = { namespace, local, preset: undefined, type: STRING }
  if (global === undefined) return resolver.missing(component, `there is no attribute ${key}`, base)
  const { attributes } = global.node
  const preset = attributes.get('fixed') ?? attributes.get('default')
  return { ...base, preset, type: namedSimple(resolver, global, 'type') }
}

function prohibited({ node }: Component): readonly string[] {
  return xsdChildren(node, 'attribute')
    .filter((use) => use.attributes.get('use') === 'prohibited')
    .map((use) =>
      (use.attributes.get('name') ?? use.attributes.get('ref') ?? '').replace(/^.*:/, ''),
    )
}
