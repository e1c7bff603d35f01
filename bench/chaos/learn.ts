// What is asked in a run, and what is right: each system is asked on a calm day until a way to it is found whose answers say
// something, are whole and stay the same. In: a running world. Out: mixtures of such questions and citizens with truths.

import { invariant } from '../../schema/errors.ts'
import type { Persona } from '../../test/estate/personas.ts'
import { readKnownValues, valueOf } from './known-values.ts'
import { documentOf, findQuestions, type SystemQuestion } from './question.ts'
import { checkFacts, type Json, judge, merged, saysSomething } from './truth.ts'
import { type Asked, type Citizen, type Mixture, randomFrom, Users } from './users.ts'
import type { Gateway, World } from './world.ts'

export interface Learnt {
  readonly citizens: readonly Citizen[]
  /** The first of them ask one system each, in the order of `asked`. */
  readonly mixtures: readonly Mixture[]
  readonly asked: readonly string[]
  /** Systems of which no question was found, and why. */
  readonly notAsked: ReadonlyMap<string, string>
  /** Values held against the population. */
  readonly facts: number
}

export interface Learning {
  readonly world: World
  readonly gateway: Gateway
  readonly personas: readonly Persona[]
}

/** Mixtures of two or three systems beside the single questions: few enough to be planned before. */
const MIXED = 45
const TRIED = 8
const AT_ONCE = 8

export async function learn(learning: Learning): Promise<Learnt> {
  return new Lesson(learning, await readKnownValues()).run()
}

interface Known {
  readonly question: SystemQuestion
  /** By national id. */
  readonly truths: ReadonlyMap<string, Json>
}

class Lesson {
  readonly #learning: Learning
  readonly #values: Awaited<ReturnType<typeof readKnownValues>>
  readonly #users: Users

  constructor(learning: Learning, values: Awaited<ReturnType<typeof readKnownValues>>) {
    this.#learning = learning
    this.#values = values
    const graphql = learning.gateway.graphql.href
    const none = { users: AT_ONCE, thinkMs: 0, citizens: [], mixtures: [], seed: 0 }
    this.#users = new Users({ ...none, graphql })
  }

  async run(): Promise<Learnt> {
    const { world, personas } = this.#learning
    const known: Known[] = []
    const notAsked = new Map<string, string>()
    const found = findQuestions(world.supergraph, world.systems, this.#values)
    for (const [system, questions] of found) {
      const one = await this.#first(questions)
      if (typeof one === 'string') notAsked.set(system, one)
      else known.push(one)
    }
    const mixtures = mixturesOf(known)
    const citizens = personas.map((persona, index) => ({
      ...this.#citizenOf(persona, index),
      truths: truthsOf(persona, mixtures),
    }))
    let facts = 0
    for (const [index, citizen] of citizens.entries()) {
      const persona = personas[index]
      invariant(persona !== undefined, 'a citizen is a persona')
      for (const truth of citizen.truths.values()) facts += checkFacts(truth, persona)
    }
    await this.#warmUp(mixtures, citizens)
    await this.#users.end()
    return {
      citizens,
      mixtures,
      asked: known.map(({ question }) => question.system),
      notAsked,
      facts,
    }
  }

  /** The first question that is of use, or why none is. */
  async #first(questions: readonly SystemQuestion[]): Promise<Known | string> {
    let why = 'no way leads there'
    for (const question of questions) {
      const outcome = await this.#try(question)
      if (typeof outcome !== 'string') return outcome
      why = outcome
    }
    return why
  }

