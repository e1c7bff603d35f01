// In: a realm as its files have it, and a data folder. Out: the realm as it is now: clients, users, roles, scopes and
// settings that the administration changes while it runs, its sessions, failed attempts and events. Changes are kept in
// the folder and put over the files at the next start. Never: a change of the files.
import { Attempts } from './attempts.ts'
import { type AdminEvent, EventLog, type SignOnEvent } from './event-log.ts'
import { KeptChanges, type Kind } from './kept-changes.ts'
import { type Change, LiveCollection, readerOf } from './live-collection.ts'
import {
  LiveClient,
  LiveRole,
  LiveScope,
  type Realm,
  RealmSettings,
  RealmUser,
} from './realm-types.ts'
import { effectiveRoles, type RoleNames } from './roles.ts'
import { UserSessions } from './user-sessions.ts'
import { stableId, type WholeRealm, withBuiltIns } from './with-built-ins.ts'

export type { LiveClient, LiveRole, LiveScope } from './realm-types.ts'
export type LiveUser = RealmUser
export type { Change } from './live-collection.ts'

export type RealmChange = { readonly kind: Kind } & Change

const SETTINGS = 'realm'
const readSettings = readerOf(RealmSettings)

interface Parts {
  readonly settings: RealmSettings
  readonly whole: WholeRealm
  readonly kept: KeptChanges
  readonly now: () => number
}

export class LiveRealm {
  /** By `clientId`. Adding one with a service account adds its user, too. */
  readonly clients: LiveCollection<LiveClient>
  /** By lower-case user name. */
  readonly users: LiveCollection<LiveUser>
  /** By `roleKey`. */
  readonly roles: LiveCollection<LiveRole>
  readonly scopes: LiveCollection<LiveScope>
  readonly sessions: UserSessions
  /** By lower-case user name. */
  readonly attempts: Attempts
  readonly events: EventLog<SignOnEvent>
  readonly adminEvents: EventLog<AdminEvent>
  readonly defaultScopes: readonly string[]
  readonly optionalScopes: readonly string[]
  readonly now: () => number
  readonly #kept: KeptChanges
  readonly #listeners: ((change: RealmChange) => void)[] = []
  #settings: RealmSettings

  /** @throws {SignOnError} DATA_UNUSABLE. */
  static async open(seed: Realm, folder?: string, now: () => number = Date.now) {
    const [whole, kept] = await Promise.all([withBuiltIns(seed), KeptChanges.open(folder)])
    const { clients: _c, users: _u, roles: _r, clientScopes: _s, ...settings } = seed
    return new LiveRealm({ settings, whole, kept, now })
  }

