// Each system asked without the gateway: through the product's own adapter layers, in the bench's process. What remains
// is codec, resilience and sockets; what the gateway adds to it is what the bench is about.

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { invariant } from '../schema/errors.ts'
import { type Layers, stackLayers } from '../subgraphs/folder/layers.ts'
import { parseSettings } from '../subgraphs/folder/settings-file.ts'
import type { Question } from './questions.ts'

const SUBGRAPHS = path.join(import.meta.dirname, '..', 'subgraphs')

export interface Direct {
  /** Milliseconds of one call. Throws SystemError. */
  call(question: Question): Promise<number>
  /**
   * All questions at once, as a gateway without any cost of its own would ask them; who needs another's answer waits for it.
   * Milliseconds of the whole and of each. Throws SystemError when all have ended and one has failed.
   */
  together(questions: readonly Question[]): Promise<Together>
  close(): Promise<void>
}

export interface Together {
  readonly tookMs: number
  readonly each: ReadonlyMap<string, number>
}

export async function openDirect(
  environment: Readonly<Record<string, string>>,
  questions: readonly Question[],
): Promise<Direct> {
  const layers = new Map<string, Layers>()
  for (const { system } of questions) layers.set(system, await stack(system, environment))
  const call = async ({ system, operation, input }: Question): Promise<number> => {
    const context = {
      requestId: randomUUID(),
      traceparent: '',
      signal: AbortSignal.timeout(30_000),
    }
    const from = performance.now()
    await layers.get(system)!.adapter.call(operation, input, context)
    return performance.now() - from
  }
  return {
    call,
    together: (asked) => together(asked, call),
    close: async () => {
      await Promise.all([...layers.values()].map((each) => each.close()))
    },
  }
}

async function stack(
  system: string,
  environment: Readonly<Record<string, string>>,
): Promise<Layers> {
  const folder = path.join(SUBGRAPHS, system)
  const text = await readFile(path.join(folder, 'system.json'), 'utf8')
  const { settings } = parseSettings(text, `${system}/system.json`)
  invariant(settings, 'the folder is checked by its tests')
  return stackLayers({ system, folder, settings }, { secret: (name) => environment[name] ?? '' })
}

async function together(
  questions: readonly Question[],
  call: (question: Question) => Promise<number>,
): Promise<Together> {
  const from = performance.now()
  const each = new Map<string, number>()
  const underWay = new Map<string, Promise<void>>()
  for (const question of questions) {
    const ask = async () => {
      if (question.after !== undefined) await underWay.get(question.after)
      const asked = performance.now()
      await call(question)
      each.set(question.system, performance.now() - asked)
    }
    underWay.set(question.system, ask())
  }
  await Promise.allSettled(underWay.values())
  await Promise.all(underWay.values())
  return { tookMs: performance.now() - from, each }
}
