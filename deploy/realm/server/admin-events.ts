// Who changed what on a server: its admin events, told per object. Addresses are cut to their network, representations stay
// where they are: they may hold secrets.
import { type Fields, fieldsOf, listOf, textOf } from '../objects/fields.ts'
import type { Item } from '../objects/kinds.ts'
import { APPLIED } from '../objects/marks.ts'
import type { Server } from './server.ts'

export interface WhoChanged {
  /** ISO 8601, of the server's clock. */
  readonly at: string
  readonly operation: string
  readonly user: string
  readonly client: string
  /** `10.2.3.*` or `2001:db8:0:*` */
  readonly from: string
}

/** What is asked for at once; older events of a very busy realm are left out. */
const MOST_EVENTS = 1000
const MOST_PER_OBJECT = 3

/** In milliseconds of the server's clock, which need not be ours; 0 without any event, or without the right to see them. */
export async function newestEvent(server: Server): Promise<number> {
  const events = await readEvents(server, 1)
  return Number(events[0]?.['time'] ?? 0)
}

/** Newest first. */
export async function readEvents(server: Server, max = MOST_EVENTS): Promise<readonly Fields[]> {
  const { admin, realm } = server
  const events = await server.call('read admin events', () =>
    admin.realms.findAdminEvents({ realm, max }),
  )
  return listOf(events)
}

/** Events since a time, without the one by which the record itself was written. */
export function eventsSince(
  events: readonly Fields[],
  since: number,
  recorded: string,
): readonly Fields[] {
  const later = events.filter(
    ({ time, resourcePath }) => Number(time) > since && textOf(resourcePath) !== 'partial-export',
  )
  const own = later.findLast(
    (event) => isRealmUpdate(event) && blobIn(event) === recorded && recorded !== '',
  )
  return later.filter((event) => event !== own)
}

function isRealmUpdate({ resourceType, resourcePath }: Fields): boolean {
  return resourceType === 'REALM' && textOf(resourcePath) === ''
}

function blobIn({ representation }: Fields): string {
  try {
    const whole: unknown = JSON.parse(textOf(representation))
    return textOf(fieldsOf(fieldsOf(whole)['attributes'])[APPLIED])
  } catch {
    return ''
  }
}

/** Whoever touched this object, newest first. */
export async function whoChanged(
  server: Server,
  events: readonly Fields[],
  item: Pick<Item, 'kind' | 'key'> & {
    readonly id?: string | undefined
    readonly parentId?: string | undefined
  },
): Promise<readonly WhoChanged[]> {
  const touches = touching(item)
  const found = events.filter((event) => touches(event)).slice(0, MOST_PER_OBJECT)
  return Promise.all(found.map((event) => toWho(server, event)))
}

/** Where in the admin API each kind is changed. */
function touching(
  item: Pick<Item, 'kind' | 'key'> & {
    readonly id?: string | undefined
    readonly parentId?: string | undefined
  },
): (event: Fields) => boolean {
  const { kind, key, id = '', parentId = '' } = item
  const places: Partial<Record<Item['kind'], readonly RegExp[]>> = {
    'user-profile': [/^users\/profile/],
    'required-action': [at(`authentication/required-actions/${key}`)],
    component: [at(`components/${id}`)],
    role: [at(`roles-by-id/${id}`), at(`roles/${key}`)],
    'role-composites': [within(`roles-by-id/${id}`), within(`roles/${key}`)],
    'client-scope': [at(`client-scopes/${id}`)],
    flow: [/^authentication\/(?:flows|executions|config)\b/],
    'identity-provider': [at(`identity-provider/instances/${key}`)],
    'identity-provider-mapper': [/^identity-provider\/instances\/.*mappers/],
    client: [
      at(`clients/${id}`),
      new RegExp(`^clients/${id}/(?:client-secret|(?:default|optional)-client-scopes)`),
    ],
    'client-role': [within(`clients/${parentId}/roles`), at(`roles-by-id/${id}`)],
    mapper: [new RegExp(`^client(?:s|-scopes)/${parentId}/protocol-mappers`)],
    'scope-mapping': [new RegExp(`^client(?:s|-scopes)/${parentId}/scope-mappings`)],
    'default-scopes': [/^default-(?:default|optional)-client-scopes/],
    group: [at(`groups/${id}`), within(`groups/${id}`)],
    'service-account': [within(`users/${id}`)],
    user: [at(`users/${id}`), within(`users/${id}`)],
    'client-profile': [/^client-policies\/profiles/],
    'client-policy': [/^client-policies\/policies/],
  }
  const own = places[kind]
  return (event) =>
    own === undefined
      ? isRealmUpdate(event)
      : own.some((place) => place.test(textOf(event['resourcePath'])))
}

function at(path: string): RegExp {
  return new RegExp(`^${RegExp.escape(path)}$`)
}

function within(path: string): RegExp {
  return new RegExp(`^${RegExp.escape(path)}/`)
}

async function toWho(server: Server, event: Fields): Promise<WhoChanged> {
  const { realmId, userId, clientId, ipAddress } = fieldsOf(event['authDetails'])
  const realm = await realmOf(server, textOf(realmId))
  return {
    at: new Date(Number(event['time'])).toISOString(),
    operation: textOf(event['operationType']),
    user: await userOf(server, realm, textOf(userId)),
    client: await clientOf(server, realm, textOf(clientId)),
    from: masked(textOf(ipAddress)),
  }
}

/** Administrators are at home in the realm itself or in another, which the event names by its id. */
async function realmOf(server: Server, id: string): Promise<string> {
  const { admin } = server
  const realms = await quietly(() => admin.realms.find({ briefRepresentation: true }))
  return textOf(listOf(realms).find((each) => each['id'] === id)?.['realm']) || server.realm
}

async function userOf({ admin }: Server, realm: string, id: string): Promise<string> {
  const user = await quietly(() => admin.users.findOne({ id, realm }))
  const name = textOf(fieldsOf(user)['username'])
  return name === '' ? `${id} of ${realm}` : `${name} of ${realm}`
}

async function clientOf({ admin }: Server, realm: string, id: string): Promise<string> {
  const client = await quietly(() => admin.clients.findOne({ id, realm }))
  return textOf(fieldsOf(client)['clientId']) || id
}

/** Names are a courtesy: whoever may not read them, or has been deleted, is told by id. */
async function quietly(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch {
    return undefined
  }
}

function masked(address: string): string {
  return address.replace(/\.\d+$/, '.*').replace(/(?::[0-9a-f]*){1,5}$/i, ':*')
}
