// The type package of oidc-provider describes its entry only; this is the one inner module that token exchange needs.
declare module 'oidc-provider/lib/helpers/grants.js' {
  import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

  /** Checks the `DPoP` header, if there is one (RFC 9449 §4.3). Throws InvalidDpopProof. */
  export function validateDpop(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    accessToken?: string,
  ): Promise<{ readonly thumbprint: string; readonly jti: string } | undefined>
  /** Throws InvalidGrant for a proof that was used before. */
  export function checkDpopReplay(
    provider: Provider,
    ctx: KoaContextWithOIDC,
    proof: { readonly thumbprint: string; readonly jti: string } | undefined,
    clientId: string,
  ): Promise<void>
}
