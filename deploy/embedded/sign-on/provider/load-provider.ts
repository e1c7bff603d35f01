import type * as OidcProvider from 'oidc-provider'

/**
 * Loads oidc-provider without its "Unsupported runtime" warning. It goes by `process.release.lts`, which this build of
 * Node 26 leaves out; the project pins its own Node, so the warning would tell a newcomer something that is not so.
 */
export async function loadProvider(): Promise<typeof OidcProvider> {
  const { release } = process
  if (release.lts !== undefined) return import('oidc-provider')
  Reflect.set(release, 'lts', 'Krypton')
  try {
    return await import('oidc-provider')
  } finally {
    Reflect.deleteProperty(release, 'lts')
  }
}
