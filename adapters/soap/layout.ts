// A complex type as the members of one record: which names a value has, which are lists, which must be there.
// What encoder, decoder and contract all follow.

import { ContractError } from './contract/contract-error.ts'
import type {
  AttributeUse,
  ComplexType,
  ElementDeclaration,
  ElementParticle,
  Group,
  Particle,
} from './model.ts'
import { toKey } from './namespaces.ts'

/** Key of the text beside attributes, of raw content, and of the subtype's name. No XML name has `$`. */
export const TEXT = '$value'
export const SUBTYPE = '$type'
/** Key of elements by xsd:any; `$any` beside a member of that name. */
const WILDCARD = 'any'

interface Member {
  readonly element: ElementDeclaration
  readonly list: boolean
  readonly required: boolean
}

/**
 * Members have their local names as keys. Where two things share one, the first element keeps it: another element is
 * `{namespace}local`, an attribute `@local`.
 */
export interface Layout {
  readonly members: ReadonlyMap<string, Member>
  readonly attributes: ReadonlyMap<string, AttributeUse>
  readonly wildcard: 'none' | 'one' | 'list'
  readonly wildcardKey: string
  keyOf(element: ElementDeclaration): string
}

/** Throws ContractError when one name has several types. */
export function toLayout(type: ComplexType): Layout {
  const walk: Walk = { place: type.place, wildcard: 'none' }
  const { content } = type
  const found = content.kind === 'elements' ? collect(content.particle, TOP, walk) : new Map()
  const members = new Map<string, Member>()
  const keys = new Map<string, string>()
  for (const [wire, member] of found) {
    const { local } = member.element
    const key = members.has(local) || local === '__proto__' ? wire : local
    members.set(key, member)
    keys.set(wire, key)
  }
  const attributes = new Map<string, AttributeUse>()
  for (const use of type.attributes) {
    const taken = members.has(use.local) || attributes.has(use.local)
    attributes.set(taken ? `@${use.local}` : use.local, use)
  }
  const clash = members.has(WILDCARD) || attributes.has(WILDCARD)
  return {
    members,
    attributes,
    wildcard: walk.wildcard,
    wildcardKey: clash ? `$${WILDCARD}` : WILDCARD,
    keyOf: ({ namespace, local }) => keys.get(toKey(namespace, local)) ?? local,
  }
}

/** Does a value of this type stand as one scalar, although the type is complex? */
export function isBare(type: ComplexType): boolean {
  const { kind } = type.content
  return type.attributes.length === 0 && (kind === 'text' || kind === 'raw')
}

/** What may stand in the place of an element: itself, or by choice those of its substitution group. */
export function withSubstitutes(particle: ElementParticle): Particle {
  const { element, min, max } = particle
  const substitutes = element.substitutes()
  if (substitutes.length === 0) return particle
  const concrete = [element, ...substitutes].filter((each) => !each.abstract)
  const particles = concrete.map((each) => ({
    kind: 'element' as const,
    element: alone(each),
    min: 1,
    max: 1,
  }))
  return { kind: 'choice', min, max, particles }
}

function alone(element: ElementDeclaration): ElementDeclaration {
  return { ...element, type: () => element.type(), substitutes: () => [] }
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

/** By the name on the wire. */
function collect(particle: Particle, around: Around, walk: Walk): Map<string, Member> {
  const repeated = around.repeated || particle.max > 1
  const required = around.required && particle.min > 0
  if (particle.max === 0) return new Map()
  if (particle.kind === 'wildcard') {
    walk.wildcard = repeated || walk.wildcard !== 'none' ? 'list' : 'one'
    return new Map()
  }
  if (particle.kind === 'element') {
    const whole = withSubstitutes(particle)
    if (whole.kind !== 'element') return collect(whole, around, walk)
    const { element } = particle
    const key = toKey(element.namespace, element.local)
    return new Map([[key, { element, list: repeated, required }]])
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

/** The same element twice: one after the other makes a list, either-or does not. Both have one type (XSD 1.0 part 1 §3.8.6). */
function merge(a: Member, b: Member, choice: boolean, { place }: Walk): Member {
  if (a.element.type() !== b.element.type()) {
    throw new ContractError(place, `several things in one type are named "${a.element.local}"`)
  }
  return {
    element: a.element,
    list: !choice || a.list || b.list,
    required: !choice && (a.required || b.required),
  }
}
