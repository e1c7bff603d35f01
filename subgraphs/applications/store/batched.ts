// Reads of one request that differ only in the application, gathered into one.

import DataLoader from 'dataloader'

import type { RequestContext } from '../../../schema/context.ts'

/** For each application asked in the same turn, the rows that `read` gives by its id; none where it gives nothing. */
export function batched<T>(
  read: (applications: readonly string[]) => Promise<ReadonlyMap<string, readonly T[]>>,
): (application: string, context: RequestContext) => Promise<readonly T[]> {
  const loaders = new WeakMap<RequestContext, DataLoader<string, readonly T[]>>()
  const open = (context: RequestContext) => {
    // Without a cache: a mutation of the same request may have added rows since.
    const loader = new DataLoader<string, readonly T[]>((ids) => readAll(ids), { cache: false })
    loaders.set(context, loader)
    return loader
  }
  const readAll = async (ids: readonly string[]): Promise<readonly (readonly T[])[]> => {
    const found = await read([...new Set(ids)])
    return ids.map((id) => found.get(id) ?? [])
  }
  return (application, context) => (loaders.get(context) ?? open(context)).load(application)
}
