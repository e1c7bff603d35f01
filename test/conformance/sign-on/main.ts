// `npm run conformance [-- --write]`: one suite on real Keycloak and on the embedded sign-on, and the table of what each
// can do. `SKIP=keycloak` leaves Keycloak out by name and says so; nothing else does.
import { parseArgs } from 'node:util'

import { KeycloakRefusal } from '../../support/keycloak/run.ts'
import { conform } from './table/conform.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const skipped = new Set((process.env['SKIP'] ?? '').split(','))

try {
  const good = await conform({ print, write: values.write, keycloak: !skipped.has('keycloak') })
  process.exitCode = good ? 0 : 1
} catch (error) {
  if (!(error instanceof KeycloakRefusal)) throw error
  print(error.message)
  process.exitCode = 1
}
