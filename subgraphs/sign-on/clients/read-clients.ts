// Agencies' clients as administrators see them. Never a secret or a key, only how old they are.

import { Type } from 'typebox'

import type { Desk } from '../desk.ts'
import { type Reach, reaches } from '../reach.ts'
import { attributeOf, ClientForm, EventForm, RoleForm, UserForm } from '../representations.ts'
import { agencyOf, findClient, isOurs } from './find-client.ts'

const WINDOW = 100
/** Windows that one question looks through. */
const MOST_WINDOWS = 10

export interface AskedClients {
  readonly agency: string | undefined
  readonly search: string | undefined
  readonly first: number
  readonly offset: number
}

/**
 * By client id. Keycloak cannot search by our attribute unless its operator allows it at the server, so the ids' common
 * beginning narrows and the attribute decides.
 */
export async function readClients(desk: Desk, reach: Reach, asked: AskedClients) {
  const nodes: ReturnType<typeof toAgencyClient>[] = []
  const prefix = prefixOf(reach, asked.agency)
  let offset = asked.offset
  for (let windows = 0; windows < MOST_WINDOWS; windows++) {
    const from = offset
    const page = await desk.api.read('clients', Type.Array(ClientForm), (admin) =>
      admin.clients.find({ clientId: prefix, search: true, first: from, max: WINDOW }),
    )
    for (const client of page ?? []) {
      if (nodes.length === asked.first) return { nodes, next: String(offset) }
      offset += 1
      if (fits(client, reach, asked)) nodes.push(toAgencyClient(client))
    }
    if ((page?.length ?? 0) < WINDOW) return { nodes, next: undefined }
  }
  return { nodes, next: String(offset) }
}

function prefixOf({ all, agencies }: Reach, agency: string | undefined): string {
  const [only, another] = agencies
  const narrowed = agency ?? (!all && another === undefined ? only : undefined)
  return narrowed === undefined ? 'agency-' : `agency-${narrowed}`
}

function fits(client: ClientForm, reach: Reach, { agency, search }: AskedClients): boolean {
  const own = agencyOf(client)
  if (!reaches(reach, own) || (agency !== undefined && own !== agency)) return false
  const sought = search?.toLowerCase() ?? ''
  return [client.clientId, client.name ?? ''].some((text) => text.toLowerCase().includes(sought))
}

/** Undefined for one out of reach and for one that does not exist alike. */
export async function readClient(desk: Desk, reach: Reach, clientId: string) {
  const client = await findClient(desk, clientId)
  return client && reaches(reach, agencyOf(client)) ? toAgencyClient(client) : undefined
}

const AUTHENTICATION: ReadonlyMap<string, string> = new Map([
  ['client-secret', 'SECRET'],
  ['client-secret-jwt', 'SECRET_JWT'],
  ['client-jwt', 'KEY'],
  ['client-x509', 'CERTIFICATE'],
])

/** With the internal id for the resolvers below; no field of the schema shows it. */
export function toAgencyClient(client: ClientForm) {
  const { id, clientId, name, enabled, attributes } = client
  const attribute = (of: string) => attributeOf(attributes, of)
  return {
    internalId: id,
    clientId,
    name,
    enabled,
    agency: agencyOf(client),
    origin: isOurs(client) ? 'ADMINISTRATION' : 'FILES',
    interactive: client.standardFlowEnabled ?? false,
    serviceAccount: client.serviceAccountsEnabled ?? false,
    authentication:
      client.publicClient === true
        ? 'NONE'
        : (AUTHENTICATION.get(client.clientAuthenticatorType ?? 'client-secret') ?? 'OTHER'),
    dpopBound: attribute('dpop.bound.access.tokens') === 'true',
    mtlsBound: attribute('tls.client.certificate.bound.access.tokens') === 'true',
    certificateSubject:
      client.clientAuthenticatorType === 'client-x509' ? attribute('x509.subjectdn') : undefined,
    redirectUris: client.redirectUris ?? [],
    scopes: client.defaultClientScopes ?? [],
    optionalScopes: client.optionalClientScopes ?? [],
    secretSince: secondsToMoment(attribute('client.secret.creation.time')),
    previousSecretUntil: secondsToMoment(attribute('client.secret.rotated.expiration.time')),
    keysSince: secondsToMoment(attribute(KEYS_SINCE)),
    revokedBefore: secondsToMoment(client.notBefore),
  }
}

export type AgencyClient = ReturnType<typeof toAgencyClient>

/** Keycloak does not keep when a key set was stored. */
export const KEYS_SINCE = 'panjareh.keys.since'

/** Keycloak writes 0 for never. */
export function secondsToMoment(seconds: string | number | undefined): string | undefined {
  const number = Number(seconds ?? 0)
  return Number.isSafeInteger(number) && number > 0
    ? new Date(number * 1000).toISOString()
    : undefined
}

/** Realm roles of its own, composed ones resolved; none without a service account. */
export async function readRoles(desk: Desk, client: AgencyClient): Promise<readonly string[]> {
  if (!client.serviceAccount) return []
  const account = await serviceAccountOf(desk, client.internalId)
  const roles = await desk.api.read('roles of a service account', Type.Array(RoleForm), (admin) =>
    admin.users.listCompositeRealmRoleMappings({ id: account }),
  )
  return (roles ?? []).map(({ name }) => name).toSorted()
}

export async function serviceAccountOf(desk: Desk, internalId: string): Promise<string> {
  const account = await desk.api.read('service account', UserForm, (admin) =>
    admin.clients.getServiceAccountUser({ id: internalId }),
  )
  return account?.id ?? ''
}

/** Undefined also where the events of the realm are not kept that long. */
export async function readLastUse(desk: Desk, { clientId }: AgencyClient) {
  const events = await desk.api.read('events', Type.Array(EventForm), (admin) =>
    admin.realms.findEvents({
      realm: desk.api.realm,
      client: clientId,
      type: ['CLIENT_LOGIN', 'CODE_TO_TOKEN'],
      max: 1,
    }),
  )
  const time = events?.[0]?.time
  return time === undefined ? undefined : new Date(time).toISOString()
}
