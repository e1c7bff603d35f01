// The calls of one request. In: call plans with their values. Out: selected records and when they came.
// Equal questions are asked once, batches gather keys; nothing lives longer than the request.

import DataLoader from 'dataloader'

import type { Adapter, Reply, Tree, Value } from '../../adapters/adapter.ts'
import { isScalar } from '../../adapters/mapping/field.ts'
import type { Scalar } from '../../adapters/mapping/normaliser.ts'
import { toItems } from '../../adapters/mapping/paths.ts'
import { isTree } from '../../adapters/tree.ts'
import type { RequestContext } from '../../schema/context.ts'
import { CallerError, invariant, SystemError } from '../../schema/errors.ts'
import type { BatchPlan, CallPlan } from '../compile/mapping.ts'
import { authorityOf } from './authority.ts'

export interface Fetched {
  /** The selected record, its list when the plan says `each`, or null when there is none. */
  readonly record: Value
  readonly operation: string
  /** Epoch milliseconds. */
  readonly at: number
  /** As in Reply. */
  readonly via?: Reply['via']
  readonly stale?: Reply['stale']
}

interface Question {
  readonly context: RequestContext
  readonly input: Value
  /** Our key, by which a batch's answers find their questions. */
  readonly key: string
}

interface Asked {
  readonly context: RequestContext
  readonly tree: Tree
}

export class Calls {
  readonly #system: string
  readonly #adapter: Adapter
  readonly #single = new Map<string, DataLoader<Asked, Reply, string>>()
  readonly #batched = new Map<CallPlan, DataLoader<Question, Fetched, string>>()

  constructor(system: string, adapter: Adapter) {
    this.#system = system
    this.#adapter = adapter
  }

  /** Values in the order of the plan's inputs. A call goes out under the context of the fetch that asked first. */
  async fetch(
    plan: CallPlan,
    values: readonly (Scalar | null)[],
    context: RequestContext,
  ): Promise<Fetched> {
    const input = plan.build(values)
    if (input === undefined) {
      throw new CallerError('INPUT_REJECTED', 'A value cannot be asked of this system.', {
        fields: plan.inputs.map(({ from }) => from),
      })
    }
    if (plan.batch !== undefined) {
      const key = toKey(values)
      return this.#batchLoader(plan, plan.batch).load({ context, input, key })
    }
    const asked = { context, tree: isTree(input) ? input : {} }
    const reply = plan.mutation
      ? this.#call(plan.operation, asked)
      : this.#load(plan.operation, asked)
    return this.#select(plan, await reply)
  }

  #load(operation: string, asked: Asked): Promise<Reply> {
    let loader = this.#single.get(operation)
    if (loader === undefined) {
      loader = new DataLoader<Asked, Reply, string>(
        (each) => Promise.all(each.map((one) => this.#call(operation, one))),
        { batch: false, cacheKeyFn: ({ tree }) => JSON.stringify(tree) },
      )
      this.#single.set(operation, loader)
    }
    return loader.load(asked)
  }

  #batchLoader(plan: CallPlan, batch: BatchPlan): DataLoader<Question, Fetched, string> {
    const known = this.#batched.get(plan)
    if (known !== undefined) return known
    const loader = new DataLoader<Question, Fetched, string>(
      (questions) => this.#ask(plan, batch, questions),
      { maxBatchSize: batch.max, cacheKeyFn: ({ key }) => key },
    )
    this.#batched.set(plan, loader)
    return loader
  }

  async #ask(
    plan: CallPlan,
    batch: BatchPlan,
    questions: readonly Question[],
  ): Promise<readonly (Fetched | SystemError)[]> {
    const [first] = questions
    invariant(first !== undefined, 'a batch holds a question')
    const tree = batch.wrap(questions.map(({ input }) => input))
    const reply = await this.#call(plan.operation, { context: first.context, tree })
    const { record, ...told } = this.#select({ ...plan, each: true }, reply)
    if (isEmpty(reply)) return questions.map(() => ({ record: null, ...told }))
    const byKey = new Map<string, Value>()
    const asked = new Set(questions.map(({ key }) => key))
    for (const item of toItems(record)) {
      const keys = batch.readKeys.map((read) => read(item)?.value ?? null)
      if (!keys.every(isScalar)) throw this.#invalid(plan, 'an answer without key')
      const text = toKey(keys)
      if (!asked.has(text) || byKey.has(text))
        throw this.#invalid(plan, 'an answer nobody asked for')
      byKey.set(text, item)
    }
    // A list cut short must not pass for "no such record".
    return questions.map(({ key }) => {
      const found = byKey.get(key)
      return found === undefined
        ? this.#invalid(plan, 'no answer to a key')
        : { record: found, ...told }
    })
  }

  #select(plan: CallPlan, reply: Reply): Fetched {
    const { operation } = plan
    const selected = isEmpty(reply) && !isSilent(plan) ? null : plan.select(reply.value)
    if (selected === undefined) throw this.#invalid(plan, 'no record where it should be')
    const { at, via, stale } = reply
    return { record: plan.each ? toItems(selected) : selected, operation, at, via, stale }
  }

  #invalid({ operation }: CallPlan, reason: string): SystemError {
    return new SystemError('SYSTEM_REPLY_INVALID', this.#system, { operation, detail: { reason } })
  }

  #call(operation: string, { context, tree }: Asked): Promise<Reply> {
    const { requestId, traceparent, signal, caller, purpose } = context
    const authority = authorityOf(caller, purpose)
    return this.#adapter.call(operation, tree, { requestId, traceparent, signal, authority })
  }
}

/** A key of several parts as one text that no other parts give. */
function toKey(values: readonly (Scalar | null)[]): string {
  return values.length === 1 ? String(values[0]) : JSON.stringify(values.map(String))
}

/** A change whose contract has no answer but that it arrived: an empty one says that it was done. */
function isSilent({ mutation, record }: CallPlan): boolean {
  return mutation && record.kind === 'object' && record.fields.size === 0
}

/** NO_RECORD of adapters/mapping/operations.ts. */
function isEmpty({ value }: Reply): boolean {
  return Object.keys(value).length === 0
}
