// Clients of agencies within somebody's reach. A client of another agency is answered like one that does not exist; one
// that the realm files own is named to an administrator of the realm only.

import { Type } from 'typebox'

import type { Desk } from '../desk.ts'
import { type Reach, reaches } from '../reach.ts'
import { refusal, refused } from '../refusal.ts'
import { attributeOf, ClientForm } from '../representations.ts'

/** Set by the files of the agencies (deploy/keycloak/agencies) and on every client that is created here. */
export const AGENCY_ATTRIBUTE = 'panjareh.agency'
/** `administration` on what was created here. */
export const ORIGIN_ATTRIBUTE = 'panjareh.origin'
export const OURS = 'administration'
/** Set by the realm command on what the realm files own. */
const MANAGED_ATTRIBUTE = 'panjareh.managed'

const Clients = Type.Array(ClientForm)

/** By its public id; of no matter whose. */
export async function findClient(desk: Desk, clientId: string): Promise<ClientForm | undefined> {
  const found = await desk.api.read('clients', Clients, (admin) => admin.clients.find({ clientId }))
  return found?.find((client) => client.clientId === clientId)
}

export function agencyOf({ attributes }: ClientForm): string | undefined {
  return attributeOf(attributes, AGENCY_ATTRIBUTE)
}

export function isOurs({ attributes }: ClientForm): boolean {
  const origin = attributeOf(attributes, ORIGIN_ATTRIBUTE)
  return origin === OURS && attributeOf(attributes, MANAGED_ATTRIBUTE) === undefined
}

/** The client itself, if it is an agency's and within reach. Throws CallerError NOT_FOUND or FORBIDDEN. */
export function withinReach(client: ClientForm | undefined, reach: Reach): ClientForm {
  const agency = client && agencyOf(client)
  if (client && reaches(reach, agency)) return client
  if (client && reach.all) {
    const said = {
      en: `${client.clientId} is no agency's client: it is changed in deploy/keycloak/gov-realm.json and by "npm run realm -- apply".`,
      fa: `«${client.clientId}» از آنِ هیچ دستگاهی نیست: آن را در deploy/keycloak/gov-realm.json و با «npm run realm -- apply» تغییر دهید.`,
    }
    throw refusal('FORBIDDEN', said, { fields: ['clientId'] })
  }
  throw refused('NOT_FOUND')
}

/** Throws CallerError FORBIDDEN for what the next "realm apply" would undo. */
export function assertOurs(client: ClientForm): void {
  if (isOurs(client)) return
  const said = {
    en: `${client.clientId} is owned by deploy/keycloak/agencies: change it there and by "npm run realm -- apply".`,
    fa: `«${client.clientId}» از پرونده‌های deploy/keycloak/agencies است: آن‌جا و با «npm run realm -- apply» تغییرش دهید.`,
  }
  throw refusal('FORBIDDEN', said, { fields: ['clientId'] })
}
