// In: the live realm. Out: the stores that oidc-provider asks: clients from the realm as it is now, browser sessions only
// as long as the realm's own session lives, everything else from memory.
import type { Adapter, AdapterPayload } from 'oidc-provider'

import type { LiveRealm } from '../realm/live-realm.ts'
import { findClient } from './clients.ts'
import { MemoryStore, Shelf } from './memory-store.ts'

export function storesOf(realm: LiveRealm): (model: string) => Adapter {
  const shelf = new Shelf(realm.now)
  return (model) => {
    if (model === 'Client') return new ClientStore(realm, shelf)
    return model === 'Session' ? new SessionStore(realm, shelf) : new MemoryStore(model, shelf)
  }
}

class ClientStore extends MemoryStore {
  readonly #realm: LiveRealm

  constructor(realm: LiveRealm, shelf: Shelf) {
    super('Client', shelf)
    this.#realm = realm
  }

  override find(clientId: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(findClient(this.#realm, clientId))
  }
}

/** A session that was ended from elsewhere, is idle too long or too old is none: codes and refresh tokens end with it. */
class SessionStore extends MemoryStore {
  readonly #realm: LiveRealm

  constructor(realm: LiveRealm, shelf: Shelf) {
    super('Session', shelf)
    this.#realm = realm
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#living(await super.find(id))
  }

  override async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#living(await super.findByUid(uid))
  }

  #living(payload: AdapterPayload | undefined): AdapterPayload | undefined {
    if (payload?.accountId === undefined) return payload
    return this.#realm.sessions.get(payload.uid) === undefined ? undefined : payload
  }
}
