// What every kind's work on a server needs: the server, the ids that it gave, and what is there already.
import { type Fields, fieldsOf, textOf } from '../objects/fields.ts'
import type { Item, ItemName, Kind } from '../objects/kinds.ts'
import { RealmError } from '../realm-error.ts'
import type { Server } from '../server/server.ts'

export interface Work {
  readonly server: Server
  /** The realm as it was read, for members that can only be written together. */
  readonly realm: Fields
  readonly ids: Map<ItemName, string>
}

/** One object to be as the files say. */
interface Task {
  /** As the files have it, filled; with secrets only if they are to be set. */
  readonly item: Item
  /** As the server has it. */
  readonly found: Item | undefined
}

/** How one kind is made, changed and taken away. */
export interface Hand {
  readonly create: (work: Work, task: Task) => Promise<void>
  readonly update: (work: Work, task: Task) => Promise<void>
  readonly remove?: (work: Work, found: Item) => Promise<void>
}

export type Hands = Partial<Record<Kind, Hand>>

export interface RoleName {
  readonly id: string
  readonly name: string
}

/** `citizen`, `account / view-profile`; throws a RealmError when there is no such role. */
export async function roleNamed({ server, ids }: Work, name: string): Promise<RoleName> {
  const { admin } = server
  const [client, role] = splitKey(name)
  const what = `role ${name}`
  if (client === undefined) {
    const found = await server.call(what, () => admin.roles.findOneByName({ name }))
    return { id: textOf(found?.id) || missing(what), name }
  }
  const id = ids.get(`client:${client}`) ?? missing(what)
  const found = await server.call(what, () => admin.clients.findRole({ id, roleName: role }))
  // A library that calls a role that is not there `null` does not say so in its types.
  return { id: textOf(fieldsOf(found)['id']) || missing(what), name: role }
}

function missing(what: string): never {
  throw new RealmError('REJECTED', `${what}: there is none`)
}

/** `account / view-profile` → client and role; a realm's role has no client. */
export function splitKey(key: string): readonly [client: string | undefined, name: string] {
  const at = key.indexOf(' / ')
  return at < 0 ? [undefined, key] : [key.slice(0, at), key.slice(at + 3)]
}

export function idOf({ ids }: Work, name: ItemName): string {
  return ids.get(name) ?? ''
}

/** Names to add and to take away so that `there` becomes `wanted`. */
export function changesOf(wanted: readonly string[], there: readonly string[]) {
  return {
    add: wanted.filter((name) => !there.includes(name)),
    drop: there.filter((name) => !wanted.includes(name)),
  }
}
