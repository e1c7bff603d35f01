// Which roles somebody may give to a client of an agency: inquiry roles and none else; who administers one agency only
// those which that agency holds already. Never a role that contains others, for those would come unseen.

import { Type } from 'typebox'

import type { Desk } from '../desk.ts'
import type { Reach } from '../reach.ts'
import { refusal } from '../refusal.ts'
import { RoleForm } from '../representations.ts'
import { readClients, readRoles, serviceAccountOf } from './read-clients.ts'

const INQUIRY = 'inquiry:'
const MOST_ROLES = 60

function isInquiry(name: unknown): name is string {
  return typeof name === 'string' && /^inquiry:[a-z][a-z0-9-]{0,60}$/.test(name)
}

/** Distinct and sorted. Throws CallerError INPUT_REJECTED. */
export function inquiryRolesOf(value: unknown): readonly string[] {
  const names = Array.isArray(value) ? value : []
  if (names.length <= MOST_ROLES && names.every(isInquiry)) return [...new Set(names)].toSorted()
  const said = {
    en: `roles must be names of inquiry roles, ${MOST_ROLES} at most: no other role is given to a client here.`,
    fa: `roles باید نام نقش‌های استعلام باشد، حداکثر ${MOST_ROLES.toLocaleString('fa-IR')} تا: نقش دیگری این‌جا به برنامه‌ای داده نمی‌شود.`,
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['roles'] })
}

/** Throws CallerError FORBIDDEN for what the caller may not give, INPUT_REJECTED for what does not exist. */
export async function assertGrantable(
  desk: Desk,
  reach: Reach,
  { agency, roles }: { agency: string; roles: readonly string[] },
): Promise<void> {
  if (reach.all || roles.length === 0) return
  const held = await rolesOfAgency(desk, reach, agency)
  const beyond = roles.filter((role) => !held.has(role))
  if (beyond.length === 0) return
  const said = {
    en: `The agency itself does not hold ${beyond.join(', ')}: ask an administrator of the realm.`,
    fa: `خود دستگاه ${beyond.join('، ')} را ندارد: از مدیر کل ورود بخواهید.`,
  }
  throw refusal('FORBIDDEN', said, { fields: ['roles'] })
}

async function rolesOfAgency(desk: Desk, reach: Reach, agency: string) {
  const held = new Set<string>()
  const asked = { agency, search: undefined, first: 100, offset: 0 }
  const { nodes } = await readClients(desk, reach, asked)
  for (const client of nodes) {
    for (const role of await readRoles(desk, client)) if (role.startsWith(INQUIRY)) held.add(role)
  }
  return held
}

/** With their ids, as the admin API wants them. */
export async function readPlainRoles(desk: Desk, names: readonly string[]): Promise<RoleForm[]> {
  const roles: RoleForm[] = []
  for (const name of names) {
    const role = await desk.api.read('role', RoleForm, (admin) =>
      admin.roles.findOneByName({ name }),
    )
    if (role === undefined || role.composite === true || role.clientRole === true) {
      const said = {
        en: `${name} is no role that can be given here.`,
        fa: `نقش «${name}» را این‌جا نمی‌توان داد.`,
      }
      throw refusal('INPUT_REJECTED', said, { fields: ['roles'] })
    }
    roles.push(role)
  }
  return roles
}

/**
 * Gives what is missing and takes what is too much: of inquiry roles alone, or of all, for a new account comes with the
 * realm's default roles, which are for people.
 */
export async function setRoles(
  desk: Desk,
  internalId: string,
  { roles, ofAll }: { roles: readonly RoleForm[]; ofAll: boolean },
) {
  const id = await serviceAccountOf(desk, internalId)
  const form = Type.Array(RoleForm)
  const now = await desk.api.read('roles of a service account', form, (admin) =>
    admin.users.listRealmRoleMappings({ id }),
  )
  const held = now ?? []
  const missing = without(roles, held)
  const surplus = without(held, roles).filter(({ name }) => ofAll || name.startsWith(INQUIRY))
  // Taken first: half a change leaves too little rather than too much.
  if (surplus.length > 0) {
    await desk.api.write('remove roles', (admin) =>
      admin.users.delRealmRoleMappings({ id, roles: surplus }),
    )
  }
  if (missing.length > 0) {
    await desk.api.write('add roles', (admin) =>
      admin.users.addRealmRoleMappings({ id, roles: missing }),
    )
  }
}

function without(roles: readonly RoleForm[], others: readonly RoleForm[]) {
  const names = new Set(others.map(({ name }) => name))
  return roles.filter(({ name }) => !names.has(name)).map(({ id, name }) => ({ id, name }))
}
