import { createHash } from 'node:crypto'

import type { LiveClient } from '../realm/realm-types.ts'

/**
 * The user as one sector sees them, the same value as Keycloak's `oidc-sha256-pairwise-sub-mapper`: the name-based UUID
 * (RFC 9562 §5.3, MD5) of SHA-256 over sector identifier, user id and salt. The sector is the host of
 * `sectorIdentifierUri`, else the one host of the client's redirect URIs (OpenID Connect Core §8.1).
 */
export function pairwiseSubject(
  config: Readonly<Record<string, string>>,
  client: Pick<LiveClient, 'redirectUris'>,
  userId: string,
): string {
  const sector = sectorOf(config['sectorIdentifierUri'], client.redirectUris)
  const salt = config['pairwiseSubAlgorithmSalt'] ?? ''
  const digest = createHash('sha256').update(sector).update(userId).update(salt).digest()
  const hash = createHash('md5').update(digest).digest('hex')
  const variant = ((Number.parseInt(hash.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `3${hash.slice(13, 16)}`,
    `${variant}${hash.slice(18, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}

function sectorOf(uri: string | undefined, redirectUris: readonly string[]): string {
  const given = uri !== undefined && uri !== '' ? uri : redirectUris[0]
  return given === undefined ? '' : (URL.parse(given)?.hostname ?? given)
}
