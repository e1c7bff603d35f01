// In: a request to exchange a token. Out: what the new one is bound to. Never: a bound token in the hand of another client,
// as in Keycloak, or an unbound one for a client whose tokens are to be bound.
import type { JWTPayload } from 'jose'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { checkDpopReplay, validateDpop } from 'oidc-provider/lib/helpers/grants.js'

import { thumbprintShown } from '../provider/client-certificates.ts'
import type { loadProvider } from '../provider/load-provider.ts'
import { type Confirmation, confirmationOf } from './confirmation.ts'

interface Parts {
  readonly provider: Provider
  readonly errors: Awaited<ReturnType<typeof loadProvider>>['errors']
}

/** Members of `cnf`; undefined for a token that whoever has it may send. */
export async function checkHolder(
  parts: Parts,
  ctx: KoaContextWithOIDC,
  subject: JWTPayload,
): Promise<Readonly<Record<string, string>> | undefined> {
  const bound = confirmationOf(subject)
  const isBound = bound.jkt !== undefined || bound.x5t !== undefined
  if (isBound && subject['azp'] !== ctx.oidc.client?.clientId) {
    throw new parts.errors.InvalidRequest('the subject token is bound, and to another client')
  }
  const members = {
    ...(await checkKey(parts, ctx, bound)),
    ...checkCertificate(parts, ctx, bound),
  }
  return Object.keys(members).length === 0 ? undefined : members
}

/** RFC 9449 §5. */
async function checkKey({ provider, errors }: Parts, ctx: KoaContextWithOIDC, bound: Confirmation) {
  const { client } = ctx.oidc
  const proof = await validateDpop(provider, ctx)
  await checkDpopReplay(provider, ctx, proof, client?.clientId ?? '')
  if (bound.jkt !== undefined && proof?.thumbprint !== bound.jkt) {
    throw new errors.InvalidDpopProof('the subject token is bound to another key')
  }
  if (client?.dpopBoundAccessTokens === true && proof === undefined) {
    throw new errors.InvalidRequest('DPoP proof is missing')
  }
  return proof && { jkt: proof.thumbprint }
}

/** RFC 8705 §3. */
function checkCertificate({ errors }: Parts, ctx: KoaContextWithOIDC, bound: Confirmation) {
  const shown = thumbprintShown(ctx.req)
  if (bound.x5t !== undefined && shown !== bound.x5t) {
    throw new errors.InvalidRequest('the subject token is bound to another certificate')
  }
  if (ctx.oidc.client?.tlsClientCertificateBoundAccessTokens !== true) return undefined
  if (shown === undefined) throw new errors.InvalidRequest('the client certificate is missing')
  return { 'x5t#S256': shown }
}
