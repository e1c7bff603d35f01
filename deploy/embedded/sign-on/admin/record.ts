// "Who changed what", as Keycloak's admin events say it. Never a secret: stars in its place.

import type { AdminEvent } from '../realm/event-log.ts'
import type { Asked } from './route.ts'

const SECRET = new Set(['secret', 'value', 'credentials', 'secretData'])

export function record(
  { realm, by, body }: Asked,
  operationType: AdminEvent['operationType'],
  resource: { readonly type: string; readonly path: string },
): void {
  realm.adminEvents.record({
    ...realm.adminEvents.stamp(),
    realmId: realm.name,
    operationType,
    resourceType: resource.type,
    resourcePath: resource.path,
    authDetails: { realmId: realm.name, ...by },
    ...(body === undefined ? {} : { representation: JSON.stringify(body, masked) }),
  })
}

function masked(name: string, value: unknown): unknown {
  return SECRET.has(name) && value !== undefined ? '**********' : value
}
