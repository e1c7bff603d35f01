import { expect, test } from 'vitest'

import { Mailbox } from '../../../gateway/subgraph-link/mailbox.ts'

function mailbox() {
  const told: string[] = []
  const box = new Mailbox<number>({
    onEmpty: () => void told.push('empty'),
    onLeft: () => void told.push('left'),
  })
  return { told, box }
}

test('gives what was put in, in order, before and after it is wanted, until the end', async () => {
  const { told, box } = mailbox()
  box.put(1, 10)
  box.put(2, 10)
  expect([await box.next(), await box.next()]).toMatchObject([{ value: 1 }, { value: 2 }])
  expect(told).toEqual(['empty'])
  const wanted = [box.next(), box.next(), box.next()]
  box.put(3, 10)
  box.put(4, 10)
  box.end()
  box.put(5, 10)
  expect(await Promise.all(wanted)).toEqual([
    { value: 3, done: false },
    { value: 4, done: false },
    { value: undefined, done: true },
  ])
  expect(await box.next()).toEqual({ value: undefined, done: true })
})

test('what was put in before the end can be taken after it', async () => {
  const { box } = mailbox()
  box.put(1, 10)
  box.end()
  const taken: number[] = []
  for await (const item of box) taken.push(item)
  expect(taken).toEqual([1])
})

test('tells that its reader has left, and forgets the rest', async () => {
  const { told, box } = mailbox()
  box.put(1, 10)
  box.put(2, 10)
  for await (const item of box) if (item === 1) break
  expect(told).toEqual(['left'])
  expect(await box.next()).toEqual({ value: undefined, done: true })
})

test('says how much waits, until all is taken', async () => {
  const { box } = mailbox()
  box.put(1, 10)
  box.put(2, 20)
  expect(box.size).toBe(30)
  await box.next()
  expect(box.size).toBe(30)
  await box.next()
  expect(box.size).toBe(0)
  const wanted = box.next()
  box.put(3, 10)
  await wanted
  expect(box.size).toBe(0)
})
