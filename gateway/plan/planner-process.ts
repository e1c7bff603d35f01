// The gateway's end of one process that plans. Whatever was asked of it is settled, also when it ends: a native engine ends
// its whole process where it meets a bug of its own.

import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'

import type { PlanNode } from './plan.ts'
import {
  type Asked,
  type EngineName,
  type Failure,
  type PlanAsked,
  type Planned,
  type Reply,
} from './planning-messages.ts'
import { withDocuments } from './with-documents.ts'

/** `lost`: the process ended meanwhile. */
export type Made =
  | { readonly plan: PlanNode; readonly failure?: undefined }
  | { readonly plan?: undefined; readonly failure: Failure | 'lost' }

export interface ProcessOptions {
  readonly engine: EngineName
  /** What is run; our own if absent. */
  readonly program?: URL | undefined
}

const PROGRAM = new URL('./planning.ts', import.meta.url)

/** Plans are short-lived there: with less room for what is new Apollo's engine takes a fifth less memory, and no more time. */
const FLAGS = ['--max-semi-space-size=1', '--expose-gc']

/** Nothing of the gateway's environment, which holds secrets, but where compiled code is kept, if it is. */
function surroundings(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory }
}

type Opened = Failure | 'lost' | undefined

export class PlannerProcess {
  readonly #child: ChildProcess
  readonly #opened = new Map<number, Promise<Opened>>()
  readonly #opening = new Map<number, (opened: Opened) => void>()
  readonly #planning = new Map<number, (made: Made) => void>()
  #hasEnded = false

  /** It holds up neither the gateway's end nor outlives it. */
  constructor({ engine, program = PROGRAM }: ProcessOptions) {
    const child = fork(program, [engine], {
      env: surroundings(),
      execArgv: FLAGS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child = child
    child.on('message', (message) => this.#hear(message))
    child.once('exit', () => this.#lost())
    child.once('error', () => this.#lost())
    child.unref()
    child.channel?.unref()
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Once for each. What is wrong with it is said again of each of its plans. */
  open(supergraph: number, sdl: string): Promise<Opened> {
    const known = this.#opened.get(supergraph)
    if (known !== undefined) return known
    const { promise, resolve } = Promise.withResolvers<Opened>()
    this.#opened.set(supergraph, promise)
    if (this.#hasEnded) return Promise.resolve('lost')
    this.#opening.set(supergraph, resolve)
    this.#say({ kind: 'open', supergraph, sdl })
    return promise
  }

  close(supergraph: number): void {
    if (this.#opened.delete(supergraph) && !this.#hasEnded) this.#say({ kind: 'close', supergraph })
  }

  /** Plans are made in the order asked. */
  plan(asked: PlanAsked): Promise<Made> {
    if (this.#hasEnded) return Promise.resolve({ failure: 'lost' })
    const { promise, resolve } = Promise.withResolvers<Made>()
    this.#planning.set(asked.id, resolve)
    this.#say(asked)
    return promise
  }

  /** At once, whatever it is doing. */
  end(): void {
    this.#child.kill('SIGKILL')
    this.#lost()
  }

  /** A message to a process that has just died is lost; its end is told by an event. */
  #say(asked: Asked): void {
    this.#child.send(JSON.stringify(asked), () => {})
    this.#hold()
  }

  #hear(message: unknown): void {
    if (typeof message !== 'string' || this.#hasEnded) return
    const reply: Reply = JSON.parse(message)
    if ('opened' in reply) {
      this.#opening.get(reply.opened)?.(reply.failure)
      this.#opening.delete(reply.opened)
    } else {
      this.#planning.get(reply.id)?.(made(reply))
      this.#planning.delete(reply.id)
    }
    this.#hold()
  }

  #lost(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const settle of this.#opening.values()) settle('lost')
    for (const settle of this.#planning.values()) settle({ failure: 'lost' })
    this.#opening.clear()
    this.#planning.clear()
  }

  /** While something is asked of it, the process keeps the gateway up. */
  #hold(): void {
    const isAsked = this.#opening.size + this.#planning.size > 0
    if (isAsked) this.#child.channel?.ref()
    else this.#child.channel?.unref()
  }
}

function made({ plan, failure }: Planned): Made {
  return plan === undefined ? { failure } : { plan: withDocuments(plan) }
}
