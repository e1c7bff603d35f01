// A new client of an agency, from a closed set of inputs: no mapper, no flow, no scope and no attribute that the caller
// could name (CVE-2026-4629 came by a mapper in such a payload). Machines sign in by secret, key or certificate and may hold
// inquiry roles; at a client for people nothing opens the gateway, else an agency could read as whoever signs in there.

import type { RequestContext } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import { SYSTEM } from '../admin-api.ts'
import { reasonOf, recordChange } from '../changes/record-change.ts'
import type { Desk } from '../desk.ts'
import { type Reach, reaches, reachOf, roleFor } from '../reach.ts'
import { refusal, refused } from '../refusal.ts'
import { RoleForm } from '../representations.ts'
import { wellFormed } from '../well-formed.ts'
import { readSecret } from './change-client.ts'
import { type Credential, credentialOf } from './credential.ts'
import { AGENCY_ATTRIBUTE, findClient, ORIGIN_ATTRIBUTE, OURS } from './find-client.ts'
import { assertGrantable, inquiryRolesOf, readPlainRoles, setRoles } from './grantable-roles.ts'
import { readClients } from './read-clients.ts'
import { redirectAddressesOf } from './redirect-addresses.ts'
import { readShownClient } from './show-client.ts'

export interface NewClient {
  readonly agency?: unknown
  readonly name?: unknown
  readonly title?: unknown
  readonly jwks?: unknown
  readonly certificateSubject?: unknown
  readonly dpopBound?: unknown
  readonly redirectUris?: unknown
  readonly roles?: unknown
}

interface Wanted {
  readonly agency: string
  readonly clientId: string
  readonly title: string
  readonly credential: Credential
  /** Tokens to a key; those of a client with a certificate are bound to that. */
  readonly dpopBound: boolean
  readonly redirectUris: readonly string[]
  readonly roles: readonly string[]
}

/**
 * Of the realm file. `gateway` makes a token one for the gateway and `roles` fills it with rights: machines alone have
 * them. Both lists are always sent, for Keycloak would add offline access to a client without the second.
 */
const SCOPES = { machine: ['basic', 'roles', 'gateway'], people: ['basic', 'acr', 'profile'] }
/** What every machine of an agency is. */
const AGENCY_ROLE = 'agency'

/** Throws CallerError. The secret, if there is one, stands in this answer and nowhere else. */
export async function createClient(
  desk: Desk,
  sent: { readonly client?: unknown; readonly reason?: unknown },
  context: RequestContext,
) {
  const reach = reachOf(context.caller)
  const wanted = wantedOf(inputOf(sent.client), desk.now())
  const { agency, clientId, roles } = wanted
  const { change, result } = await recordChange(
    desk,
    context,
    {
      action: 'createAgencyClient',
      target: { kind: 'CLIENT', id: clientId },
      agency,
      role: roleFor(reach, agency),
      fields: [...fieldsOf(wanted), ...roles],
      reason: reasonOf(sent.reason),
    },
    async () => {
      if (!reaches(reach, agency)) throw refused('NOT_FOUND')
      await assertAgency(desk, agency)
      await assertRoom(desk, reach, agency)
      await assertGrantable(desk, reach, { agency, roles })
      return store(desk, wanted)
    },
  )
  return { change, secret: result, client: () => readShownClient(desk, reach, clientId) }
}

function inputOf(value: unknown): NewClient {
  return typeof value === 'object' && value !== null ? value : {}
}

function wantedOf(input: NewClient, nowMs: number): Wanted {
  const agency = wellFormed('agency', input.agency, 'agency')
  const name = wellFormed('clientName', input.name, 'name')
  const redirectUris = redirectAddressesOf(input.redirectUris)
  const roles = inquiryRolesOf(input.roles)
  if (redirectUris.length > 0 && roles.length > 0) {
    const said = {
      en: 'A client where people sign in has no roles of its own: make another one for machines.',
      fa: 'برنامه‌ای که مردم در آن وارد می‌شوند نقشی از خود ندارد: برای ماشین‌ها برنامهٔ دیگری بسازید.',
    }
    throw refusal('INPUT_REJECTED', said, { fields: ['roles'] })
  }
  const credential = credentialOf(input, nowMs)
  return {
    agency,
    // No file of an agency may have a dot in it, and no code of an agency has one.
    clientId: `agency-${agency}.${name}`,
    title: wellFormed('displayName', input.title, 'title'),
    credential,
    dpopBound: input.dpopBound !== false && credential.field !== 'certificateSubject',
    redirectUris,
    roles,
  }
}

