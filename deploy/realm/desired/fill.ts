// In: a realm with placeholders and the variables. Out: the realm with their values, and the values that must never be
// shown. Never: a guess for a variable that is not set.
import { FindingsError } from '../../../adapters/finding.ts'
import { type Fields, fieldsOf, isFields } from '../objects/fields.ts'

const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)\}/g
const SECRET_VARIABLE = /SECRET|PASSWORD|SALT|PRIVATE|TOKEN|CREDENTIAL/
const ENVIRONMENT = 'environment'
/** Shorter ones guess themselves, and masking them would garble every answer. */
const SHORTEST_SECRET = 8

export interface Filled {
  readonly realm: Fields
  /** Values of all variables that are secrets by their name. */
  readonly secrets: readonly string[]
}

/** @throws {FindingsError} of the environment: several files may name one variable. */
export function fill(realm: unknown, variable: (name: string) => string | undefined): Filled {
  const missing = new Set<string>()
  const short = new Set<string>()
  const secrets = new Set<string>()
  const take = (name: string): string => {
    const value = variable(name)
    if (value === undefined || value === '') {
      missing.add(name)
      return ''
    }
    if (SECRET_VARIABLE.test(name)) {
      if (value.length < SHORTEST_SECRET) short.add(name)
      secrets.add(value)
    }
    return value
  }
  const filled = fieldsOf(replaceIn(realm, take))
  const findings = [
    ...[...missing].map((name) => ({
      file: ENVIRONMENT,
      message: `${name} is not set, and the realm's files name it`,
    })),
    ...[...short].map((name) => ({
      file: ENVIRONMENT,
      message: `${name} is shorter than ${SHORTEST_SECRET} characters: choose a longer one`,
    })),
  ]
  if (findings.length > 0) throw new FindingsError(findings)
  return { realm: filled, secrets: [...secrets] }
}

function replaceIn(value: unknown, take: (name: string) => string): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(PLACEHOLDER, (_all, name: string) => take(name))
  }
  if (Array.isArray(value)) return value.map((each) => replaceIn(each, take))
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, replaceIn(each, take)]),
  )
}