  private constructor({ settings, whole, kept, now }: Parts) {
    this.#kept = kept
    this.now = now
    const [patched] = kept.over('settings', [{ ...settings, id: SETTINGS }])
    this.#settings = readSettings(patched)
    this.defaultScopes = whole.defaultScopes
    this.optionalScopes = whole.optionalScopes
    this.clients = new LiveCollection<LiveClient>(
      {
        kind: 'client',
        read: readerOf(LiveClient),
        nameOf: (client) => client.clientId,
        keep: (change) => this.#keep('clients', change),
      },
      kept.over('clients', whole.clients),
    )
    this.users = new LiveCollection<LiveUser>(
      {
        kind: 'user',
        read: readerOf(RealmUser),
        nameOf: (user) => user.username.toLowerCase(),
        keep: (change) => this.#keep('users', change),
      },
      kept.over('users', whole.users),
    )
    this.roles = new LiveCollection<LiveRole>(
      {
        kind: 'role',
        read: readerOf(LiveRole),
        nameOf: (role) => roleKey(role.clientRole ? role.containerId : undefined, role.name),
        keep: (change) => this.#keep('roles', change),
      },
      kept.over('roles', whole.roles),
    )
    this.scopes = new LiveCollection<LiveScope>(
      {
        kind: 'client scope',
        read: readerOf(LiveScope),
        nameOf: (scope) => scope.name,
        keep: (change) => this.#keep('scopes', change),
      },
      kept.over('scopes', whole.scopes),
    )
    this.sessions = new UserSessions(() => this.#settings, now)
    this.attempts = new Attempts(() => this.#settings, now)
    this.events = new EventLog(now)
    this.adminEvents = new EventLog(now)
  }

  get settings(): RealmSettings {
    return this.#settings
  }

  get name(): string {
    return this.#settings.realm
  }

  /** Told of every change after it is in force, before it is on the disk. */
  onChange(listener: (change: RealmChange) => void): void {
    this.#listeners.push(listener)
  }

  /** @throws {SignOnError} INVALID; the realm's name cannot be changed. */
  async changeSettings(patch: Partial<RealmSettings>): Promise<RealmSettings> {
    const before = { ...this.#settings, id: SETTINGS }
    this.#settings = readSettings({ ...before, ...patch, realm: this.name })
    await this.#keep('settings', {
      id: SETTINGS,
      before,
      after: { ...this.#settings, id: SETTINGS },
    })
    return this.#settings
  }

  userNamed(username: string): LiveUser | undefined {
    return this.users.byName(username.toLowerCase())
  }

  /** What a user may do, with the roles that roles contain. */
  rolesOf(user: LiveUser): RoleNames {
    return effectiveRoles(this, user)
  }

  /** A role of the realm, or of a client (its id). */
  role(name: string, clientUuid?: string): LiveRole | undefined {
    return this.roles.byName(roleKey(clientUuid, name))
  }

  rolesOfClient(clientUuid: string): readonly LiveRole[] {
    return this.roles.list().filter((role) => role.clientRole && role.containerId === clientUuid)
  }

  get realmRoles(): readonly LiveRole[] {
    return this.roles.list().filter((role) => !role.clientRole)
  }

  serviceAccountOf(clientId: string): LiveUser | undefined {
    return this.users.list().find((user) => user.serviceAccountClientId === clientId)
  }

  /** The user that a client with a service account is; made if there is none yet. */
  async ensureServiceAccount(clientId: string): Promise<LiveUser> {
    const username = `service-account-${clientId}`.toLowerCase()
    return (
      this.serviceAccountOf(clientId) ??
      this.users.add({
        id: stableId(`${this.name}:${username}`),
        username,
        enabled: true,
        createdTimestamp: this.now(),
        realmRoles: [`default-roles-${this.name}`],
        clientRoles: {},
        serviceAccountClientId: clientId,
      })
    )
  }

  /** With its roles and its service account, as in Keycloak. */
  async removeClient(id: string): Promise<void> {
    const client = this.clients.get(id)
    const account = client && this.serviceAccountOf(client.clientId)
    await this.clients.remove(id)
    if (account !== undefined) await this.removeUser(account.id)
    for (const role of this.rolesOfClient(id)) await this.removeRole(role.id, client?.clientId)
  }

  /** Ends the user's sessions, too. */
  async removeUser(id: string): Promise<void> {
    await this.users.remove(id)
    this.sessions.endAllOf(id, 'user-disabled')
  }

  /** Takes it from everybody who has it; `clientId` names the client of a client role. */
  async removeRole(id: string, clientId = this.#clientIdOf(id)): Promise<void> {
    const role = this.roles.get(id)
    await this.roles.remove(id)
    if (role === undefined) return
    for (const user of this.users.list()) {
      const { realmRoles, clientRoles } = user
      if (!role.clientRole && realmRoles.includes(role.name)) {
        await this.users.change(user.id, { realmRoles: without(realmRoles, role.name) })
      }
      const held = clientId === undefined ? undefined : clientRoles[clientId]
      if (role.clientRole && clientId !== undefined && held?.includes(role.name)) {
        const left = { ...clientRoles, [clientId]: without(held, role.name) }
        await this.users.change(user.id, { clientRoles: left })
      }
    }
  }

  #clientIdOf(roleId: string): string | undefined {
    const role = this.roles.get(roleId)
    return role?.clientRole ? this.clients.get(role.containerId)?.clientId : undefined
  }

  async #keep(kind: Kind, change: Change): Promise<void> {
    for (const listener of this.#listeners) listener({ kind, ...change })
    await this.#kept.keep(kind, change.id, change.after)
  }
}

/** Roles of the realm and of clients may share a name. */
function roleKey(clientUuid: string | undefined, name: string): string {
  return `${clientUuid ?? ''}/${name}`
}

function without(names: readonly string[], name: string): string[] {
  return names.filter((other) => other !== name)
}
