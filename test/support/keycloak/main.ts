// `npm run keycloak [-- --port N]`: a real Keycloak on this machine with the realm of this checkout, until Ctrl-C.
import { parseArgs } from 'node:util'

import { openCheckoutKeycloak } from './open-checkout-keycloak.ts'
import { KeycloakRefusal } from './run.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } })

try {
  const keycloak = await openCheckoutKeycloak(print, Number(values.port))
  print(`Keycloak ${keycloak.version}, up after ${(keycloak.bootMs / 1000).toFixed(1)} s`)
  print(`realm          ${keycloak.url}/realms/gov`)
  print(`administration ${keycloak.url}/admin/ (admin, admin)`)
  print('Ctrl-C ends it and all that it kept')
  const close = (): void => void keycloak.close()
  process.once('SIGINT', close).once('SIGTERM', close)
} catch (error) {
  if (!(error instanceof KeycloakRefusal)) throw error
  print(error.message)
  process.exitCode = 1
}
