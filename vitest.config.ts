import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

/** The copy that Node and @apollo's packages load; the ES module beside it would be another realm. */
const graphql = fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url))

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 60_000 },
})
