// The members of a record in the order of its particles: elements by their keys, single, repeated, or one after another under
// one name. How an element is written is encode.ts's.

import type { Tree, Value } from '../adapter.ts'
import {
  choiceWriter,
  isSingle,
  NOTHING,
  type ParticleWriter,
  sequenceWriter,
  wildcardWriter,
} from './encode-particle.ts'
import { isGiven, memberPath, own, refuse, toList } from './input.ts'
import { type Layout, withSubstitutes } from './layout.ts'
import type { ElementDeclaration, ElementParticle, Group, Particle } from './model.ts'

export interface MemberOptions {
  readonly lenient: boolean
  readonly encoded: boolean
  /** One element with its content. */
  element(element: ElementDeclaration): (value: Value | undefined, path: string) => string
}

export class MemberCompiler {
  readonly #options: MemberOptions
  readonly #layout: Layout
  /** How many single particles of a listed name stand before: each takes the next item (`a, b, a`). */
  readonly #taken = new Map<string, number>()
  /** Names of which a repeated particle takes what is left. */
  readonly #open = new Set<string>()

  constructor(layout: Layout, options: MemberOptions) {
    this.#layout = layout
    this.#options = options
  }

  compile(particle: Particle): (record: Tree, path: string) => string {
    const writer = this.#particle(particle, false)
    const bounded = [...this.#taken].filter(([name]) => !this.#open.has(name))
    return (record, path) => {
      for (const [name, most] of bounded) {
        if (toList(own(record, name)).length > most) {
          refuse(memberPath(path, name), 'has too many items')
        }
      }
      return writer.write(record, path)
    }
  }

  #particle(particle: Particle, repeated: boolean): ParticleWriter {
    if (particle.max === 0) return NOTHING
    if (particle.kind === 'wildcard') {
      const optional = particle.min === 0 || repeated || this.#options.lenient
      return wildcardWriter(this.#layout.wildcardKey, optional)
    }
    if (particle.kind !== 'element') return this.#group(particle, repeated)
    const whole = withSubstitutes(particle)
    return whole.kind === 'element'
      ? this.#member(whole, repeated)
      : this.#particle(whole, repeated)
  }

  #member(particle: ElementParticle, repeated: boolean): ParticleWriter {
    const name = this.#layout.keyOf(particle.element)
    if (repeated || particle.max > 1) return this.#many(name, particle, repeated)
    const listed = this.#layout.members.get(name)?.list === true
    return listed ? this.#next(name, particle) : this.#one(name, particle)
  }

  #one(name: string, { element, min }: ElementParticle): ParticleWriter {
    const write = this.#options.element(element)
    const optional = min === 0
    const nillable = element.nillable || this.#options.encoded
    return {
      write: (record, path) => {
        const value = own(record, name)
        const absent = value === undefined || (value === null && !nillable)
        return absent && optional ? '' : write(value, memberPath(path, name))
      },
      given: (record) => isGiven(own(record, name)),
      names: [name],
      optional,
    }
  }

  /** One of several elements of the same name that stand apart. */
  #next(name: string, { element, min }: ElementParticle): ParticleWriter {
    const at = this.#taken.get(name) ?? 0
    this.#taken.set(name, at + 1)
    const write = this.#options.element(element)
    const optional = min === 0
    const item = (record: Tree) => toList(own(record, name))[at]
    return {
      write: (record, path) => {
        const value = item(record)
        return (value === undefined || value === null) && optional
          ? ''
          : write(value, `${memberPath(path, name)}[${at}]`)
      },
      given: (record) => isGiven(item(record)),
      names: [name],
      optional,
    }
  }

  #many(name: string, { element, min, max }: ElementParticle, repeated: boolean): ParticleWriter {
    const write = this.#options.element(element)
    const from = this.#taken.get(name) ?? 0
    this.#open.add(name)
    const { lenient, encoded } = this.#options
    const optional = min === 0 || (repeated && min <= 1)
    const nillable = element.nillable || encoded
    const most = repeated ? Infinity : max
    const least = optional || lenient || encoded ? 0 : min
    const items = (record: Tree) => {
      const given = own(record, name)
      return given === null && !nillable ? [] : toList(given).slice(from)
    }
    return {
      write: (record, path) => {
        const values = items(record)
        const place = memberPath(path, name)
        if (values.length < least) {
          return refuse(place, least === 1 ? 'is missing' : 'has too few items')
        }
        if (values.length > most) return refuse(place, 'has too many items')
        return values.map((value, index) => write(value, `${place}[${from + index}]`)).join('')
      },
      given: (record) => isGiven(own(record, name)),
      names: [name],
      optional,
    }
  }

  #group(group: Group, around: boolean): ParticleWriter {
    const repeated = around || group.max > 1
    const rows = repeated && group.kind === 'sequence' && group.particles.every(isSingle)
    const writers = this.#children(group, repeated, rows)
    const loose = around || this.#options.lenient || this.#options.encoded
    const inner = writers.every((writer) => writer.optional)
    const optional = group.min === 0 || loose || inner
    if (group.kind === 'choice') return choiceWriter(writers, { repeated, optional })
    // Where every member may be absent, each sees to that itself, and an explicit null stays one.
    const whole = (group.min === 0 || around) && !inner
    return sequenceWriter(writers, { optional, whole, rows })
  }

  #children(
    { kind, particles }: Group,
    repeated: boolean,
    rows: boolean,
  ): readonly ParticleWriter[] {
    if (rows) return particles.map((each) => this.#row(each))
    if (kind !== 'choice') return particles.map((each) => this.#particle(each, repeated))
    // Only one branch is written: all of them take the same items.
    const before = new Map(this.#taken)
    const after = new Map(this.#taken)
    const writers = particles.map((each) => {
      for (const name of this.#taken.keys()) this.#taken.set(name, before.get(name) ?? 0)
      const writer = this.#particle(each, repeated)
      for (const [name, count] of this.#taken) {
        after.set(name, Math.max(count, after.get(name) ?? 0))
      }
      return writer
    })
    for (const [name, count] of after) this.#taken.set(name, count)
    return writers
  }

  /** A member of a row: the lists of a repeated group are given item by item. */
  #row(particle: Particle): ParticleWriter {
    if (particle.kind !== 'element') return this.#particle(particle, false)
    const whole = withSubstitutes(particle)
    if (whole.kind !== 'element') return this.#particle(whole, false)
    const name = this.#layout.keyOf(particle.element)
    this.#open.add(name)
    return this.#one(name, particle)
  }
}
