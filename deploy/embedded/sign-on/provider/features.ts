// In: the live realm. Out: the features of oidc-provider that make it a small Keycloak, each with Persian pages.
import type { Client, Configuration, KoaContextWithOIDC, ResourceServer } from 'oidc-provider'

import { deviceCodePage, deviceConfirmPage, deviceDonePage } from '../device-pages.ts'
import { logoutPage, signedOutPage } from '../pages.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import { sendHeaders } from '../security-headers.ts'
import { allScopes, GATEWAY, NO_SCOPE } from '../sign-in/join-session.ts'
import { accessTokenAlgorithm, accessTokenLifespan } from '../tokens/access-token.ts'
import { isKnownScope } from '../tokens/claims.ts'
import { clientCertificates } from './client-certificates.ts'
import { targetsOf } from './clients.ts'
import type { loadProvider } from './load-provider.ts'

type Errors = Awaited<ReturnType<typeof loadProvider>>['errors']

export function features(realm: LiveRealm, errors: Errors): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    // Keycloak accepts an access token with an audience at userinfo, oidc-provider does not: see tokens/userinfo.ts.
    userinfo: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    // Without nonces, as Keycloak: a proof holds for its `iat` and once.
    dPoP: { enabled: true },
    mTLS: clientCertificates,
    // Ends sessions in all ways, not only by this provider's own logout: see sign-out/backchannel-logout.ts.
    backchannelLogout: { enabled: false },
    deviceFlow: deviceFlow(realm),
    introspection: { enabled: true, allowedPolicy: () => false },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        sendHeaders(ctx.res, realm.clients.list().flatMap(targetsOf))
        ctx.body = logoutPage(realm.settings.displayName, form)
      },
      postLogoutSuccessSource: (ctx) => {
        sendHeaders(ctx.res, [])
        ctx.body = signedOutPage(realm.settings.displayName)
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => GATEWAY,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, _resource, client) => resourceServer(realm, errors, ctx, client),
    },
  }
}

function deviceFlow(realm: LiveRealm): NonNullable<Configuration['features']>['deviceFlow'] {
  const title = (): string => realm.settings.displayName
  return {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    // The user's browser and address are nobody's business here.
    deviceInfo: () => ({}),
    userCodeInputSource: async (ctx, ...given) => {
      const error: unknown = given[2]
      const code = textOf(ctx.state['userCode'])
      const known = error === undefined && (await findDevice(ctx, code))
      sendHeaders(ctx.res, [])
      const page = { title: title(), action: actionOf(ctx), xsrf: xsrfOf(ctx), code }
      if (known) {
        ctx.body = deviceConfirmPage({ ...page, client: nameOf(realm, known.clientId) })
        return
      }
      const wrong = error !== undefined || code !== ''
      if (wrong) ctx.state['wrongUserCode'] = true
      ctx.body = deviceCodePage({ ...page, problem: wrong ? problemOf(error) : undefined })
    },
    userCodeConfirmSource: (ctx, ...[, client, , userCode]) => {
      sendHeaders(ctx.res, [])
      ctx.body = deviceConfirmPage({
        title: title(),
        action: actionOf(ctx),
        xsrf: xsrfOf(ctx),
        code: userCode,
        client: nameOf(realm, client.clientId),
      })
    },
    successSource: (ctx) => {
      sendHeaders(ctx.res, [])
      ctx.body = deviceDonePage(title())
    },
  }
}

function resourceServer(
  realm: LiveRealm,
  errors: Errors,
  ctx: KoaContextWithOIDC,
  { clientId }: Client,
): ResourceServer {
  const client = realm.clients.byName(clientId)
  if (client === undefined) throw new errors.InvalidClient('client not found')
  const unknown = askedScopes(ctx).find((scope) => !isKnownScope(realm, client, scope))
  if (unknown !== undefined) throw new errors.InvalidScope('no such scope', unknown)
  const isMachine = ctx.oidc.params?.['grant_type'] === 'client_credentials'
  if (isMachine && realm.serviceAccountOf(clientId)?.enabled !== true) {
    throw new errors.UnauthorizedClient('the service account of this client is not enabled')
  }
  const { accessTokenLifespan: usual, defaultSignatureAlgorithm } = realm.settings
  return {
    scope: allScopes(realm),
    audience: GATEWAY,
    accessTokenTTL: accessTokenLifespan(client, usual),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: accessTokenAlgorithm(client, defaultSignatureAlgorithm) } },
  }
}

/** As they were sent: the provider takes `offline_access` out by itself, and Keycloak refuses whoever asks for it. */
function askedScopes(ctx: KoaContextWithOIDC): string[] {
  const sent = ctx.oidc.body ?? ctx.query
  return textOf(sent['scope'])
    .split(' ')
    .filter((scope) => scope !== '')
}

/** The code of the link, as it is written or without the line in the middle. */
async function findDevice(ctx: KoaContextWithOIDC, typed: string) {
  const { DeviceCode } = ctx.oidc.provider
  const code = typed.toUpperCase().replaceAll(/[^A-Z]/g, '')
  if (code === '') return false
  const found = await DeviceCode.findByUserCode(code)
  return found !== undefined && found.accountId === undefined && found
}

function nameOf(realm: LiveRealm, clientId: string | undefined): string {
  return realm.clients.byName(clientId ?? '')?.name ?? clientId ?? ''
}

function actionOf(ctx: KoaContextWithOIDC): string {
  return new URL(ctx.oidc.urlFor('code_verification')).pathname
}

function xsrfOf(ctx: KoaContextWithOIDC): string {
  return textOf(ctx.oidc.session?.state?.['secret'])
}

function problemOf(error: unknown): 'wrong' | 'expired' | 'aborted' {
  const name = error instanceof Error ? error.constructor.name : ''
  if (name === 'ExpiredError' || name === 'AlreadyUsedError') return 'expired'
  return name === 'AbortedError' ? 'aborted' : 'wrong'
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== NO_SCOPE ? value : ''
}
