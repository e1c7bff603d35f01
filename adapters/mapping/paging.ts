// Replies that come in pages (Q33): asked one after another, or side by side where the whole is known, joined into one
// reply. Never: a list cut short that passes for all, a page counted twice, a request to where a link leads.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, OperationContract, Reply, Tree, Value } from '../adapter.ts'
import type { OperationSettings } from '../settings.ts'
import { isTree } from '../tree.ts'
import { checkPath, readerOf } from './outcomes.ts'
import { type Advance, compileAdvance } from './paging-advance.ts'
import { compileRead, type ReadPath, toItems, type TreePath, withValue } from './paths.ts'

export type Send = (input: Tree, context: CallContext) => Promise<Reply>

/** `refuse` throws for a page that is a fault in disguise: it must not pass for a short one. */
export type Paged = (send: Send, refuse: (reply: Tree) => void) => Send

export type PagingRule = NonNullable<OperationSettings['paging']>

interface Compiling {
  readonly name: string
  readonly system: string
  readonly problems: string[]
}

/** Undefined when the rule does not fit the contract; what is wrong is added to `problems`. */
export function compilePaging(
  rule: PagingRule,
  contract: OperationContract,
  compiling: Compiling,
): Paged | undefined {
  const { name, system, problems } = compiling
  const before = problems.length
  const items = checkPath(rule.items, contract.output)
  if (typeof items === 'string') problems.push(`paging ${items}`)
  const total = rule.total === undefined ? undefined : readerOf(rule.total, contract.output)
  if (typeof total === 'string') problems.push(`paging ${total}`)
  const advance = compileAdvance(rule, contract, problems)
  if (problems.length > before || advance === undefined) return undefined
  if (typeof items === 'string' || typeof total === 'string') return undefined
  const read = compileRead(items)
  return (send, refuse) => (input, context) =>
    new Pages({ rule, advance, items, read, total, send, refuse, name, system }).ask(input, context)
}

interface Reading {
  readonly rule: PagingRule
  readonly advance: Advance
  readonly items: TreePath
  readonly read: ReadPath
  readonly total: ReadPath | undefined
  readonly send: Send
  readonly refuse: (reply: Tree) => void
  readonly name: string
  readonly system: string
}

/** The pages of one answer. */
class Pages {
  readonly #reading: Reading
  readonly #joined: Value[] = []
  /** What pages held: one that comes again would be counted for ever. */
  readonly #seen = new Set<string>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  async ask(input: Tree, context: CallContext): Promise<Reply> {
    const { rule, advance } = this.#reading
    const first = await this.#page(advance.first(input), context)
    // Joining an empty list into it would make a record of "no record".
    if (Object.keys(first.value).length === 0) return first
    this.#keep(first)
    const whole = this.#wholeOf(first.value)
    if (whole !== undefined && rule.parallel !== undefined && rule.size !== undefined) {
      await this.#askRest(Math.ceil(whole / rule.size), input, context)
    } else await this.#askOn(first, input, context)
    if (whole !== undefined && this.#joined.length !== whole) {
      throw this.#invalid('another number of items than its total')
    }
    return { ...first, value: this.#join(first.value) }
  }

  /** One after another. */
  async #askOn(first: Reply, input: Tree, context: CallContext): Promise<void> {
    const { rule, advance } = this.#reading
    let last = first
    let count = this.#joined.length
    for (let turn = 1; ; turn += 1) {
      const next = advance.next({ input, reply: last.value, turn, found: count })
      if (next === undefined) return
      if (turn >= rule.most) throw this.#tooLarge()
      last = await this.#page(next, context)
      count = this.#keep(last)
    }
  }

  /** Side by side, joined in their order. */
  async #askRest(pages: number, input: Tree, context: CallContext): Promise<void> {
    const { rule, advance } = this.#reading
    if (pages > rule.most) throw this.#tooLarge()
    const width = rule.parallel ?? 1
    for (let turn = 1; turn < pages; turn += width) {
      const turns = Array.from({ length: Math.min(width, pages - turn) }, (_, at) => turn + at)
      const asked = turns.map((each) => this.#page(advance.at(input, each), context))
      for (const reply of await Promise.all(asked)) this.#keep(reply)
    }
  }

  async #page(input: Tree, context: CallContext): Promise<Reply> {
    const { send, refuse } = this.#reading
    const reply = await send(input, context)
    refuse(reply.value)
    return reply
  }

  /** How many items the page has. */
  #keep({ value }: Reply): number {
    const found = toItems(this.#reading.read(value) ?? null)
    if (found.length > 0) {
      const text = JSON.stringify(found)
      if (this.#seen.has(text)) throw this.#invalid('the same page again')
      this.#seen.add(text)
    }
    this.#joined.push(...found)
    return found.length
  }

  #wholeOf(reply: Tree): number | undefined {
    const { total } = this.#reading
    const value = total?.(reply)
    if (value === undefined || value === null) return undefined
    const number = Number(value)
    if (typeof value === 'object' || !Number.isSafeInteger(number) || number < 0) {
      throw this.#invalid('a total that is no number')
    }
    return number
  }

  #join(first: Tree): Tree {
    const value = withValue(first, this.#reading.items, this.#joined)
    return isTree(value) ? value : first
  }

  #tooLarge(): SystemError {
    const { most } = this.#reading.rule
    return this.#invalid('more pages than allowed', { retryable: false, most })
  }

  #invalid(reason: string, more: { retryable?: boolean; most?: number } = {}): SystemError {
    const { system, name } = this.#reading
    const { retryable, most } = more
    return new SystemError('SYSTEM_REPLY_INVALID', system, {
      operation: name,
      ...(retryable !== undefined && { retryable }),
      detail: { reason, most },
    })
  }
}
