// What an administrator of the realm does to a person's account. Nobody changes their own, so that every change has two
// people in it; no account of a citizen is made here, for whoever makes one could be that citizen.

import { randomBytes } from 'node:crypto'

import { Type } from 'typebox'

import type { RequestContext } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import { SYSTEM } from '../admin-api.ts'
import { reasonOf, recordChange } from '../changes/record-change.ts'
import type { Desk } from '../desk.ts'
import { ADMINISTRATOR, wholeReachOf } from '../reach.ts'
import { refusal, refused } from '../refusal.ts'
import { CredentialForm, RoleForm, type UserForm } from '../representations.ts'
import { wellFormed } from '../well-formed.ts'
import { findUser, readUser } from './read-users.ts'

export interface SentOfUser {
  readonly id?: unknown
  readonly reason?: unknown
}

export async function changeUser<Result>(
  desk: Desk,
  context: RequestContext,
  { sent, action, fields }: { sent: SentOfUser; action: string; fields: readonly string[] },
  work: (user: UserForm) => Promise<Result>,
) {
  wholeReachOf(context.caller)
  const id = wellFormed('id', sent.id, 'id')
  const reason = reasonOf(sent.reason)
  const target = { kind: 'USER' as const, id }
  const told = { action, target, agency: undefined, role: ADMINISTRATOR, fields, reason }
  const { change, result } = await recordChange(desk, context, told, async () => {
    if (id === context.caller.subject) {
      const said = {
        en: 'Nobody changes their own account: ask another administrator.',
        fa: 'هیچ‌کس حساب خود را تغییر نمی‌دهد: از مدیر دیگری بخواهید.',
      }
      throw refusal('FORBIDDEN', said, { fields: ['id'] })
    }
    const user = await findUser(desk, id)
    if (user === undefined) throw refused('NOT_FOUND')
    return work(user)
  })
  return { change, result, user: () => readUser(desk, id) }
}

/** Disabling ends the sessions, too: Keycloak alone would let access tokens that are out live on. */
export function setUserEnabled(
  desk: Desk,
  sent: SentOfUser & { enabled?: unknown },
  context: RequestContext,
) {
  const enabled = sent.enabled === true
  const action = enabled ? 'enableUser' : 'disableUser'
  return changeUser(desk, context, { sent, action, fields: ['enabled'] }, async ({ id }) => {
    await desk.api.write('update user', (admin) => admin.users.update({ id }, { enabled }))
    if (!enabled) await logOut(desk, id)
  })
}

const ACTIONS = new Set(['UPDATE_PASSWORD', 'CONFIGURE_TOTP', 'VERIFY_PROFILE'])

export function requireActions(
  desk: Desk,
  sent: SentOfUser & { actions?: unknown },
  context: RequestContext,
) {
  const actions = Array.isArray(sent.actions) ? sent.actions.map(String) : []
  if (!actions.every((action) => ACTIONS.has(action))) {
    const said = {
      en: 'actions holds an unknown one.',
      fa: 'در actions کاری ناشناخته هست.',
    }
    throw refusal('INPUT_REJECTED', said, { fields: ['actions'] })
  }
  const asked = { sent, action: 'requireUserActions', fields: actions }
  return changeUser(desk, context, asked, ({ id, requiredActions = [] }) => {
    const all = [...new Set([...requiredActions, ...actions])]
    return desk.api.write('update user', (admin) =>
      admin.users.update({ id }, { requiredActions: all }),
    )
  })
}

/** Takes every one-time-code device away and ends the sessions that one of them may have opened. */
export function resetOneTimeCodes(desk: Desk, sent: SentOfUser, context: RequestContext) {
  const asked = { sent, action: 'resetUserOneTimeCodes', fields: ['otp'] }
  return changeUser(desk, context, asked, async ({ id, requiredActions = [] }) => {
    const form = Type.Array(CredentialForm)
    const held = await desk.api.read('credentials', form, (admin) =>
      admin.users.getCredentials({ id }),
    )
    for (const { id: credentialId } of (held ?? []).filter(({ type }) => type === 'otp')) {
      await desk.api.write('delete credential', (admin) =>
        admin.users.deleteCredential({ id, credentialId }),
      )
    }
    const all = [...new Set([...requiredActions, 'CONFIGURE_TOTP'])]
    await desk.api.write('update user', (admin) =>
      admin.users.update({ id }, { requiredActions: all }),
    )
    await logOut(desk, id)
  })
}

/** Everywhere; tokens that are out end with it. */
export async function logOut(desk: Desk, id: string): Promise<void> {
  await desk.api.write('log out user', (admin) => admin.users.logout({ id }))
  desk.ended({ kind: 'subject', id, atMs: desk.now() })
}

export function unlockUser(desk: Desk, sent: SentOfUser, context: RequestContext) {
  const asked = { sent, action: 'unlockUser', fields: ['lock'] }
  return changeUser(desk, context, asked, ({ id }) =>
    desk.api.write('unlock user', (admin) => admin.attackDetection.del({ id })),
  )
}

