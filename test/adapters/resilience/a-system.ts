// A system that behaves as told and what stands before it, for tests of the layers between.

import { vi } from 'vitest'

import type { Adapter, CallContext, Reply, Tree } from '../../../adapters/adapter.ts'
import {
  type ResilienceOptions,
  type ResilientAdapter,
  withResilience,
} from '../../../adapters/resilience/resilience.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import { SystemError, type SystemErrorCode } from '../../../schema/errors.ts'
import { systemSettings } from '../wire.ts'

export interface Sent {
  readonly operation: string
  readonly input: Tree
  readonly signal: AbortSignal
  readonly requestId: string
}

export type Behave = (sent: Sent, count: number) => Promise<Tree>

export interface ASystem {
  readonly sent: Sent[]
  readonly adapter: ResilientAdapter
}

export function aSystem(
  behave: Behave,
  changes: Partial<SystemSettings> = {},
  options: Partial<ResilienceOptions> = {},
): ASystem {
  const sent: Sent[] = []
  const inner: Adapter = {
    async call(operation, input, { signal, requestId }): Promise<Reply> {
      const entry = { operation, input, signal, requestId }
      sent.push(entry)
      const value = await behave(entry, sent.length)
      return { value, at: Date.now() }
    },
  }
  const settings = systemSettings(changes)
  const adapter = withResilience(inner, settings, { system: 'sys', random: () => 0.5, ...options })
  return { sent, adapter }
}

export function fail(
  code: SystemErrorCode,
  options: { retryable?: boolean; until?: string } = {},
): Promise<never> {
  return Promise.reject(new SystemError(code, 'sys', { operation: 'theirs', ...options }))
}

/** Answers after that time, or as a transport does when its signal is aborted. */
export function after(ms: number, { signal }: Sent, value: Tree = {}): Promise<Tree> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value), ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new SystemError('SYSTEM_TIMEOUT', 'sys'))
    })
  })
}

/** Of a request on its own authority, or on none. */
export function asking(
  requestId: string,
  authority?: string,
  signal = new AbortController().signal,
): CallContext {
  return { requestId, traceparent: '', signal, authority }
}

/** The reply or the error, with the clock run so far. */
export async function outcomeOf(call: Promise<Reply>, ms = 0): Promise<unknown> {
  const settled = call.catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(ms)
  return settled
}
