// Who owns what: the mark on an object that the files made, and the list of those that cannot carry one.
import { createHash } from 'node:crypto'

import { type Fields, fieldsOf, listOf, textOf, textsOf } from './fields.ts'
import { type Item, type ItemName, MARKED, nameOf } from './kinds.ts'

/** On a client, role, scope or group: made by the files. On the realm: the list of all else that is. */
export const MARK = 'panjareh.managed'
/** On the realm: what was applied last, for drift. */
export const APPLIED = 'panjareh.applied'

/** What a flow is called for the moment in which its successor takes its name; Keycloak allows no brackets there. */
export const OUTGOING = ' - replaced'

export function withoutMarks(body: Fields): Fields {
  const { attributes } = body
  if (attributes === undefined) return body
  const { [MARK]: _mark, [APPLIED]: _applied, ...rest } = fieldsOf(attributes)
  return { ...body, attributes: rest }
}

export function withMark(body: Fields, kind: Item['kind']): Fields {
  const mark = kind === 'client' || kind === 'client-scope' ? 'true' : ['true']
  return { ...body, attributes: { ...fieldsOf(body['attributes']), [MARK]: mark } }
}

/** The whole realm with its marks, as a new server takes it: imported, it is ours from the first day. */
export function markAll(realm: Fields, items: readonly Item[]): Fields {
  const roles = fieldsOf(realm['roles'])
  const ofClients = Object.entries(fieldsOf(roles['client']))
  return {
    ...realm,
    attributes: { ...fieldsOf(realm['attributes']), [MARK]: listText(items) },
    roles: {
      ...roles,
      ...(roles['realm'] === undefined ? {} : { realm: marked('role', roles['realm']) }),
      ...(ofClients.length === 0
        ? {}
        : {
            client: Object.fromEntries(
              ofClients.map(([client, list]) => [client, marked('client-role', list)]),
            ),
          }),
    },
    ...(realm['clientScopes'] === undefined
      ? {}
      : { clientScopes: marked('client-scope', realm['clientScopes']) }),
    ...(realm['clients'] === undefined ? {} : { clients: marked('client', realm['clients']) }),
    ...(realm['groups'] === undefined ? {} : { groups: markGroups(listOf(realm['groups'])) }),
  }
}

function marked(kind: Item['kind'], list: unknown): readonly Fields[] {
  return listOf(list).map((each) => withMark(each, kind))
}

function markGroups(groups: readonly Fields[]): readonly Fields[] {
  return groups.map((group) => ({
    ...withMark(group, 'group'),
    ...(group['subGroups'] === undefined
      ? {}
      : { subGroups: markGroups(listOf(group['subGroups'])) }),
  }))
}

/** What the list says of an object. Of a user only a hash: names of people do not belong among a realm's attributes. */
export function listedAs(item: Pick<Item, 'kind' | 'key'>): string {
  const name = nameOf(item)
  if (item.kind !== 'user') return name
  return `user:${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 24)}`
}

function listText(items: readonly Item[]): string {
  return JSON.stringify(items.filter(isListed).map(listedAs).toSorted())
}

/** Parts that are there with their object in any case share its owner and are in no list. */
export function isListed({ kind }: Pick<Item, 'kind'>): boolean {
  return !MARKED.has(kind) && !SHARED.has(kind)
}

const SHARED: ReadonlySet<Item['kind']> = new Set([
  'role-composites',
  'scope-mapping',
  'service-account',
])

export function readList(realm: Fields): ReadonlySet<string> {
  const text = textOf(fieldsOf(realm['attributes'])[MARK])
  if (text === '') return new Set()
  try {
    return new Set(textsOf(JSON.parse(text)))
  } catch {
    // Somebody wrote over it: then nothing is ours, and nothing is touched without `--adopt`.
    return new Set()
  }
}

/** Tells of each object of a server whether it is ours. */
export function ownership(
  realm: Fields,
  items: readonly Item[],
): (item: Pick<Item, 'kind' | 'key' | 'parent'>) => boolean {
  const list = readList(realm)
  const withMarks = new Set<ItemName>(
    items
      .filter(({ kind, body }) => MARKED.has(kind) && MARK in fieldsOf(body['attributes']))
      .map(nameOf),
  )
  return (item) => {
    if (MARKED.has(item.kind)) return withMarks.has(nameOf(item))
    if (SHARED.has(item.kind)) return item.parent !== undefined && withMarks.has(item.parent)
    const name = listedAs(item)
    return list.has(name) || (item.kind === 'flow' && list.has(name.replace(OUTGOING, '')))
  }
}
