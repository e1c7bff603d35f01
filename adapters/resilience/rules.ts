// What system.json says of each operation's time, in milliseconds; read once at load.

import type { SystemSettings } from '../settings.ts'
import { toMilliseconds } from '../units.ts'
import type { Lifetime } from './reply-cache.ts'

export interface Rule {
  readonly operation: string
  /** What is not declared a query is never sent twice. */
  readonly isQuery: boolean
  readonly isPublic: boolean
  readonly timeoutMs: number
  /** Absent: no answer is given again. */
  readonly lifetime: Lifetime | undefined
  readonly hedgeMs: number | undefined
}

export class Rules {
  readonly #settings: SystemSettings
  readonly #rules = new Map<string, Rule>()

  constructor(settings: SystemSettings) {
    this.#settings = settings
    for (const operation of Object.keys(settings.operations)) {
      this.#rules.set(operation, compile(operation, settings))
    }
  }

  of(operation: string): Rule {
    return this.#rules.get(operation) ?? compile(operation, this.#settings)
  }

  /** Longest that an answer of any operation may be given; 0 where none may. */
  get longestMs(): number {
    const times = [...this.#rules.values()].map(({ lifetime }) =>
      lifetime === undefined
        ? 0
        : lifetime.freshMs + Math.max(lifetime.staleMs, lifetime.refreshMs),
    )
    return Math.max(0, ...times)
  }
}

function compile(operation: string, { operations, limits }: SystemSettings): Rule {
  const settings = operations[operation]
  const isQuery = settings?.kind === 'query'
  const { freshness, stale, refresh, hedgeAfter } = settings ?? {}
  return {
    operation,
    isQuery,
    isPublic: settings?.public === true,
    timeoutMs: toMilliseconds(settings?.timeout ?? limits.timeout),
    lifetime:
      isQuery && freshness !== undefined
        ? {
            freshMs: toMilliseconds(freshness),
            staleMs: toMilliseconds(stale ?? '0s'),
            refreshMs: toMilliseconds(refresh ?? '0s'),
          }
        : undefined,
    hedgeMs: isQuery && hedgeAfter !== undefined ? toMilliseconds(hedgeAfter) : undefined,
  }
}
