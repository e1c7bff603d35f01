// In: a realm file with the agencies' files beside it and the values of its placeholders. Out: the part of it that the
// embedded sign-on honours, typed. Never: a change to the file, or a guess for a placeholder without a value.
import { basename } from 'node:path'

import { Value } from 'typebox/value'

import { FindingsError } from '../../../../adapters/finding.ts'
import { readDesiredRealm } from '../../../realm/desired/desired-realm.ts'
import { SignOnError } from '../sign-on-error.ts'
import { Realm } from './realm-types.ts'
import { stableId } from './with-built-ins.ts'

export type { Realm } from './realm-types.ts'

/**
 * Reads the realm file and the agencies' files beside it as Keycloak's `--import-realm` would: `${NAME}` is replaced by a
 * variable; what the embedded sign-on has no use for is kept for the administration, unread.
 */
export async function readRealm(
  file: string | URL,
  variables: Readonly<Record<string, string>>,
): Promise<Realm> {
  const name = basename(file instanceof URL ? file.pathname : file)
  const realm = await readDesiredRealm(file).catch((cause: unknown) => {
    if (!(cause instanceof FindingsError)) throw cause
    throw new SignOnError('REALM_INVALID', cause.message, cause)
  })
  return parseRealm(JSON.stringify(realm), variables, name)
}

export function parseRealm(
  text: string,
  variables: Readonly<Record<string, string>>,
  file = 'realm',
): Realm {
  const raw = parseJson(substitute(text, variables, file), file)
  const realm = Value.Default(Realm, withUserIds(raw))
  if (Value.Check(Realm, realm)) {
    const unknown = unknownRoles(realm)
    if (unknown.length > 0) refuse(file, unknown)
    return realm
  }
  return refuse(
    file,
    Value.Errors(Realm, realm).map((error) => `${error.instancePath || '/'} ${error.message}`),
  )
}

/** A user without an id gets one that stays the same. */
function withUserIds(raw: unknown): unknown {
  if (!isRecord(raw) || !Array.isArray(raw['users'])) return raw
  const users = raw['users'].map((user: unknown) =>
    isRecord(user) && user['id'] === undefined
      ? { ...user, id: stableId(`${String(raw['realm'])}:${String(user['username'])}`) }
      : user,
  )
  return { ...raw, users }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function substitute(text: string, variables: Readonly<Record<string, string>>, file: string) {
  const missing = new Set<string>()
  const whole = text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (placeholder, name: string) => {
    const value = variables[name]
    if (value === undefined) missing.add(name)
    return value === undefined ? placeholder : JSON.stringify(value).slice(1, -1)
  })
  if (missing.size > 0) refuse(file, [`no value for ${[...missing].join(', ')}`])
  return whole
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SignOnError('REALM_INVALID', `${file}: is not JSON`, cause)
  }
}

function unknownRoles(realm: Realm): string[] {
  const known = new Set(realm.roles.realm.map((role) => role.name))
  return realm.users.flatMap((user) =>
    user.realmRoles
      .filter((role) => !known.has(role))
      .map((role) => `user ${user.username} has the role ${role}, which the realm lacks`),
  )
}

function refuse(file: string, findings: readonly string[]): never {
  throw new SignOnError('REALM_INVALID', `${file}: ${findings.join('; ')}`)
}
