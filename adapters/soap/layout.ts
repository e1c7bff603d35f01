// A complex type as the members of one record: which names a value has, which are lists, which must be there.
// What both encoder, decoder and contract follow. Clashing names are refused here.

import { ContractError } from './contract/contract-error.ts'
import type { AttributeUse, ComplexType, ElementDeclaration, Group, Particle } from './model.ts'

/** Key of the text beside attributes, of raw content, of the subtype's name, and of elements by xsd:any. No XML name has `$`. */
export const TEXT = '$value'
export const SUBTYPE = '$type'
export const WILDCARD = 'any'

interface Member {
  readonly element: ElementDeclaration
  readonly list: boolean
  readonly required: boolean
}

export interface Layout {
  readonly members: ReadonlyMap<string, Member>
  readonly attributes: ReadonlyMap<string, AttributeUse>
  readonly wildcard: 'none' | 'one' | 'list'
}

/** Throws ContractError when two things would share one name. */
export function toLayout(type: ComplexType): Layout {
  const walk: Walk = { place: type.place, wildcard: 'none' }
  const { content } = type
  const members =
    content.kind === 'elements' ? collect(content.particle, TOP, walk) : new Map<string, Member>()
  const attributes = new Map<string, AttributeUse>()
  for (const use of type.attributes) {
    const known = attributes.get(use.local)
    if (known !== undefined && known.namespace !== use.namespace) clash(walk, use.local)
    if (members.has(use.local)) clash(walk, use.local)
    attributes.set(use.local, use)
  }
  if (walk.wildcard !== 'none' && (members.has(WILDCARD) || attributes.has(WILDCARD))) {
    clash(walk, WILDCARD)
  }
  return { members, attributes, wildcard: walk.wildcard }
}

/** Does a value of this type stand as one scalar, although the type is complex? */
export function isBare(type: ComplexType): boolean {
  const { kind } = type.content
  return type.attributes.length === 0 && (kind === 'text' || kind === 'raw')
}

interface Walk {
  readonly place: ComplexType['place']
  wildcard: Layout['wildcard']
}

interface Around {
  readonly repeated: boolean
  readonly required: boolean
}

const TOP: Around = { repeated: false, required: true }

function collect(particle: Particle, around: Around, walk: Walk): Map<string, Member> {
  const repeated = around.repeated || particle.max > 1
  const required = around.required && particle.min > 0
  if (particle.max === 0) return new Map()
  if (particle.kind === 'wildcard') {
    walk.wildcard = repeated || walk.wildcard !== 'none' ? 'list' : 'one'
    return new Map()
  }
  if (particle.kind === 'element') {
    const { element } = particle
    if (element.local === '__proto__') clash(walk, element.local)
    return new Map([[element.local, { element, list: repeated, required }]])
  }
  return collectGroup(particle, { repeated, required }, walk)
}

function collectGroup(group: Group, around: Around, walk: Walk): Map<string, Member> {
  const choice = group.kind === 'choice'
  const either = choice && group.particles.length > 1
  const inside = { repeated: around.repeated, required: around.required && !either }
  const members = new Map<string, Member>()
  for (const each of group.particles) {
    for (const [name, member] of collect(each, inside, walk)) {
      const known = members.get(name)
      members.set(name, known === undefined ? member : merge(known, member, choice, walk))
    }
  }
  return members
}

/** The same element twice: one after the other makes a list, either-or does not. */
function merge(a: Member, b: Member, choice: boolean, walk: Walk): Member {
  const same = a.element.namespace === b.element.namespace && a.element.type() === b.element.type()
  if (!same) clash(walk, a.element.local)
  return {
    element: a.element,
    list: !choice || a.list || b.list,
    required: !choice && (a.required || b.required),
  }
}

function clash({ place }: Walk, name: string): never {
  throw new ContractError(place, `several things in one type are named "${name}"`)
}