function fieldsOf({ credential, dpopBound, redirectUris }: Wanted): readonly string[] {
  return [
    credential.field,
    ...(dpopBound ? ['dpopBound'] : []),
    ...(redirectUris.length > 0 ? ['redirectUris'] : []),
  ]
}

/** Each file of an agency makes this role. */
async function assertAgency(desk: Desk, agency: string): Promise<void> {
  const role = await desk.api.read('role', RoleForm, (admin) =>
    admin.roles.findOneByName({ name: `agency-admin:${agency}` }),
  )
  if (role !== undefined) return
  const said = {
    en: 'There is no such agency: it begins with a file in deploy/keycloak/agencies.',
    fa: 'چنین دستگاهی نیست: هر دستگاه با پرونده‌ای در deploy/keycloak/agencies آغاز می‌شود.',
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['agency'] })
}

const MOST_CLIENTS = 100

/** An agency has a handful; whoever makes hundreds fills the sign-on. */
async function assertRoom(desk: Desk, reach: Reach, agency: string): Promise<void> {
  const asked = { agency, search: undefined, first: MOST_CLIENTS, offset: 0 }
  const { nodes } = await readClients(desk, reach, asked)
  if (nodes.length < MOST_CLIENTS) return
  const said = {
    en: `The agency has ${MOST_CLIENTS} clients already.`,
    fa: `این دستگاه هم‌اکنون ${MOST_CLIENTS.toLocaleString('fa-IR')} برنامه دارد.`,
  }
  throw refusal('CONFLICT', said, { fields: ['agency'] })
}

async function store(desk: Desk, wanted: Wanted): Promise<string | undefined> {
  const roles = wanted.redirectUris.length > 0 ? [] : [AGENCY_ROLE, ...wanted.roles]
  const given = await readPlainRoles(desk, roles)
  await desk.api.write('create client', (admin) => admin.clients.create(toRepresentation(wanted)))
  const client = await findClient(desk, wanted.clientId)
  if (client === undefined) {
    throw new SystemError('SYSTEM_REPLY_INVALID', SYSTEM, { operation: 'create client' })
  }
  try {
    if (given.length > 0) await setRoles(desk, client.id, { roles: given, ofAll: true })
    return wanted.credential.field === 'secret' ? await readSecret(desk, client.id) : undefined
  } catch (error) {
    // Half a client is none: nobody has its secret.
    await desk.api.write('delete client', (admin) => admin.clients.del({ id: client.id }))
    throw error
  }
}

function toRepresentation(wanted: Wanted) {
  const { agency, clientId, title, credential, dpopBound, redirectUris } = wanted
  const forPeople = redirectUris.length > 0
  return {
    clientId,
    name: title,
    description: 'Created in the administration',
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    bearerOnly: false,
    consentRequired: forPeople,
    standardFlowEnabled: forPeople,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: !forPeople,
    frontchannelLogout: false,
    fullScopeAllowed: !forPeople,
    redirectUris: [...redirectUris],
    webOrigins: [],
    clientAuthenticatorType: credential.authenticator,
    attributes: {
      [AGENCY_ATTRIBUTE]: agency,
      [ORIGIN_ATTRIBUTE]: OURS,
      'dpop.bound.access.tokens': String(dpopBound),
      ...(forPeople ? { 'pkce.code.challenge.method': 'S256' } : {}),
      ...credential.attributes,
    },
    protocolMappers: [],
    defaultClientScopes: forPeople ? SCOPES.people : SCOPES.machine,
    optionalClientScopes: [],
  }
}
