import { auditServer } from 'graphql-http'
import { describe, expect, test } from 'vitest'

import { open } from '../gateway/support/open.ts'

const SOURCES = { greetings: { sdl: 'type Query { hello: String }' } }

describe.each(['everyone', 'staff', 'nobody'])('where %s may introspect', (introspection) => {
  test('passes every audit of GraphQL over HTTP', async () => {
    const gateway = await open(SOURCES, { PANJAREH_INTROSPECTION: introspection })
    try {
      const results = await auditServer({ url: `${gateway.url}/graphql` })
      expect(results).toHaveLength(61)
      expect(results.filter(({ status }) => status !== 'ok')).toEqual([])
    } finally {
      await gateway.close()
    }
  })
})
