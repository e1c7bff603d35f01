// Replies that come in pages (Q33): asked one after another until a short one, joined into one reply.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, OperationContract, Reply, Tree, Value } from '../adapter.ts'
import type { OperationSettings } from '../settings.ts'
import { isTree } from '../tree.ts'
import { checkPath } from './outcomes.ts'
import { compileRead, shapeAt, toItems, type TreePath, withValue } from './paths.ts'

export type Send = (input: Tree, context: CallContext) => Promise<Reply>

/** `refuse` throws for a page that is a fault in disguise: it must not pass for a short one. */
export type Paged = (send: Send, refuse: (reply: Tree) => void) => Send

type PagingRule = NonNullable<OperationSettings['paging']>

/** Undefined when the rule does not fit the contract; what is wrong is added to `problems`. */
export function compilePaging(
  rule: PagingRule,
  contract: OperationContract,
  { name, system, problems }: { name: string; system: string; problems: string[] },
): Paged | undefined {
  const page = checkPath(rule.page, contract.input)
  const items = checkPath(rule.items, contract.output)
  if (typeof page === 'string') problems.push(`paging ${page}`)
  if (typeof items === 'string') problems.push(`paging ${items}`)
  if (typeof page === 'string' || typeof items === 'string') return undefined
  const asText = isText(page, contract)
  const read = compileRead(items)
  const tooLarge = (): SystemError =>
    new SystemError('SYSTEM_REPLY_INVALID', system, {
      operation: name,
      retryable: false,
      detail: { reason: 'more pages than allowed', most: rule.most },
    })
  return (send, refuse) => async (input, context) => {
    const joined: Value[] = []
    let reply: Reply | undefined
    for (let turn = 0; turn < rule.most; turn++) {
      const number = rule.first + turn
      const asked = withValue(input, page, asText ? String(number) : number)
      const next = await send(isTree(asked) ? asked : input, context)
      refuse(next.value)
      // Joining an empty list into it would make a record of "no record".
      if (turn === 0 && Object.keys(next.value).length === 0) return next
      const found = toItems(read(next.value) ?? null)
      joined.push(...found)
      reply ??= next
      if (found.length < rule.size) return { value: join(reply.value, items, joined), at: reply.at }
    }
    throw tooLarge()
  }
}

function isText(path: TreePath, contract: OperationContract): boolean {
  const { shape } = shapeAt(path, contract.input)
  return shape?.kind === 'scalar' && shape.type !== 'int' && shape.type !== 'double'
}

function join(first: Tree, items: TreePath, joined: readonly Value[]): Tree {
  const value = withValue(first, items, joined)
  return isTree(value) ? value : first
}
