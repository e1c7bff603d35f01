// Where a secret stands in a representation, and how it is told from the rest: by the name of the member. What is masked
// once is masked everywhere, in answers of the server too.
import { type Fields, isFields } from './fields.ts'

export const MASK = '••••••'

const SECRET_NAMES =
  /(?:^|[._])(?:client)?(?:secret|password|credential|salt|private\.?key|token)$|(?:Secret|Password|Credential|Salt|PrivateKey|SecretKey|AccessToken)$|secret\.key$|^secretData$/
/** A policy or a switch about passwords is none. */
const NO_SECRETS = new Set(['use.refresh.tokens', 'resetPassword'])

/** A JSON Pointer's place (RFC 6901), from the representation's own root. */
export type Secrets = ReadonlyMap<string, string>

export function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name) && !NO_SECRETS.has(name)
}

/** The same without its secrets: neither compared nor shown with the rest. */
export function withoutSecrets(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, value]) => !isSecretName(name) || isSwitch(value))
      .map(([name, value]) => [name, isFields(value) ? withoutSecrets(value) : value]),
  )
}

export function secretsIn(fields: Fields, place = ''): Secrets {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(fields)) {
    const here = `${place}/${name}`
    if (isFields(value)) for (const [at, secret] of secretsIn(value, here)) found.set(at, secret)
    else if (isSecretName(name) && !isSwitch(value)) {
      const text: unknown = Array.isArray(value) ? value[0] : value
      if (typeof text === 'string' && text !== '') found.set(here, text)
    }
  }
  return found
}

/** `access.token` as the name of a switch of a mapper, for instance. */
function isSwitch(value: unknown): boolean {
  return (
    typeof value === 'boolean' || typeof value === 'number' || value === 'true' || value === 'false'
  )
}
