// The gateway's end of the process that plans. It may die (a native engine ends its whole process where it meets a bug of
// its own) or take too long; then it is started again, and only the document that it was about has no plan.

import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'

import type { Overrides, PlanNode } from './plan.ts'
import {
  type Asked,
  type EngineName,
  type Failure,
  type PlanAsked,
  type Reply,
} from './planning-messages.ts'
import { withDocuments } from './with-documents.ts'

/** `lost`: the process died of it; `late`: it was ended because the plan took too long. */
export type PlanOutcome =
  | { readonly plan: PlanNode; readonly failure?: undefined }
  | { readonly plan?: undefined; readonly failure: Failure | 'lost' | 'late' }

interface Waiting {
  readonly asked: PlanAsked
  readonly settle: (outcome: PlanOutcome) => void
}

export interface ProcessOptions {
  readonly engine: EngineName
  /** How long one plan may take. */
  readonly longestMs: number
  /** What is run; our own if absent. */
  readonly program?: URL | undefined
}

const PROGRAM = new URL('./planning.ts', import.meta.url)

/** Plans are short-lived there: with less room for what is new Apollo's engine takes a fifth less memory, and no more time. */
const FLAGS = ['--max-semi-space-size=1']

/** Nothing of the gateway's environment, which holds secrets, but where compiled code is kept, if it is. */
function surroundings(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory }
}

export class PlannerProcess {
  readonly #options: ProcessOptions
  readonly #supergraphs = new Map<number, string>()
  /** In the order asked, which is that of the answers: the first is being planned. */
  readonly #waiting = new Map<number, Waiting>()
  #child: ChildProcess | undefined
  #next = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: ProcessOptions) {
    this.#options = options
  }

  /** Gives the number by which it is named from now on. */
  open(sdl: string): number {
    const supergraph = (this.#next += 1)
    this.#supergraphs.set(supergraph, sdl)
    if (this.#child === undefined) this.#start()
    else this.#introduce(supergraph, sdl)
    return supergraph
  }

  close(supergraph: number): void {
    this.#supergraphs.delete(supergraph)
    if (this.#child?.connected === true) this.#say({ kind: 'close', supergraph })
  }

  /** Always settles, and never rejects. */
  plan(supergraph: number, text: string, overrides: Overrides): Promise<PlanOutcome> {
    const { promise, resolve } = Promise.withResolvers<PlanOutcome>()
    const { percent, labels } = overrides
    const id = (this.#next += 1)
    const asked = {
      kind: 'plan',
      id,
      supergraph,
      text,
      percent,
      labels: [...labels],
    } as const
    this.#waiting.set(id, { asked, settle: resolve })
    if (this.#child === undefined) this.#start()
    else this.#say(asked)
    if (this.#waiting.size === 1) this.#watch()
    return promise
  }

  /** Says all that the former process knew or was asked. It holds up neither the gateway's end nor outlives it. */
  #start(): void {
    const { engine, program = PROGRAM } = this.#options
    const child = fork(program, [engine], {
      env: surroundings(),
      execArgv: FLAGS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child = child
    child.on('message', (message) => this.#hear(message))
    child.once('exit', () => this.#lost(child))
    child.once('error', () => this.#lost(child))
    child.unref()
    child.channel?.unref()
    for (const [supergraph, sdl] of this.#supergraphs) this.#introduce(supergraph, sdl)
    for (const { asked } of this.#waiting.values()) this.#say(asked)
  }

  #introduce(supergraph: number, sdl: string): void {
    this.#say({ kind: 'open', supergraph, sdl })
  }

  /** A message to a process that has just died is lost; its end is told by an event. */
  #say(asked: Asked): void {
    this.#child?.send(JSON.stringify(asked), () => {})
  }

  #hear(message: unknown): void {
    if (typeof message !== 'string') return
    const reply: Reply = JSON.parse(message)
    const { id, plan, failure } = reply
    this.#settle(id, plan === undefined ? { failure } : { plan: withDocuments(plan) })
    this.#watch()
  }

  #lost(child: ChildProcess): void {
    if (child !== this.#child) return
    this.#child = undefined
    this.#endFirst('lost')
  }

  #late(): void {
    const child = this.#child
    this.#child = undefined
    child?.kill('SIGKILL')
    this.#endFirst('late')
  }

  #endFirst(failure: 'lost' | 'late'): void {
    const [first] = this.#waiting.keys()
    if (first !== undefined) this.#settle(first, { failure })
    if (this.#waiting.size > 0) this.#start()
    this.#watch()
  }

  #settle(id: number, outcome: PlanOutcome): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.settle(outcome)
  }

  /** The time of each begins when the one before it is done. While something is asked, the process keeps the gateway up. */
  #watch(): void {
    clearTimeout(this.#timer)
    if (this.#waiting.size === 0) {
      this.#child?.channel?.unref()
      return
    }
    this.#child?.channel?.ref()
    this.#timer = setTimeout(() => this.#late(), this.#options.longestMs)
  }
}
