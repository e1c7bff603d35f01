// Mutation → what does it.

import type { RequestContext } from '../../schema/context.ts'
import type { Resolver } from '../own.ts'
import {
  replaceClientCertificate,
  replaceClientKeys,
  revokeClientTokens,
  rotateClientSecret,
  setClientEnabled,
  setClientRoles,
} from './clients/change-client.ts'
import { createClient } from './clients/create-client.ts'
import type { Desk } from './desk.ts'
import { resolverOf } from './queries.ts'
import { retireKey, revokeAllTokens, rotateKey, setProviderEnabled } from './realm/change-realm.ts'
import {
  endClientSession,
  endClientSessions,
  endMySession,
  endUserSession,
  endUserSessions,
} from './sessions/end-sessions.ts'
import {
  createUser,
  requireActions,
  resetOneTimeCodes,
  setUserEnabled,
  setUserRole,
  unlockUser,
} from './users/change-user.ts'

const ALL = {
  createAgencyClient: createClient,
  rotateAgencyClientSecret: rotateClientSecret,
  replaceAgencyClientKeys: replaceClientKeys,
  replaceAgencyClientCertificate: replaceClientCertificate,
  setAgencyClientEnabled: setClientEnabled,
  revokeAgencyClientTokens: revokeClientTokens,
  setAgencyClientRoles: setClientRoles,
  endClientSession: flat(endClientSession),
  endClientSessions: flat(endClientSessions),
  createUser,
  setUserEnabled,
  requireUserActions: requireActions,
  resetUserOneTimeCodes: resetOneTimeCodes,
  unlockUser,
  setUserRole,
  endUserSession: flat(endUserSession),
  endUserSessions: flat(endUserSessions),
  revokeAllTokens,
  setIdentityProviderEnabled: setProviderEnabled,
  rotateSignOnKey: rotateKey,
  retireSignOnKey: retireKey,
  endMySession,
} as const

export function mutations(desk: Desk): Readonly<Record<string, Resolver>> {
  const entries = Object.entries(ALL)
  return Object.fromEntries(entries.map(([name, change]) => [name, resolverOf(desk, change)]))
}

type Changing = (
  desk: Desk,
  values: Readonly<Record<string, unknown>>,
  context: RequestContext,
) => Promise<{ readonly change: string; readonly result: object }>

function flat(changing: Changing) {
  return async (...given: Parameters<Changing>) => {
    const { change, result } = await changing(...given)
    return { change, ...result }
  }
}
