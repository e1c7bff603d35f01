import { randomBytes } from 'node:crypto'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { EngineOptions, RealmFile, SignOnEngine } from '../engine.ts'
import { realmOf } from './realm-of.ts'

const Token = Type.Object({ access_token: Type.String() })

/** A realm of its own in a Keycloak that runs already; it is deleted at the end. */
export async function openKeycloak(
  serverUrl: string,
  options: EngineOptions,
): Promise<SignOnEngine> {
  const suite = await realmOf(options)
  const realm = `gov-${randomBytes(4).toString('hex')}`
  await asAdministrator(serverUrl, 'POST', '', named(suite.representation, realm))
  return {
    name: 'keycloak',
    issuer: `${serverUrl}/realms/${realm}`,
    realm,
    serverUrl,
    adminUrl: `${serverUrl}/admin/realms/${realm}`,
    administration: {
      clientId: 'sign-on-admin',
      clientSecret: suite.secretOf('sign-on-admin') ?? '',
    },
    person: suite.person,
    secretOf: suite.secretOf,
    close: () => asAdministrator(serverUrl, 'DELETE', `/${realm}`),
  }
}

/** Ids are unique in the whole server, not only in a realm, so that a second copy of a realm has none of the file. */
function named(representation: RealmFile, realm: string): RealmFile {
  const users = representation.users.map(({ id: _id, ...user }) => user)
  return { ...representation, id: realm, realm, users }
}

async function asAdministrator(serverUrl: string, method: string, path: string, body?: RealmFile) {
  const token = await fetch(`${serverUrl}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: 'admin',
      password: 'admin',
    }),
  })
  const { access_token } = Value.Parse(Token, await token.json())
  const response = await fetch(`${serverUrl}/admin/realms${path}`, {
    method,
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new TypeError(`Keycloak: ${response.status} ${await response.text()}`)
}
