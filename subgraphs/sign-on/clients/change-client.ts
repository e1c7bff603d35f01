// What an administrator does to a client of an agency. Each function takes what the caller sent, checks it, records the
// attempt, and tells what became of it; the client itself is read again only if somebody asks.

import { Type } from 'typebox'

import type { RequestContext } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import { SYSTEM } from '../admin-api.ts'
import { reasonOf, recordChange } from '../changes/record-change.ts'
import type { Desk } from '../desk.ts'
import { reachOf, roleFor } from '../reach.ts'
import { refusal } from '../refusal.ts'
import type { ClientForm } from '../representations.ts'
import { wellFormed } from '../well-formed.ts'
import { keyAttributes, subjectAttributes, subjectOf } from './credential.ts'
import { agencyOf, assertOurs, findClient, withinReach } from './find-client.ts'
import { assertGrantable, inquiryRolesOf, readPlainRoles, setRoles } from './grantable-roles.ts'
import { publicKeysOf } from './public-keys.ts'
import { serviceAccountOf, toAgencyClient } from './read-clients.ts'
import { readShownClient } from './show-client.ts'

export interface Sent {
  readonly clientId?: unknown
  readonly reason?: unknown
}

/** The attempt is recorded before it is known whether the caller may: a refused one is part of the record. */
export async function changeClient<Result>(
  desk: Desk,
  context: RequestContext,
  { sent, action, fields }: { sent: Sent; action: string; fields: readonly string[] },
  work: (client: ClientForm) => Promise<Result>,
) {
  const reach = reachOf(context.caller)
  const clientId = wellFormed('clientId', sent.clientId, 'clientId')
  const reason = reasonOf(sent.reason)
  const found = await findClient(desk, clientId)
  const agency = found && agencyOf(found)
  const target = { kind: 'CLIENT' as const, id: clientId }
  const role = roleFor(reach, agency)
  const { change, result } = await recordChange(
    desk,
    context,
    { action, target, agency, role, fields, reason },
    () => work(withinReach(found, reach)),
  )
  return { change, result, client: () => readShownClient(desk, reach, clientId) }
}

export function setClientEnabled(
  desk: Desk,
  sent: Sent & { enabled?: unknown },
  context: RequestContext,
) {
  const enabled = sent.enabled === true
  const action = enabled ? 'enableAgencyClient' : 'disableAgencyClient'
  const revoked = enabled ? [] : ['notBefore']
  const asked = { sent, action, fields: ['enabled', ...revoked] }
  return changeClient(desk, context, asked, async (client) => {
    const members = enabled ? { enabled } : { enabled, notBefore: Math.floor(desk.now() / 1000) }
    await desk.api.write('update client', (admin) =>
      admin.clients.update({ id: client.id }, members),
    )
    if (!enabled) await endMachine(desk, client)
  })
}

/** The tokens of its service account that are out. Those of people at it end with their sessions. */
async function endMachine(desk: Desk, { id, serviceAccountsEnabled }: ClientForm): Promise<void> {
  if (serviceAccountsEnabled !== true) return
  const account = await serviceAccountOf(desk, id)
  desk.ended({ kind: 'subject', id: account, atMs: desk.now() })
}

export function revokeClientTokens(desk: Desk, sent: Sent, context: RequestContext) {
  const asked = { sent, action: 'revokeAgencyClientTokens', fields: ['notBefore'] }
  return changeClient(desk, context, asked, async (client) => {
    const { id } = client
    const notBefore = Math.floor(desk.now() / 1000)
    await desk.api.write('update client', (admin) => admin.clients.update({ id }, { notBefore }))
    await desk.api.write('push revocation', (admin) => admin.clients.pushRevocation({ id }))
    await endMachine(desk, client)
  })
}

const SecretForm = Type.Object({ value: Type.String({ minLength: 16 }) })

/** The new secret stands in this answer and nowhere else. */
export async function rotateClientSecret(desk: Desk, sent: Sent, context: RequestContext) {
  const asked = { sent, action: 'rotateAgencyClientSecret', fields: ['secret'] }
  const { result, ...changed } = await changeClient(desk, context, asked, async (client) => {
    assertSignsInBy(client, 'SECRET')
    await desk.api.write('new secret', (admin) =>
      admin.clients.generateNewClientSecret({ id: client.id }),
    )
    return readSecret(desk, client.id)
  })
  return { ...changed, secret: result }
}

/** Of a client that has just got it. */
export async function readSecret(desk: Desk, id: string): Promise<string> {
  const secret = await desk.api.read('secret', SecretForm, (admin) =>
    admin.clients.getClientSecret({ id }),
  )
  if (secret !== undefined) return secret.value
  throw new SystemError('SYSTEM_REPLY_INVALID', SYSTEM, { operation: 'secret' })
}

export function replaceClientKeys(
  desk: Desk,
  sent: Sent & { jwks?: unknown },
  context: RequestContext,
) {
  const keys = publicKeysOf(sent.jwks)
  const asked = { sent, action: 'replaceAgencyClientKeys', fields: ['jwks'] }
  return changeClient(desk, context, asked, (client) => {
    assertSignsInBy(client, 'KEY')
    return desk.api.write('update client', (admin) =>
      admin.clients.update({ id: client.id }, { attributes: keyAttributes(keys, desk.now()) }),
    )
  })
}

/** A certificate that was renewed under the same subject needs no change. */
export function replaceClientCertificate(
  desk: Desk,
  sent: Sent & { certificateSubject?: unknown },
  context: RequestContext,
) {
  const attributes = subjectAttributes(subjectOf(sent.certificateSubject))
  const asked = { sent, action: 'replaceAgencyClientCertificate', fields: ['certificateSubject'] }
  return changeClient(desk, context, asked, (client) => {
    assertSignsInBy(client, 'CERTIFICATE')
    return desk.api.write('update client', (admin) =>
      admin.clients.update({ id: client.id }, { attributes }),
    )
  })
}

const WAYS = { SECRET: 'رمز', KEY: 'کلید', CERTIFICATE: 'گواهی' }

function assertSignsInBy(client: ClientForm, way: keyof typeof WAYS): void {
  if (toAgencyClient(client).authentication === way) return
  const said = {
    en: `This client does not sign in by a ${way.toLowerCase()}.`,
    fa: `این برنامه با ${WAYS[way]} وارد نمی‌شود.`,
  }
  throw refusal('CONFLICT', said, { fields: ['clientId'] })
}

export function setClientRoles(
  desk: Desk,
  sent: Sent & { roles?: unknown },
  context: RequestContext,
) {
  const roles = inquiryRolesOf(sent.roles)
  const asked = { sent, action: 'setAgencyClientRoles', fields: roles }
  return changeClient(desk, context, asked, async (client) => {
    assertOurs(client)
    if (client.serviceAccountsEnabled !== true) {
      const said = {
        en: 'People sign in at this client: it has no roles of its own.',
        fa: 'مردم در این برنامه وارد می‌شوند: نقشی از خود ندارد.',
      }
      throw refusal('CONFLICT', said, { fields: ['clientId'] })
    }
    const agency = agencyOf(client) ?? ''
    await assertGrantable(desk, reachOf(context.caller), { agency, roles })
    await setRoles(desk, client.id, { roles: await readPlainRoles(desk, roles), ofAll: false })
  })
}
