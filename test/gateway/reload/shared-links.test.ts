import { expect, test } from 'vitest'

import { SharedLinks } from '../../../gateway/reload/shared-links.ts'

test('a link that two engines name is opened once and closed with the last of them', async () => {
  const told: string[] = []
  const shared = new SharedLinks(({ name, url }) => {
    told.push(`open ${name} ${url}`)
    return {
      name,
      close: async () => {
        told.push(`close ${name} ${url}`)
      },
    }
  })
  const one = shared.acquire([
    { name: 'a', url: 'http://a/1' },
    { name: 'b', url: 'http://b/1' },
  ])
  const two = shared.acquire([
    { name: 'a', url: 'http://a/1' },
    { name: 'b', url: 'http://b/2' },
  ])
  expect(two.links[0]).toBe(one.links[0])
  await one.release()
  expect(told).toEqual([
    'open a http://a/1',
    'open b http://b/1',
    'open b http://b/2',
    'close b http://b/1',
  ])
  await two.release()
  expect(told.slice(4).toSorted()).toEqual(['close a http://a/1', 'close b http://b/2'])
})