  async #try(question: SystemQuestion): Promise<Known | string> {
    const { world, personas } = this.#learning
    const first = personas.slice(0, TRIED)
    const before = (await world.switches.calls())[question.system] ?? 0
    const answers = await this.#askAll(question, first)
    const refused = answers.find((each) => typeof each === 'string')
    if (refused !== undefined && answers.every((each) => typeof each === 'string')) return refused
    if (((await world.switches.calls())[question.system] ?? 0) === before)
      return 'it is not reached'
    const all = [...answers, ...(await this.#askAll(question, personas.slice(TRIED)))]
    const truths = new Map<string, Json>()
    for (const [index, { nationalId }] of personas.entries()) {
      const answer = all[index]
      if (answer !== undefined && typeof answer !== 'string') truths.set(nationalId, answer.data)
    }
    if (![...truths.values()].some(saysSomething)) return 'nobody has an answer'
    return { question, truths }
  }

  async #askAll(question: SystemQuestion, personas: readonly Persona[]) {
    const mixture = mixtureOf([question])
    const outcomes: (string | { data: Json })[] = []
    const lanes = Array.from({ length: AT_ONCE }, async (_, lane) => {
      for (let index = lane; index < personas.length; index += AT_ONCE) {
        const persona = personas[index]
        if (persona !== undefined) outcomes[index] = await this.#ask(persona, mixture)
      }
    })
    await Promise.all(lanes)
    return outcomes
  }

  /** Whole, and of the first people twice the same; or why not. */
  async #ask(persona: Persona, mixture: Mixture): Promise<string | { data: Json }> {
    const index = this.#learning.personas.indexOf(persona)
    const citizen = this.#citizenOf(persona, index)
    const first = await this.#users.ask(citizen, mixture)
    const second = index < TRIED ? await this.#users.ask(citizen, mixture) : first
    const codes = codesOf(first) || codesOf(second)
    if (codes !== '') return codes
    const { data: one } = first
    const { data: other } = second
    if (one === undefined || other === undefined) return 'refused as a whole'
    const [place] = judge(other, one, () => true).wrong
    return place === undefined ? { data: one } : `it differs each time at ${place}`
  }

  #citizenOf(
    persona: Persona,
    index: number,
  ): Omit<Citizen, 'truths'> & { truths: Map<number, Json> } {
    const names = [...this.#values.keys(), 'mobile', 'nationalId', 'postCode']
    const variables: Record<string, string | number> = {}
    for (const name of names) {
      const value = valueOf(name, { persona, index, values: this.#values })
      if (value !== undefined) variables[name] = value
    }
    const token = this.#learning.world.tokens.get(persona.nationalId) ?? ''
    return { token, variables, truths: new Map() }
  }

  /** A plan is made once for each document; a run measures none of that. */
  async #warmUp(mixtures: readonly Mixture[], citizens: readonly Citizen[]): Promise<void> {
    for (const [number, mixture] of mixtures.entries()) {
      const citizen = citizens.find(({ truths }) => truths.has(number))
      if (citizen !== undefined) await this.#users.ask(citizen, mixture)
    }
  }
}

interface Mixed extends Mixture {
  readonly parts: readonly Known[]
}

function mixturesOf(known: readonly Known[]): readonly Mixed[] {
  const random = randomFrom(7)
  const any = (): Known | undefined => known[Math.floor(random() * known.length)]
  const mixed = Array.from({ length: MIXED }, (_, n) =>
    Array.from({ length: 2 + (n % 2) }, any).filter((each) => each !== undefined),
  )
  return [...known.map((one) => [one]), ...mixed].map((parts) => {
    const unique = [...new Set(parts)]
    return { ...mixtureOf(unique.map(({ question }) => question)), parts: unique }
  })
}

function mixtureOf(questions: readonly SystemQuestion[]): Mixture {
  return {
    document: documentOf(questions),
    needs: [...new Set(questions.flatMap(({ variables }) => variables.map(({ name }) => name)))],
    touches: [...new Set(questions.flatMap(({ touches }) => touches))],
  }
}

/** Of the mixtures whose parts are all answered whole to him. */
function truthsOf({ nationalId }: Persona, mixtures: readonly Mixed[]): ReadonlyMap<number, Json> {
  const truths = new Map<number, Json>()
  for (const [number, { parts }] of mixtures.entries()) {
    const own = parts.map((part) => part.truths.get(nationalId))
    const whole = own.filter((truth) => truth !== undefined)
    if (whole.length === parts.length) {
      truths.set(
        number,
        whole.reduce<Json>((sum, truth) => merged(sum, truth), null),
      )
    }
  }
  return truths
}

function codesOf({ errors }: Asked): string {
  const codes = errors.map(({ extensions = {} }) => String(extensions['code']))
  return [...new Set(codes)].join(' ')
}
