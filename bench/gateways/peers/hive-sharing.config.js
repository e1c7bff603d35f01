// Hive Gateway as in hive.config.js; identical client requests in flight are answered once.

import { defineConfig } from '@graphql-hive/gateway'

export const gatewayConfig = defineConfig({
  landingPage: false,
  graphiql: false,
  inboundInflightRequestDeduplication: true,
})
