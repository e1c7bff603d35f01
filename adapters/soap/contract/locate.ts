// Where the file lies that an import names. In: the location as contracts write it. Out: paths to try, the exact one first,
// then places beside the contract that the end of a foreign address may mean. Never: a place that the folder does not hold.

import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'

export interface Candidates {
  /** The file that the location names; undefined when that is elsewhere. */
  readonly exact: string | undefined
  /** Files that may be a copy of it: taken only if their namespace is the right one. */
  readonly guesses: readonly string[]
  /** The address, when the location is one of the web. */
  readonly remote: URL | undefined
  /** Why there is no exact file. */
  readonly message: string
}

export interface Locating {
  /** The file that imports, relative to the folder. */
  readonly from: string
  /** The file that was asked for first: copies lie beside it. */
  readonly main: string
  /** May a relative location lead above the folder? Then only to a WSDL or an XML Schema. */
  readonly open: boolean
}

/** Segments of a foreign path that a copy may keep. */
const KEPT_SEGMENTS = 4
/** Folders above a contract that may be where its build ran. */
const LEVELS = 16
const CONTRACT_FILE = /\.(?:wsdl|xsd)$/i

export function locate(location: string, locating: Locating): Candidates {
  const plain = location.trim().split('#', 1)[0] ?? ''
  const scheme = /^(?:[a-z][a-z0-9+.-]+:|\/\/)/i.exec(plain)?.[0]
  const path = decoded(plain.replaceAll('\\', '/'))
  if (scheme !== undefined) {
    const remote = webAddress(plain)
    const guesses = guessed(path.slice(scheme.length), locating)
    return {
      exact: undefined,
      guesses,
      remote,
      message: `"${location}" is remote: put a copy beside this file`,
    }
  }
  const outside = `"${location}" is outside the system's folder`
  if (isAbsolute(path) || /^[a-z]:/i.test(path) || path === '') {
    return {
      exact: undefined,
      guesses: guessed(path, locating),
      remote: undefined,
      message: outside,
    }
  }
  const exact = within(join(dirname(locating.from), path), locating)
  const message = exact === undefined ? outside : `cannot read "${exact}" in the system's folder`
  const raw = within(join(dirname(locating.from), plain), locating)
  const guesses = [
    ...(raw === undefined ? [] : [raw]),
    ...guessed(path, locating),
    ...fromAbove(path, locating),
  ]
  return { exact, guesses: guesses.filter((each) => each !== exact), remote: undefined, message }
}

/** Builds write locations from the folder that they run in: some folder above the contract. */
function fromAbove(path: string, locating: Locating): readonly string[] {
  if (!locating.open || path.startsWith('.')) return []
  const folders = Array.from({ length: LEVELS }, (_, level) => '../'.repeat(level + 1))
  return folders.flatMap(
    (above) => within(join(dirname(locating.from), above, path), locating) ?? [],
  )
}

/** `C:/a/b.xsd`, `//host/a/b.xsd` and `/x?xsd=b.xsd` → the paths beside our files that end alike. */
function guessed(path: string, locating: Locating): readonly string[] {
  const [place = '', query] = path.split('?', 2)
  const segments = place.split('/').filter((each) => each !== '' && each !== '.' && each !== '..')
  const names = new Set(query === undefined ? [] : queried(segments.at(-1) ?? '', query))
  for (let kept = Math.min(KEPT_SEGMENTS, segments.length); kept > 0; kept -= 1) {
    names.add(segments.slice(-kept).join('/'))
  }
  const folders = new Set([dirname(locating.from), dirname(locating.main)])
  return [...folders].flatMap((folder) =>
    [...names].flatMap((name) => within(join(folder, name), locating) ?? []),
  )
}

/** Names under which people keep what a server gives for `Service.svc?xsd=xsd0`. */
function queried(service: string, query: string): readonly string[] {
  const value = decoded(query.slice(query.indexOf('=') + 1)).replace(/^(?:\.?\.?\/)+/, '')
  const kind = /^(?:single)?wsdl/i.test(query) ? 'wsdl' : 'xsd'
  const stem = service.replace(/\.[^.]*$/, '')
  const named = CONTRACT_FILE.test(value) ? [value, basename(value)] : []
  return [
    `${service}?${query}`,
    ...named,
    `${value}.${kind}`,
    `${service}.${value}.${kind}`,
    `${stem}.${value}.${kind}`,
    `${stem}_${value}.${kind}`,
  ]
}

function within(path: string, { open }: Locating): string | undefined {
  const inside = normalize(path).split(sep).join('/')
  if (!isOutside(inside)) return inside
  return open && CONTRACT_FILE.test(inside) ? inside : undefined
}

/** Does a path relative to a folder lead out of it? */
export function isOutside(path: string): boolean {
  return path === '' || path === '.' || path === '..' || path.startsWith('../') || isAbsolute(path)
}

/** The path relative to a folder, in the manner of the web. */
export function toRelative(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

function webAddress(location: string): URL | undefined {
  const url = URL.parse(location.startsWith('//') ? `https:${location}` : location)
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location)
  } catch {
    return location
  }
}
