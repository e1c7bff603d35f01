// Sessions that all copies of the portal share, when it was told where.
import type { Settings } from '../options.ts'
import type { SessionStore, SessionStoreOptions } from './session-store.ts'

export interface SharedSessions {
  /** One client's. */
  open(
    clientId: string,
    options: SessionStoreOptions & {
      /** Sessions with requests under way at this copy. */
      readonly openHere: () => Iterable<string>
    },
  ): SessionStore
  isUp(): Promise<boolean>
  close(): void
}

/** Does not wait for the store. Undefined: each session is in this process's memory. */
export async function openSharedSessions({
  valkey,
  limits,
  log,
}: Settings): Promise<SharedSessions | undefined> {
  if (valkey === undefined) return undefined
  // Its client is loaded by those who use it only.
  const [{ ValkeyLink }, { ValkeySessions }, { RecordSeal }] = await Promise.all([
    import('./valkey-link.ts'),
    import('./valkey-sessions.ts'),
    import('./record-seal.ts'),
  ])
  const link = new ValkeyLink({ url: valkey.url, withinMs: limits.storeTimeoutMs, log })
  const seal = new RecordSeal(valkey.secret)
  return {
    open: (clientId, options) => new ValkeySessions({ ...options, clientId, link, seal }),
    isUp: () => link.isUp(),
    close: () => link.close(),
  }
}
