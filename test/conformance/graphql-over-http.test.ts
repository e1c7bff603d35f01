import { auditServer } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { open, type Opened } from '../gateway/support/open.ts'

let gateway: Opened
beforeAll(async () => {
  gateway = await open({ greetings: { sdl: 'type Query { hello: String }' } })
})
afterAll(() => gateway.close())

test('passes every audit of GraphQL over HTTP', async () => {
  const results = await auditServer({ url: `${gateway.url}/graphql` })
  expect(results).toHaveLength(61)
  expect(results.filter(({ status }) => status !== 'ok')).toEqual([])
})
