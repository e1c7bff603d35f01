// `npm run keycloak [-- --port N]`: a real Keycloak on this machine with the realm of this checkout, until Ctrl-C.
import { parseArgs } from 'node:util'

import { openCheckoutKeycloak } from './open-checkout-keycloak.ts'
import { KeycloakRefusal } from './run.ts'

// To `npm start` an issuer at 127.0.0.1 is the embedded sign-on, one by any other name a Keycloak.
const HOST = 'localhost'
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } })

try {
  const keycloak = await openCheckoutKeycloak(print, { port: Number(values.port), hostname: HOST })
  const url = keycloak.url.replace('127.0.0.1', HOST)
  print(`Keycloak ${keycloak.version}, up after ${(keycloak.bootMs / 1000).toFixed(1)} s`)
  print(`realm          ${url}/realms/gov`)
  print(`administration ${url}/admin/ (admin, admin)`)
  print(`the demo       PANJAREH_ISSUER=${url}/realms/gov npm start`)
  print(
    `the suites     PANJAREH_TEST_KEYCLOAK=${url} PANJAREH_TEST_KEYCLOAK_TLS=${keycloak.tlsFile} npm test`,
  )
  print('Ctrl-C ends it and all that it kept')
  print('\nIn another shell, for npm run realm (docs/realm.md):')
  print('  set -a; . deploy/keycloak/demo.env; set +a')
  print(
    `  export PANJAREH_REALM_SERVER=${keycloak.url} PANJAREH_REALM_USER=admin PANJAREH_REALM_PASSWORD=admin`,
  )
  const close = (): void => void keycloak.close()
  process.once('SIGINT', close).once('SIGTERM', close)
} catch (error) {
  if (!(error instanceof KeycloakRefusal)) throw error
  print(error.message)
  process.exitCode = 1
}
