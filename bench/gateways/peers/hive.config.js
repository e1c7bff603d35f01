// Hive Gateway with everything that it does by default, but for its pages for people.

import { defineConfig } from '@graphql-hive/gateway'

export const gatewayConfig = defineConfig({ landingPage: false, graphiql: false })
