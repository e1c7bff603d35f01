import { expect, test } from 'vitest'

import { batched } from '../../../../subgraphs/applications/store/batched.ts'
import { contextOf, KAVEH } from '../citizens.ts'

function reading() {
  const asked: (readonly string[])[] = []
  const rowsOf = batched(async (ids) => {
    asked.push(ids)
    return new Map(ids.filter((id) => id !== 'none').map((id) => [id, [`${id} ${asked.length}`]]))
  })
  const context = contextOf(KAVEH, async () => ({}))
  return { asked, rowsOf, context }
}

test('asks once for all applications of a turn, each by its id', async () => {
  const { asked, rowsOf, context } = reading()
  const rows = await Promise.all(['b', 'a', 'none', 'b'].map((id) => rowsOf(id, context)))
  expect(rows).toEqual([['b 1'], ['a 1'], [], ['b 1']])
  expect(asked).toEqual([['b', 'a', 'none']])
})

test('reads again in a later turn of the same request', async () => {
  const { rowsOf, context } = reading()
  expect(await rowsOf('a', context)).toEqual(['a 1'])
  expect(await rowsOf('a', context)).toEqual(['a 2'])
})

test('never gathers over requests', async () => {
  const { asked, rowsOf, context } = reading()
  await Promise.all([
    rowsOf('a', context),
    rowsOf(
      'b',
      contextOf(KAVEH, async () => ({})),
    ),
  ])
  expect(asked).toEqual([['a'], ['b']])
})
