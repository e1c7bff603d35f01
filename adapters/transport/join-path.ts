// Joins an exchange's path to a system's address, and nothing outside it.

import { invariant } from '../../schema/errors.ts'
import type { ExchangeRequest } from '../adapter.ts'

/** What a URL keeps as it is and nobody can leave an address by: no dot segment, no empty one at the start. */
const PLAIN =
  /^\/(?!\/)(?:[A-Za-z0-9\-_~/]|%(?!2[eE])[0-9A-Fa-f]{2})*(?:\?[A-Za-z0-9\-._~/%=&+,:@!$*;]*)?$/

/**
 * The request target for `path` below `base`. An empty path is the address itself, with its query; a path that
 * begins with `?` replaces only the query. Percent-encoded bytes stay as they are (windows-1256 forms).
 * A path that leaves the address is a bug of the encoder above, which has to refuse such values.
 */
export function joinPath(base: URL, path: string): string {
  if (path === '') return base.pathname + base.search
  if (path.startsWith('?')) return base.pathname + path
  if (PLAIN.test(path)) return base.pathname + path.slice(base.pathname.endsWith('/') ? 1 : 0)
  const root = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`
  const target = new URL(root + path.replace(/^\/+/, ''), base.origin)
  const inside = target.origin === base.origin && target.pathname.startsWith(root)
  invariant(inside, 'an exchange leaves the address of its system')
  return target.pathname + target.search
}

/** The whole request target of an exchange: its path below the address, and the query of its credentials. */
export function toTarget(base: URL, { path, query }: ExchangeRequest): string {
  const target = joinPath(base, path)
  if (query === undefined || query === '') return target
  return `${target}${target.includes('?') ? '&' : '?'}${query}`
}
