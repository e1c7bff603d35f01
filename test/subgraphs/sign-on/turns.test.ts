import { expect, test } from 'vitest'

import { Turns } from '../../../subgraphs/sign-on/turns.ts'

function turnsOf(atOnce: number, waiting: number): Turns {
  return new Turns({ atOnce, waiting, refusal: () => new TypeError('too many') })
}

test('so many work at once, the others follow in their order', async () => {
  const turns = turnsOf(2, 10)
  let working = 0
  let most = 0
  const order: number[] = []
  const work = (n: number) => async () => {
    working += 1
    most = Math.max(most, working)
    await Promise.resolve()
    order.push(n)
    working -= 1
    return n
  }
  const all = await Promise.all([1, 2, 3, 4, 5].map((n) => turns.take(work(n))))
  expect(all).toEqual([1, 2, 3, 4, 5])
  expect(order).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
})

test('one that fails leaves its place to the next', async () => {
  const turns = turnsOf(1, 1)
  const failing = turns.take(() => Promise.reject(new RangeError('no')))
  const next = turns.take(() => Promise.resolve('yes'))
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
  expect(await turns.take(() => Promise.resolve('again'))).toBe('again')
})

test('too many waiting are refused, and those before them are not', async () => {
  const turns = turnsOf(1, 1)
  const first = Promise.withResolvers<string>()
  const one = turns.take(() => first.promise)
  const two = turns.take(() => Promise.resolve('two'))
  await expect(turns.take(() => Promise.resolve('three'))).rejects.toThrow('too many')
  first.resolve('one')
  expect(await Promise.all([one, two])).toEqual(['one', 'two'])
})
