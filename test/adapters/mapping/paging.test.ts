import { describe, expect, test } from 'vitest'

import type { OperationContract, Shape, Tree } from '../../../adapters/adapter.ts'
import { compilePaging, type PagingRule } from '../../../adapters/mapping/paging.ts'
import { callContext } from '../wire.ts'

const text: Shape = { kind: 'scalar', type: 'string' }
const int: Shape = { kind: 'scalar', type: 'int' }
const object = (fields: Record<string, Shape>): Shape => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
})
const CONTRACT: OperationContract = {
  name: 'list',
  input: object({ key: text, page: int, from: text, size: int, token: text }),
  output: object({
    items: { kind: 'list', of: int },
    total: int,
    next: text,
    meta: object({ link: text }),
  }),
}

const ALL = Array.from({ length: 7 }, (_, at) => at)

interface Asked {
  readonly value: Tree
  readonly asked: readonly Tree[]
  /** Most calls in flight at one time. */
  readonly width: number
}

async function ask(rule: PagingRule, answer: (input: Tree) => Tree): Promise<Asked> {
  const problems: string[] = []
  const paged = compilePaging(rule, CONTRACT, { name: 'list', system: 'sys', problems })
  expect(problems).toEqual([])
  const asked: Tree[] = []
  let open = 0
  let width = 0
  const send = async (input: Tree) => {
    asked.push(input)
    open += 1
    width = Math.max(width, open)
    await new Promise(setImmediate)
    open -= 1
    return { value: answer(input), at: 5 }
  }
  const { value } = await paged!(send, () => {})({ key: 'k' }, callContext())
  return { value, asked, width }
}

const sliced = (from: number, size = 3): number[] => ALL.slice(from, from + size)
const rest = { items: 'items', most: 5 }

describe('pages', () => {
  test('by number, in the type of the contract, with a limit', async () => {
    const rule = { ...rest, page: 'page', size: 3, limit: 'size' }
    const { value, asked } = await ask(rule, ({ page }) => ({
      items: sliced((Number(page) - 1) * 3),
    }))
    expect(value).toEqual({ items: ALL })
    expect(asked).toEqual([1, 2, 3].map((page) => ({ key: 'k', size: 3, page })))
  })

  test('by offset, as text where the contract wants text', async () => {
    const rule = { ...rest, offset: 'from', size: 3 }
    const { value, asked } = await ask(rule, ({ from }) => ({ items: sliced(Number(from)) }))
    expect(value).toEqual({ items: ALL })
    expect(asked.map(({ from }) => from)).toEqual(['0', '3', '6'])
  })

  test('by a token, until there is none', async () => {
    const rule = { ...rest, cursor: 'token', next: 'next' }
    const { value, asked } = await ask(rule, ({ token }) =>
      token === 'b' ? { items: [3, 4], next: '' } : { items: [1, 2], next: 'b' },
    )
    expect(value).toEqual({ items: [1, 2, 3, 4], next: 'b' })
    expect(asked).toEqual([{ key: 'k' }, { key: 'k', token: 'b' }])
  })

  test.each([
    ['https://evil.example/steal?page=2&other=1'],
    ['?page=2'],
    ['<https://a.example/?page=1>; rel="prev", <https://a.example/x?page=2>; rel="last next"'],
  ])('by the query of a link alone: %s', async (link) => {
    const rule = { ...rest, link: 'meta.link' }
    const { value, asked } = await ask(rule, ({ page }) =>
      page === 2 ? { items: [3], meta: null } : { items: [1, 2], meta: { link } },
    )
    expect(value['items']).toEqual([1, 2, 3])
    expect(asked).toEqual([{ key: 'k' }, { key: 'k', page: 2 }])
  })

  test('a Link header without a next page is the last', async () => {
    const rule = { ...rest, link: 'meta.link' }
    const { asked } = await ask(rule, () => ({
      items: [1],
      meta: { link: '<?page=1>; rel="first"' },
    }))
    expect(asked).toHaveLength(1)
  })

  test('side by side where the whole is known, joined in their order', async () => {
    const rule = { ...rest, offset: 'from', size: 2, total: 'total', parallel: 2 }
    const { value, asked, width } = await ask(rule, ({ from }) => ({
      items: sliced(Number(from), 2),
      total: 7,
    }))
    expect(value['items']).toEqual(ALL)
    expect(asked.map(({ from }) => from)).toEqual(['0', '2', '4', '6'])
    expect(width).toBe(2)
  })
})

describe('refuses', () => {
  test.each<[string, PagingRule, (input: Tree) => Tree, string]>([
    [
      'a page that comes again',
      { ...rest, page: 'page', size: 2 },
      () => ({ items: [1, 2] }),
      'the same page again',
    ],
    [
      'a token that leads back',
      { ...rest, cursor: 'token', next: 'next' },
      () => ({ items: [1], next: 'a' }),
      'the same page again',
    ],
    [
      'less than the total',
      { ...rest, page: 'page', size: 3, total: 'total' },
      ({ page }) => ({ items: sliced((Number(page) - 1) * 3), total: 9 }),
      'another number of items than its total',
    ],
    [
      'more pages than allowed before they are asked',
      { ...rest, most: 2, page: 'page', size: 3, total: 'total', parallel: 4 },
      () => ({ items: [1, 2, 3], total: 7 }),
      'more pages than allowed',
    ],
    [
      'a token without end',
      { ...rest, cursor: 'token', next: 'next' },
      ({ token }) => ({ items: [Number(token ?? 0)], next: String(Number(token ?? 0) + 1) }),
      'more pages than allowed',
    ],
  ])('%s', async (_what, rule, answer, reason) => {
    await expect(ask(rule, answer)).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason },
    })
  })

  test.each<[PagingRule, string]>([
    [rest, 'exactly one of page, offset, cursor, link'],
    [{ ...rest, page: 'page', cursor: 'token' }, 'exactly one of'],
    [{ ...rest, page: 'page' }, 'needs size'],
    [{ ...rest, cursor: 'token' }, 'needs next'],
    [{ ...rest, link: 'meta.link', limit: 'size' }, 'limit needs size'],
    [{ ...rest, page: 'page', size: 2, parallel: 2 }, 'in parallel needs'],
    [{ ...rest, page: 'pg', size: 2 }, '"pg"'],
    [{ ...rest, items: 'itms', page: 'page', size: 2 }, '"itms"'],
    [{ ...rest, link: 'meta.lnk' }, '"lnk"'],
    [{ ...rest, page: 'page', size: 2, total: 'sum' }, '"sum"'],
  ])('a rule that does not fit: %j', (rule, problem) => {
    const problems: string[] = []
    expect(compilePaging(rule, CONTRACT, { name: 'l', system: 's', problems })).toBeUndefined()
    expect(problems.join()).toContain(problem)
  })
})
