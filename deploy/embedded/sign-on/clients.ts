import type { ClientMetadata } from 'oidc-provider'

import type { RealmClient } from './realm.ts'

/** One realm client as oidc-provider knows it (the mapping of Keycloak's fields). */
export function toClientMetadata(client: RealmClient): ClientMetadata {
  const logout = client.attributes['post.logout.redirect.uris']
  return {
    client_id: client.clientId,
    ...(client.name === undefined ? {} : { client_name: client.name }),
    ...(client.publicClient
      ? { token_endpoint_auth_method: 'none' as const }
      : {
          client_secret: client.secret,
          token_endpoint_auth_method: 'client_secret_basic' as const,
        }),
    grant_types: [
      ...(client.standardFlowEnabled ? ['authorization_code', 'refresh_token'] : []),
      ...(client.serviceAccountsEnabled ? ['client_credentials'] : []),
    ],
    response_types: client.standardFlowEnabled ? ['code'] : [],
    redirect_uris: client.standardFlowEnabled ? client.redirectUris : [],
    // Keycloak writes several in one attribute, parted by "##".
    post_logout_redirect_uris: logout === undefined ? [] : logout.split('##'),
  }
}
