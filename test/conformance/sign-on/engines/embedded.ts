import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startSignOn } from '../../../../deploy/embedded/sign-on/sign-on.ts'
import { createAuthority, issueServer } from '../../../support/authority.ts'
import type { EngineOptions, SignOnEngine } from '../engine.ts'
import { realmOf } from './realm-of.ts'

/** The embedded sign-on on a free port, with nothing on the disk but its realm file. */
export async function openEmbedded(options: EngineOptions): Promise<SignOnEngine> {
  const realm = await realmOf(options)
  const folder = await mkdtemp(join(tmpdir(), 'sign-on-'))
  const realmFile = join(folder, 'gov-realm.json')
  await writeFile(realmFile, JSON.stringify(realm.representation))
  const authority = options.tls === true ? await createAuthority('Authority of a test') : undefined
  const server = authority && (await issueServer(authority))
  const signOn = await startSignOn({
    realmFile,
    port: 0,
    mode: 'development',
    ...(authority && server && { tls: { ...server, clients: authority.certificate } }),
  })
  const { origin, pathname } = new URL(signOn.issuer)
  return {
    name: 'embedded',
    issuer: signOn.issuer,
    realm: pathname.split('/').at(-1) ?? '',
    serverUrl: origin,
    adminUrl: `${origin}/admin${pathname}`,
    administration: {
      clientId: 'sign-on-admin',
      clientSecret: realm.secretOf('sign-on-admin') ?? '',
    },
    person: realm.person,
    secretOf: realm.secretOf,
    ...(authority && { tls: { address: signOn.tlsAddress ?? '', authority } }),
    close: async () => {
      await signOn.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