export function setUserRole(
  desk: Desk,
  sent: SentOfUser & { role?: unknown; held?: unknown },
  context: RequestContext,
) {
  const name = staffRoleOf(sent.role)
  const give = sent.held === true
  const action = give ? 'giveUserRole' : 'takeUserRole'
  return changeUser(desk, context, { sent, action, fields: [name] }, async ({ id }) => {
    const { id: roleId } = await readStaffRole(desk, name)
    const mapping = { id, roles: [{ id: roleId, name }] }
    await desk.api.write(action, (admin) =>
      give ? admin.users.addRealmRoleMappings(mapping) : admin.users.delRealmRoleMappings(mapping),
    )
    // A role that was taken shall not live on in a session's next token.
    if (!give) await logOut(desk, id)
  })
}

/** Roles of people who work here. `citizen` comes with the proof of who somebody is, and roles of clients are no realm roles. */
const STAFF_ROLE =
  /^(?:staff|sign-on-admin|counter-clerk|agency-admin:[a-z][a-z0-9-]{0,39}|inquiry:[a-z][a-z0-9-]{0,60})$/

function staffRoleOf(value: unknown): string {
  if (typeof value === 'string' && STAFF_ROLE.test(value)) return value
  const said = {
    en: 'role must be one of staff: staff, sign-on-admin, counter-clerk, agency-admin:… or inquiry:…',
    fa: 'role باید نقشی از کارکنان باشد: staff، sign-on-admin، counter-clerk، agency-admin:… یا inquiry:…',
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['role'] })
}

const Roles = Type.Array(RoleForm)

/** A role that contains others must contain none that could not be given by itself. */
async function readStaffRole(desk: Desk, name: string): Promise<RoleForm> {
  const role = await desk.api.read('role', RoleForm, (admin) => admin.roles.findOneByName({ name }))
  const parts =
    role?.composite === true
      ? await desk.api.read('parts of a role', Roles, (admin) =>
          admin.roles.getCompositeRoles({ id: role.id }),
        )
      : []
  const plain = (parts ?? []).every(
    (part) =>
      part.clientRole !== true && (STAFF_ROLE.test(part.name) || part.name === 'agency-admin'),
  )
  if (role !== undefined && role.clientRole !== true && plain) return role
  const said = {
    en: `${name} is no role that can be given here.`,
    fa: `نقش «${name}» را این‌جا نمی‌توان داد.`,
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['role'] })
}

interface NewUser {
  readonly userName?: unknown
  readonly firstName?: unknown
  readonly lastName?: unknown
  readonly roles?: unknown
}

const PASSWORD_BYTES = 18

/** Somebody of the staff. The password is for the first sign-in alone and stands in this answer and nowhere else. */
export async function createUser(
  desk: Desk,
  sent: { readonly user?: unknown; readonly reason?: unknown },
  context: RequestContext,
) {
  wholeReachOf(context.caller)
  const input: NewUser = typeof sent.user === 'object' && sent.user !== null ? sent.user : {}
  const username = wellFormed('userName', input.userName, 'userName')
  if (username.startsWith('service-account-')) {
    const said = {
      en: 'This is the name of a client.',
      fa: 'این نام از آنِ یک برنامه است.',
    }
    throw refusal('INPUT_REJECTED', said, { fields: ['userName'] })
  }
  const asked = Array.isArray(input.roles) ? input.roles.map(staffRoleOf) : []
  const names = [...new Set(['staff', ...asked])]
  const told = {
    action: 'createUser',
    target: { kind: 'USER' as const, id: username },
    agency: undefined,
    role: ADMINISTRATOR,
    fields: ['firstName', 'lastName', 'password', ...names],
    reason: reasonOf(sent.reason),
  }
  const person = {
    username,
    firstName: wellFormed('displayName', input.firstName, 'firstName'),
    lastName: wellFormed('displayName', input.lastName, 'lastName'),
  }
  const { change, result } = await recordChange(desk, context, told, () =>
    store(desk, person, names),
  )
  return { change, password: result.password, user: () => readUser(desk, result.id) }
}

async function store(
  desk: Desk,
  person: { username: string; firstName: string; lastName: string },
  names: readonly string[],
) {
  const roles: { id: string; name: string }[] = []
  for (const name of names) roles.push({ id: (await readStaffRole(desk, name)).id, name })
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  const created = await desk.api.write('create user', (admin) =>
    admin.users.create({
      ...person,
      enabled: true,
      emailVerified: false,
      requiredActions: ['UPDATE_PASSWORD'],
      credentials: [{ type: 'password', value: password, temporary: true }],
    }),
  )
  const id: unknown = typeof created === 'object' && created !== null && Reflect.get(created, 'id')
  if (typeof id !== 'string') {
    throw new SystemError('SYSTEM_REPLY_INVALID', SYSTEM, { operation: 'create user' })
  }
  try {
    await desk.api.write('add roles', (admin) => admin.users.addRealmRoleMappings({ id, roles }))
  } catch (error) {
    await desk.api.write('delete user', (admin) => admin.users.del({ id }))
    throw error
  }
  return { id, password }
}
