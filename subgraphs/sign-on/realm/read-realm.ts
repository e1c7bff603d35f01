// The realm as an administrator sees it: its rules, its keys (public facts only), its identity providers.

import { X509Certificate } from 'node:crypto'

import { Type } from 'typebox'

import { secondsToMoment } from '../clients/read-clients.ts'
import type { Desk } from '../desk.ts'
import { type KeyForm, KeysForm, ProviderForm, RealmForm } from '../representations.ts'
import { toMoment } from '../to-moment.ts'

export async function readRealm(desk: Desk) {
  const { realm } = desk.api
  const found = await desk.api.read('realm', RealmForm, (admin) => admin.realms.findOne({ realm }))
  return (
    found && {
      name: found.realm,
      displayName: found.displayName,
      enabled: found.enabled ?? false,
      accessTokenSeconds: found.accessTokenLifespan,
      sessionIdleSeconds: found.ssoSessionIdleTimeout,
      sessionMaxSeconds: found.ssoSessionMaxLifespan,
      locksAfterFailures: found.bruteForceProtected === true ? found.failureFactor : undefined,
      keepsEvents: found.eventsEnabled ?? false,
      keepsAdminEvents: found.adminEventsEnabled ?? false,
      revokedBefore: secondsToMoment(found.notBefore),
    }
  )
}

export async function readKeyForms(desk: Desk): Promise<readonly KeyForm[]> {
  const { realm } = desk.api
  const found = await desk.api.read('keys', KeysForm, (admin) => admin.realms.getKeys({ realm }))
  return found?.keys ?? []
}

/** Secret keys (`HS512`, `AES`) are the sign-on's own affair. */
export async function readKeys(desk: Desk) {
  const keys = await readKeyForms(desk)
  return keys.filter(({ type }) => type !== 'OCT').map(toKey)
}

export function isInUse({ status }: KeyForm): boolean {
  return status === 'ACTIVE'
}

export function toKey(key: KeyForm) {
  const { kid, algorithm, type, use, status, validTo, providerPriority, certificate } = key
  return {
    kid: kid ?? '',
    algorithm,
    type,
    use,
    status,
    priority: providerPriority,
    validTo: validTo === undefined ? undefined : toMoment(validTo),
    certificateUntil: certificate === undefined ? undefined : expiryOf(certificate),
  }
}

/** Base64 of the DER, as Keycloak writes it. Undefined for what cannot be read. */
function expiryOf(certificate: string): string | undefined {
  try {
    const { validToDate } = new X509Certificate(Buffer.from(certificate, 'base64'))
    return validToDate.toISOString()
  } catch {
    return undefined
  }
}

const Providers = Type.Array(ProviderForm)

export async function readProviders(desk: Desk) {
  const found = await desk.api.read('identity providers', Providers, (admin) =>
    admin.identityProviders.find(),
  )
  return (found ?? []).map(toProvider)
}

export async function readProvider(desk: Desk, alias: string) {
  const found = await desk.api.read('identity provider', ProviderForm, (admin) =>
    admin.identityProviders.findOne({ alias }),
  )
  return found && toProvider(found)
}

function toProvider({ alias, displayName, providerId, enabled, trustEmail }: ProviderForm) {
  return {
    alias,
    displayName,
    kind: providerId,
    enabled: enabled ?? false,
    trustsEmail: trustEmail ?? false,
  }
}
