import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

/** The copy that Node and @apollo's packages load; the ES module beside it would be another realm. */
const graphql = fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url))

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Ceilings for what would never end: far above what a starved machine needs, since they cost nothing else.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
