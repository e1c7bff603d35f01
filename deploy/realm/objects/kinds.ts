// The kinds of objects of a realm in the order in which they can be made: each needs at most what stands before it.
// They are taken away in the opposite order.
import type { Fields } from './fields.ts'

export const KINDS = [
  'realm',
  'user-profile',
  'required-action',
  'component',
  'role',
  'client-scope',
  'flow',
  'identity-provider',
  'identity-provider-mapper',
  'client',
  'client-role',
  'role-composites',
  'mapper',
  'scope-mapping',
  'default-scopes',
  'bindings',
  'group',
  'service-account',
  'user',
  'client-profile',
  'client-policy',
] as const

export type Kind = (typeof KINDS)[number]

/** They have attributes, and so carry the mark of who owns them themselves. */
export const MARKED: ReadonlySet<Kind> = new Set([
  'role',
  'client-scope',
  'client',
  'client-role',
  'group',
])

/**
 * Never taken away by this command. A realm, a user and a federation of users are people's data; the others are there once in
 * every realm and can only be changed.
 */
export const LASTING: ReadonlySet<Kind> = new Set([
  'realm',
  'user-profile',
  'required-action',
  'role-composites',
  'scope-mapping',
  'default-scopes',
  'bindings',
  'service-account',
  'user',
])

/** One object of a realm, of the files or of a server. */
export interface Item {
  readonly kind: Kind
  /** Its natural key: the same on every server. */
  readonly key: string
  /** What is compared. No secret is in it. */
  readonly value: Fields
  /** The whole representation, for making it; may hold secrets. */
  readonly body: Fields
  /** The server's id, if it has one. */
  readonly id?: string | undefined
  /** The object that it is a part of and goes with. */
  readonly parent?: ItemName | undefined
}

/** `client:portal`, `mapper:client portal / national id` */
export type ItemName = `${Kind}:${string}`

export function nameOf({ kind, key }: Pick<Item, 'kind' | 'key'>): ItemName {
  return `${kind}:${key}`
}
