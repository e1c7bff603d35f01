import { expect, test } from 'vitest'

import { open } from '../support/open.ts'

test('the line of a request tells what it asked, who asked, and what it cost', async () => {
  const sdl = 'type Query { hello: String }'
  const gateway = await open({ a: { sdl, resolvers: { Query: { hello: () => 'x' } } } })
  await gateway.post({ query: 'query Hi { hello }' })
  await gateway.post({ query: 'query Hi { hello }' })
  await gateway.post({ query: '{ nothing }' })
  const [first, second, refused] = gateway.lines.map(({ facts }) => facts)
  expect(first).toMatchObject({
    operation: 'Hi',
    hash: expect.stringMatching(/^[\w-]{43}$/),
    caller: 'anonymous',
    status: 200,
    fetches: 1,
    caches: { operation: 'miss', plan: 'miss' },
  })
  expect(second).toMatchObject({ caches: { operation: 'hit', plan: 'hit' } })
  expect(refused).toMatchObject({ reason: 'invalid', codes: { OPERATION_INVALID: 1 } })
  await gateway.close()
})
