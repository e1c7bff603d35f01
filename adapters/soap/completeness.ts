// Does a contract hold all that an operation's messages are made of? Walks every type that may stand in them, without
// recursion and each once, because contracts have thousands of types in circles.

import type { Finding } from '../finding.ts'
import { ContractError } from './contract/contract-error.ts'
import { toFaultDetails, toMessage } from './contract/messages.ts'
import type { SoapOperation } from './contract/port.ts'
import type { Schema } from './contract/xsd.ts'
import { toLayout } from './layout.ts'
import type { ElementDeclaration, Particle, Type } from './model.ts'

export class Completeness {
  readonly #schema: Schema
  readonly #faults: boolean
  /** Types of operations that lack nothing. */
  readonly #whole = new Set<Type>()

  /** `faults`: what declared faults carry is looked through, too. */
  constructor(schema: Schema, { faults }: { readonly faults: boolean }) {
    this.#schema = schema
    this.#faults = faults
  }

  /** The first thing that is wrong with the operation. */
  check(operation: SoapOperation): Finding | undefined {
    try {
      const walked = this.#walk(this.#roots(operation))
      for (const type of walked) this.#whole.add(type)
      return undefined
    } catch (error) {
      if (error instanceof ContractError) return error.finding
      throw error
    }
  }

  #roots(operation: SoapOperation): readonly ElementDeclaration[] {
    const schema = this.#schema
    const messages = [toMessage(schema, operation, 'input'), toMessage(schema, operation, 'output')]
    const details = this.#faults ? toFaultDetails(schema, operation) : []
    return [
      ...messages.flatMap((message) => [...(message?.bodies ?? []), ...(message?.headers ?? [])]),
      ...details,
    ]
  }

  #walk(roots: readonly ElementDeclaration[]): ReadonlySet<Type> {
    const seen = new Set<Type>()
    const met = new Set<ElementDeclaration>()
    const open = [...roots]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (met.has(next)) continue
      met.add(next)
      const types: Type[] = [next.type()]
      for (let type = types.pop(); type !== undefined; type = types.pop()) {
        if (seen.has(type) || this.#whole.has(type)) continue
        seen.add(type)
        if (type.kind !== 'complex') continue
        toLayout(type)
        for (const subtype of type.derived()) types.push(subtype)
        if (type.content.kind === 'array') open.push(type.content.item)
        if (type.content.kind === 'elements') gather(type.content.particle, open)
      }
      open.push(...next.substitutes())
    }
    return seen
  }
}

function gather(particle: Particle, into: ElementDeclaration[]): void {
  if (particle.kind === 'element') into.push(particle.element)
  if ('particles' in particle) for (const each of particle.particles) gather(each, into)
}
