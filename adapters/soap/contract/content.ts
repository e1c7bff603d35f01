// Content models: groups, elements and wildcards with their occurrences (XSD 1.0 part 1 §3.7–3.9).

import type { Content, Particle } from '../model.ts'
import type { Resolver } from './resolver.ts'
import { type Component, fail, xsdChild, xsdChildren } from './schema-index.ts'

export const EMPTY: Content = { kind: 'empty' }
const NOTHING: Particle = { kind: 'sequence', min: 0, max: 0, particles: [] }

/** The content that a complex type or a derivation declares itself. */
export function ownContent(resolver: Resolver, component: Component): Content {
  const { document, node } = component
  const model = xsdChild(node, 'sequence', 'choice', 'all', 'group')
  const particle = model && toParticle(resolver, { document, node: model })
  if (particle === undefined || isEmpty(particle)) return EMPTY
  return { kind: 'elements', particle }
}

/** What an extension adds stands behind what it extends (§3.4.2). */
export function joinContent(inherited: Content, own: Content): Content {
  if (own.kind === 'empty') return inherited
  if (inherited.kind !== 'elements' || own.kind !== 'elements') return own
  const particles = [inherited.particle, own.particle]
  return { kind: 'elements', particle: { kind: 'sequence', min: 1, max: 1, particles } }
}

/** Nothing but wildcards has no names to key by. */
export function isRaw(content: Content): boolean {
  return content.kind === 'elements' && isWild(content.particle)
}

function toParticle(resolver: Resolver, component: Component): Particle {
  const { document, node } = component
  const occurs = toOccurs(component)
  switch (node.local) {
    case 'element':
      return { kind: 'element', ...occurs, element: resolver.local(component) }
    case 'any':
      return { kind: 'wildcard', ...occurs }
    case 'group':
      return { ...ofGroup(resolver, component), ...occurs }
    case 'sequence':
    case 'choice':
    case 'all': {
      const children = xsdChildren(node, 'element', 'any', 'group', 'sequence', 'choice', 'all')
      const particles = children.map((child) => toParticle(resolver, { document, node: child }))
      return { kind: node.local, ...occurs, particles }
    }
    default:
      return fail(component, `xsd:${node.local} cannot stand here`)
  }
}

function ofGroup(resolver: Resolver, component: Component): Particle {
  const name = component.node.attributes.get('ref')
  if (name === undefined) fail(component, 'a group here must name one by ref')
  const key = resolver.key(component, name)
  const group = resolver.find('group', key, component)
  if (group === undefined) return resolver.missing(component, `there is no group ${key}`, NOTHING)
  const model = xsdChild(group.node, 'sequence', 'choice', 'all')
  if (model === undefined) return NOTHING
  const inner = { document: group.document, node: model }
  const guarded = `group ${group.document.file}:${group.node.line} ${key}`
  return resolver.guard(guarded, component, () => toParticle(resolver, inner))
}

function toOccurs(component: Component): { readonly min: number; readonly max: number } {
  const min = component.node.attributes.get('minOccurs') ?? '1'
  const max = component.node.attributes.get('maxOccurs') ?? '1'
  const most = max === 'unbounded' ? Infinity : Number(max)
  const least = Number(min)
  if (!Number.isInteger(least) || Number.isNaN(most)) {
    fail(component, 'minOccurs or maxOccurs is not a number')
  }
  return { min: least, max: most }
}

function isEmpty(particle: Particle): boolean {
  return 'particles' in particle && particle.particles.every(isEmpty)
}

function isWild(particle: Particle): boolean {
  return 'particles' in particle ? particle.particles.every(isWild) : particle.kind === 'wildcard'
}
