// What a contract says of its values, for the mapping's checks at load. In: types. Out: shapes.
// A type inside itself is `any` from the second time on, and a type is worked out once however often it is used.

import type { Choice, Shape } from '../adapter.ts'
import { isBare, type Layout, SUBTYPE, TEXT, toLayout, withSubstitutes } from './layout.ts'
import type { ArrayContent, ComplexType, Particle, SimpleType, Type } from './model.ts'

type ObjectShape = Extract<Shape, { kind: 'object' }>

const ANY: Shape = { kind: 'any' }
const RAW: Shape = { kind: 'scalar', type: 'string' }

/** Types that lie in each other: nobody asks for a field so deep in an answer, and calls have an end. */
const DEEPEST = 150

export class ShapeCompiler {
  readonly #known = new Map<Type, Shape>()
  #depth = 0

  shape(type: Type): Shape {
    const known = this.#known.get(type)
    if (known !== undefined) return known
    if (this.#depth > DEEPEST) return ANY
    this.#known.set(type, ANY)
    this.#depth += 1
    const shape = this.#compile(type)
    this.#depth -= 1
    this.#known.set(type, shape)
    return shape
  }

  #compile(type: Type): Shape {
    if (type.kind === 'anything') return ANY
    if (type.kind === 'simple') return toScalar(type)
    if (type.content.kind === 'array') return this.#array(type.content)
    if (isBare(type)) return this.#text(type)
    const required = new Set(requiredOf(type))
    const choices = [...choicesOf(type)]
    return {
      kind: 'object',
      fields: this.#fields(type),
      ...(required.size > 0 && { required }),
      ...(choices.length > 0 && { choices }),
      ...(type.derived().length > 0 && this.#subtypes(type)),
      ...(type.abstract && { abstract: true }),
    }
  }

  #subtypes(type: ComplexType): Pick<ObjectShape, 'subtypes' | 'added'> {
    const derived = type.derived()
    const own = namesOf(type)
    const concrete = derived.filter(({ abstract }) => !abstract)
    return {
      subtypes: new Map(concrete.map((subtype) => [subtype.key, this.shape(subtype)])),
      added: new Set(
        derived.flatMap((subtype) => [...namesOf(subtype)].filter((name) => !own.has(name))),
      ),
    }
  }

  #array({ item, sizes }: ArrayContent): Shape {
    let shape: Shape = this.shape(item.type())
    for (let left = Math.max(sizes.length, 1); left > 0; left -= 1) {
      shape = { kind: 'list', of: shape }
    }
    return shape
  }

  #fields(type: ComplexType): ReadonlyMap<string, Shape> {
    const fields = new Map<string, Shape>()
    this.#add(fields, type)
    const { kind } = type.content
    if (kind === 'text' || kind === 'raw') fields.set(TEXT, this.#text(type))
    const subtypes = type.derived()
    // A subtype's own members may be asked for beside the base's.
    for (const subtype of subtypes) this.#add(fields, subtype)
    if (subtypes.length > 0) fields.set(SUBTYPE, RAW)
    return fields
  }

  #add(fields: Map<string, Shape>, type: ComplexType): void {
    const { members, attributes, wildcard, wildcardKey } = toLayout(type)
    for (const [name, use] of attributes) {
      if (!fields.has(name)) fields.set(name, this.shape(use.type))
    }
    for (const [name, { element, list }] of members) {
      if (fields.has(name)) continue
      const shape = this.shape(element.type())
      fields.set(name, list ? { kind: 'list', of: shape } : shape)
    }
    if (wildcard !== 'none') {
      fields.set(wildcardKey, wildcard === 'list' ? { kind: 'list', of: RAW } : RAW)
    }
  }

  #text(type: ComplexType): Shape {
    return type.content.kind === 'text' ? this.shape(type.content.type) : RAW
  }
}

function toScalar({ lexical, list, enumeration }: SimpleType): Shape {
  const values = enumeration === undefined ? {} : { values: enumeration }
  const form = FORMS.has(lexical.name) ? { form: lexical.name } : {}
  const scalar: Shape = { kind: 'scalar', type: lexical.scalar, ...values, ...form }
  return list ? { kind: 'list', of: scalar } : scalar
}

function namesOf(type: ComplexType): ReadonlySet<string> {
  const { members, attributes } = toLayout(type)
  return new Set([...members.keys(), ...attributes.keys()])
}

/** Built-in types (XSD 1.0 part 2) of which not every text or number is one. */
const FORMS: ReadonlySet<string> = new Set(
  (
    'time gYear gYearMonth gMonth gMonthDay gDay duration hexBinary negativeInteger nonPositiveInteger ' +
    'language Name NCName NMTOKEN QName ID IDREF ENTITY anyURI'
  ).split(' '),
)

/** Choices of which one branch alone may stand there; a repeated one may hold all of them. */
function* choicesOf(type: ComplexType): Generator<Choice> {
  const { content } = type
  if (content.kind === 'elements') yield* choicesIn(content.particle, toLayout(type), true)
}

function* choicesIn(particle: Particle, layout: Layout, required: boolean): Generator<Choice> {
  const group = particle.kind === 'element' ? withSubstitutes(particle) : particle
  if (group.kind === 'element' || group.kind === 'wildcard' || group.max > 1) return
  const isOwed = required && group.min > 0
  const isChoice = group.kind === 'choice' && group.particles.length > 1
  if (isChoice) {
    yield { required: isOwed, of: group.particles.map((each) => [...namesIn(each, layout)]) }
  }
  for (const each of group.particles) yield* choicesIn(each, layout, isOwed && !isChoice)
}

function* namesIn(particle: Particle, layout: Layout): Generator<string> {
  const group = particle.kind === 'element' ? withSubstitutes(particle) : particle
  if (group.kind === 'element') yield layout.keyOf(group.element)
  else if (group.kind !== 'wildcard')
    for (const each of group.particles) yield* namesIn(each, layout)
}

/** Names without which an input is refused: what must stand there and has nothing of its own to hold. */
function* requiredOf(type: ComplexType): Generator<string> {
  const { members, attributes } = toLayout(type)
  for (const [name, { required, element }] of members) {
    if (required && element.preset === undefined) yield name
  }
  for (const [name, use] of attributes) {
    if (use.required && use.preset === undefined) yield name
  }
}
