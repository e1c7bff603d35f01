// Two hundred citizens who ask, think and ask again, each another mixture of systems. In: mixtures and what is right. Out:
// samples, each of the window in which it began.

import { Pool } from 'undici'

import type { AnswerError } from '../../schema/context.ts'
import { type Json, judge, type Verdict } from './truth.ts'

export interface Citizen {
  readonly token: string
  /** Values of whatever variable a mixture may have. */
  readonly variables: Readonly<Record<string, string | number>>
  /** By number: mixtures that a calm world answers him whole, with the answer's data. */
  readonly truths: ReadonlyMap<number, Json>
}

export interface Mixture {
  readonly document: string
  /** Variables that the document declares. */
  readonly needs: readonly string[]
  /** Whoever has a part in the answer. */
  readonly touches: readonly string[]
}

export interface Sample {
  readonly mixture: number
  readonly window: string
  readonly tookMs: number
  /** Undefined: the request was refused as a whole, and nothing was said of any value. */
  readonly verdict: Verdict | undefined
  /** `system code` of each error. */
  readonly codes: readonly string[]
}

export interface UsersOptions {
  readonly graphql: string
  readonly users: number
  readonly thinkMs: number
  readonly citizens: readonly Citizen[]
  readonly mixtures: readonly Mixture[]
  readonly seed: number
}

export interface Asked {
  readonly tookMs: number
  /** Undefined: no answer, but a refusal of the whole request. */
  readonly data: Json | undefined
  readonly errors: readonly AnswerError[]
}

export class Users {
  readonly samples: Sample[] = []
  readonly #options: UsersOptions
  readonly #graphql: URL
  readonly #pool: Pool
  readonly #random: () => number
  #window: string | undefined
  #lanes: Promise<void>[] = []
  #isOver = false

  constructor(options: UsersOptions) {
    this.#options = options
    this.#graphql = new URL(options.graphql)
    this.#pool = new Pool(this.#graphql.origin, { connections: options.users })
    this.#random = randomFrom(options.seed)
  }

  begin(): void {
    const { users, citizens } = this.#options
    this.#lanes = Array.from({ length: users }, (_, index) => {
      const citizen = citizens[index % citizens.length]
      return citizen === undefined ? Promise.resolve() : this.#lane(citizen)
    })
  }

  /** Samples that begin while there is none are nobody's. */
  enter(window: string | undefined): void {
    this.#window = window
  }

  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#lanes)
    await this.#pool.close()
  }

  async ask(citizen: Citizen, { document, needs }: Mixture): Promise<Asked> {
    const variables = Object.fromEntries(needs.map((name) => [name, citizen.variables[name]]))
    const from = performance.now()
    const reply = await this.#pool.request({
      path: this.#graphql.pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${citizen.token}` },
      body: JSON.stringify({ query: document, variables }),
    })
    const text = await reply.body.text()
    const tookMs = performance.now() - from
    const { data, errors = [] } = JSON.parse(text)
    return { tookMs, data, errors }
  }

  async #lane(citizen: Citizen): Promise<void> {
    const numbers = [...citizen.truths.keys()]
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, this.#thinkMs()))
      const window = this.#window
      const number = numbers[Math.floor(this.#random() * numbers.length)]
      const mixture = this.#options.mixtures[number ?? -1]
      if (number === undefined || mixture === undefined) return
      const asked = await this.ask(citizen, mixture)
      if (window === undefined) continue
      const truth = citizen.truths.get(number) ?? null
      this.samples.push({ mixture: number, window, ...judged(asked, truth) })
    }
  }

  /** Times between independent askers are exponential. */
  #thinkMs(): number {
    return -Math.log(1 - this.#random()) * this.#options.thinkMs
  }
}

function judged(
  { data, errors, tookMs }: Asked,
  truth: Json,
): Pick<Sample, 'tookMs' | 'verdict' | 'codes'> {
  // An error without a place explains no place.
  const places = errors.flatMap(({ path }) => (path === undefined ? [] : [path.join('.')]))
  const failed = (place: string) => places.some((each) => isWithin(each, place))
  const codes = errors.map(
    ({ extensions = {} }) => `${String(extensions['system'])} ${String(extensions['code'])}`,
  )
  return { tookMs, codes, verdict: data === undefined ? undefined : judge(data, truth, failed) }
}

/** An error nulls its own place, and what holds it where null is not allowed. */
function isWithin(error: string, place: string): boolean {
  return `${error}.`.startsWith(`${place}.`) || `${place}.`.startsWith(`${error}.`)
}

/** mulberry32, as the estate's own. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
