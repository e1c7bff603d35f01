import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { EngineOptions, EngineTls, RealmFile, SignOnEngine } from '../engine.ts'
import { realmOf } from './realm-of.ts'

const Token = Type.Object({ access_token: Type.String() })
const Tls = Type.Object({
  url: Type.String(),
  authority: Type.Object({ certificate: Type.String(), key: Type.String() }),
})

interface Server {
  readonly url: string
  /** As the runner wrote it (test/support/keycloak). */
  readonly tlsFile: string | undefined
}

/** A realm of its own in a Keycloak that runs already; it is deleted at the end. */
export async function openKeycloak(
  { url: serverUrl, tlsFile }: Server,
  options: EngineOptions,
): Promise<SignOnEngine> {
  const suite = await realmOf(options)
  const realm = `gov-${randomBytes(4).toString('hex')}`
  const tls = options.tls === true ? { tls: await readTls(tlsFile, realm) } : {}
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
    ...tls,
    close: () => asAdministrator(serverUrl, 'DELETE', `/${realm}`),
  }
}

async function readTls(file: string | undefined, realm: string): Promise<EngineTls> {
  if (file === undefined) {
    throw new TypeError('PANJAREH_TEST_KEYCLOAK_TLS is not set; npm run keycloak says to what')
  }
  const { url, authority } = Value.Parse(Tls, JSON.parse(await readFile(file, 'utf8')))
  return { address: `${url}/realms/${realm}`, authority }
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
