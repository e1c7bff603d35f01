// Two hundred citizens who ask, think and ask again, each another mixture of systems. In: questions and what is right. Out:
// samples, each of the window in which it began.

import { Pool } from 'undici'

import type { AnswerError } from '../../schema/context.ts'
import type { Persona } from '../../test/estate/personas.ts'
import type { SystemQuestion } from './question.ts'
import { type Json, judge, type Verdict } from './truth.ts'

export interface Sample {
  readonly systems: readonly string[]
  readonly window: string
  readonly tookMs: number
  readonly verdict: Verdict
  /** `system code` of each error. */
  readonly codes: readonly string[]
}

export interface UsersOptions {
  readonly graphql: URL
  readonly users: number
  readonly thinkMs: number
  readonly personas: readonly Persona[]
  readonly tokens: ReadonlyMap<string, string>
  readonly questions: readonly SystemQuestion[]
  readonly truths: ReadonlyMap<string, Json>
  readonly random: () => number
}

export interface Asked {
  readonly tookMs: number
  readonly me: Json
  readonly errors: readonly AnswerError[]
}

const MOST_SYSTEMS = 3

export class Users {
  readonly samples: Sample[] = []
  readonly #options: UsersOptions
  readonly #pool: Pool
  #window: string | undefined
  #lanes: Promise<void>[] = []
  #isOver = false

  constructor(options: UsersOptions) {
    this.#options = options
    this.#pool = new Pool(options.graphql.origin, { connections: options.users })
  }

  begin(): void {
    const { users, personas } = this.#options
    this.#lanes = Array.from({ length: users }, (_, index) => {
      const persona = personas[index % personas.length]
      return persona === undefined ? Promise.resolve() : this.#lane(persona)
    })
  }

  /** Samples that begin outside a window are nobody's. */
  async during<T>(window: string, work: () => Promise<T>): Promise<T> {
    this.#window = window
    try {
      return await work()
    } finally {
      this.#window = undefined
    }
  }

  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#lanes)
    await this.#pool.close()
  }

  async ask(persona: Persona, questions: readonly SystemQuestion[]): Promise<Asked> {
    const query = `{ me { ${questions.map((each) => each.of(persona)).join(' ')} } }`
    const from = performance.now()
    const reply = await this.#pool.request({
      path: this.#options.graphql.pathname,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.#options.tokens.get(persona.nationalId)}`,
      },
      body: JSON.stringify({ query }),
    })
    const text = await reply.body.text()
    const tookMs = performance.now() - from
    const { data, errors = [] } = JSON.parse(text)
    return { tookMs, me: data?.me ?? null, errors }
  }

  async #lane(persona: Persona): Promise<void> {
    const { thinkMs, random } = this.#options
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, -Math.log(1 - random()) * thinkMs))
      const window = this.#window
      const questions = this.#some()
      const asked = await this.ask(persona, questions)
      if (window === undefined) continue
      this.samples.push(this.#sampleOf(persona, questions, { ...asked, window }))
    }
  }

  #some(): readonly SystemQuestion[] {
    const { questions, random } = this.#options
    const count = 1 + Math.floor(random() * MOST_SYSTEMS)
    const chosen = Array.from(
      { length: count },
      () => questions[Math.floor(random() * questions.length)],
    )
    return [...new Set(chosen.filter((each) => each !== undefined))]
  }

  #sampleOf(
    persona: Persona,
    questions: readonly SystemQuestion[],
    { tookMs, me, errors, window }: Asked & { window: string },
  ): Sample {
    // An error without a place is that of the whole request.
    const places = errors.map(({ path = ['me'] }) => path.join('.'))
    const failed = (place: string) => places.some((each) => isWithin(each, place))
    return {
      systems: questions.flatMap(({ touches }) => touches),
      window,
      tookMs,
      verdict: judge(me, this.#options.truths.get(persona.nationalId) ?? null, failed),
      codes: errors.map(
        ({ extensions = {} }) => `${String(extensions['system'])} ${String(extensions['code'])}`,
      ),
    }
  }
}

/** An error nulls its own place, and what holds it where null is not allowed. */
function isWithin(error: string, place: string): boolean {
  return `${error}.`.startsWith(`${place}.`) || `${place}.`.startsWith(`${error}.`)
}
