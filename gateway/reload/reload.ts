// A new supergraph takes the place of the old one without a dropped request: built and checked against the operations that
// clients really send, warmed up, and only then switched to. Whatever is wrong with it, the old one keeps answering.

import { createHash } from 'node:crypto'

import { framesOf, type Log } from '../../schema/log.ts'
import type { Engine } from '../engine.ts'
import { type Breakage, brokenBy } from './broken-by.ts'
import type { CurrentEngine } from './current-engine.ts'
import type { KnownOperation, KnownOperations } from './known-operations.ts'
import { breathe, inSlices } from './slices.ts'

export interface ReloadOptions {
  readonly supergraph: string
  readonly current: CurrentEngine
  /** Throws for a supergraph that cannot be served. */
  readonly build: (supergraph: string) => Engine | Promise<Engine>
  readonly known: KnownOperations
  /** What becomes of a supergraph that breaks known operations. */
  readonly breaking: 'refuse' | 'allow'
  readonly log: Log
  readonly told?: (outcome: Outcome) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

export type Outcome = 'accepted' | 'refused' | 'failed' | 'unchanged'

/** What `/health` tells of it. */
export interface SupergraphState {
  readonly hash: string
  /** ISO 8601 in UTC. */
  readonly loadedAt: string
  /** The last attempt since then that was not taken. */
  readonly refused?: Refused
}

interface Refused {
  readonly at: string
  readonly hash: string
  readonly findings: readonly ReloadFinding[]
}

/** Without an operation it is about the supergraph itself. */
export interface ReloadFinding extends Partial<Breakage> {
  readonly message: string
  readonly operation?: string | undefined
  readonly operationHash?: string
  readonly clients?: readonly string[]
  /** ISO 8601 in UTC. */
  readonly lastSeenAt?: string
}

/** A supergraph that may be switched to, or the reason why not. */
export interface Prepared {
  readonly outcome: 'ready' | Exclude<Outcome, 'accepted'>
  readonly findings: readonly ReloadFinding[]
  commit(): void
  /** Somebody else refused it. */
  discard(findings: readonly ReloadFinding[]): Promise<void>
}

interface Ready {
  readonly engine: Engine
  readonly hash: string
  readonly findings: readonly ReloadFinding[]
  readonly warm: number
  readonly startedAt: number
}

const MOST_FINDINGS = 20

export class Reload {
  readonly #options: ReloadOptions
  #state: SupergraphState
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ReloadOptions) {
    this.#options = options
    this.#state = { hash: hashOf(options.supergraph), loadedAt: this.#time() }
  }

  state(): SupergraphState {
    return this.#state
  }

  /** One after the other; never rejects. */
  reload(supergraph: string): Promise<Outcome> {
    const work = this.#last.then(async (): Promise<Outcome> => {
      const prepared = await this.prepare(supergraph)
      if (prepared.outcome !== 'ready') return prepared.outcome
      prepared.commit()
      return 'accepted'
    })
    this.#last = work
    return work
  }

  async prepare(supergraph: string): Promise<Prepared> {
    const hash = hashOf(supergraph)
    const startedAt = performance.now()
    if (hash === this.#state.hash) return this.#not('unchanged', hash, [])
    let engine: Engine | undefined
    try {
      engine = await this.#options.build(supergraph)
      const findings = await this.#broken(engine)
      if (findings.length === 0 || this.#options.breaking === 'allow') {
        const warm = await this.#warmUp(engine)
        return this.#ready({ engine, hash, findings, warm, startedAt })
      }
      await engine.close()
      return this.#not('refused', hash, findings)
    } catch (error) {
      await engine?.close()
      return this.#not('failed', hash, findingsOf(error))
    }
  }

  #ready({ engine, hash, findings, warm, startedAt }: Ready): Prepared {
    return {
      outcome: 'ready',
      findings,
      commit: () => {
        this.#options.current.replace(engine)
        this.#state = { hash, loadedAt: this.#time() }
        const tookMs = Math.round(performance.now() - startedAt)
        const facts = { hash, warm, tookMs, ...(findings.length > 0 && { breaks: findings }) }
        this.#options.log.info(facts, 'a new supergraph answers')
        this.#options.told?.('accepted')
      },
      discard: async (others) => {
        await engine.close()
        this.#not('refused', hash, others)
      },
    }
  }

  #not(
    outcome: Prepared['outcome'] & Outcome,
    hash: string,
    findings: readonly ReloadFinding[],
  ): Prepared {
    if (outcome !== 'unchanged') {
      this.#state = { ...this.#state, refused: { at: this.#time(), hash, findings } }
      this.#options.log.error({ hash, findings }, 'a new supergraph was not taken')
    } else {
      const { hash: same, loadedAt } = this.#state
      this.#state = { hash: same, loadedAt }
    }
    this.#options.told?.(outcome)
    return { outcome, findings, commit: () => {}, discard: () => Promise.resolve() }
  }

  async #broken(engine: Engine): Promise<readonly ReloadFinding[]> {
    const apis = { before: this.#options.current.engine.api, after: engine.api }
    const findings: ReloadFinding[] = []
    await inSlices(this.#options.known.all(), (operation) => {
      if (findings.length >= MOST_FINDINGS) return
      for (const breakage of brokenBy(operation.document, apis)) {
        findings.push({ ...breakage, ...factsOf(operation) })
      }
    })
    return findings.slice(0, MOST_FINDINGS)
  }

  /** How many operations are warm. One that cannot be planned is no reason to refuse: its client gets the error then. */
  async #warmUp(engine: Engine): Promise<number> {
    let warm = 0
    for (const operation of this.#options.known.all()) {
      try {
        for (const caller of operation.rights.values()) await engine.warm(operation.request, caller)
        warm += 1
      } catch (error) {
        const { hash, name } = operation
        const stack = framesOf(error)
        this.#options.log.warn({ hash, operation: name, stack }, 'an operation cannot be planned')
      }
      await breathe()
    }
    return warm
  }

  #time(): string {
    return new Date((this.#options.now ?? Date.now)()).toISOString()
  }
}

function findingsOf(error: unknown): readonly ReloadFinding[] {
  const all: unknown = error instanceof Error ? Reflect.get(error, 'findings') : undefined
  if (Array.isArray(all))
    return all.slice(0, MOST_FINDINGS).map((one) => ({ message: String(one) }))
  // A supergraph is no secret and belongs to no person, so what its reader says of it may be told.
  const message = error instanceof Error ? error.message : String(error)
  return [{ message: message.slice(0, 500) }]
}

function factsOf({ name, hash, clients, lastSeenAt }: KnownOperation) {
  return {
    operation: name,
    operationHash: hash,
    clients: [...clients.keys()],
    lastSeenAt: new Date(lastSeenAt).toISOString(),
  }
}

/** Enough to tell supergraphs apart. */
function hashOf(supergraph: string): string {
  return createHash('sha256').update(supergraph).digest('hex').slice(0, 16)
}
