// Names of a contract as names of GraphQL: letters, digits and `_`, not beginning with a digit or `__`.

import { toLatin } from './latin.ts'

/** `GetDriver-Info` → `getDriverInfo`, `2ndName` → `_2ndName`, `ID` → `id`. */
export function toFieldName(name: string): string {
  const words = wordsOf(name)
  const [first = 'value', ...rest] = words
  return legal(`${lowered(first)}${rest.map(capital).join('')}`)
}

/** `getDriverInfo` → `GetDriverInfo`. */
export function toTypeName(...names: readonly string[]): string {
  return legal(names.flatMap(wordsOf).map(capital).join('') || 'Value')
}

/** `Freight car` → `FREIGHT_CAR`; undefined when nothing of it can stand in a name. */
export function toEnumValue(text: string): string | undefined {
  const value = text.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '')
  if (value === '') return undefined
  const upper = /^[A-Za-z0-9]*[a-z][A-Z]/.test(value)
    ? value.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
    : value.toUpperCase()
  return /^(?:[0-9]|(?:TRUE|FALSE|NULL)$)/.test(upper) ? `_${upper}` : upper
}

/** `nocr-person` → `NOCR_PERSON`. */
export function toVariable(system: string, ...parts: readonly string[]): string {
  return [system, ...parts]
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
}

/** The first of name, name2, name3 … that is not taken yet; takes it. */
export function take(taken: Set<string>, wanted: string): string {
  let free = wanted
  for (let more = 2; taken.has(free); more++) free = `${wanted}${more}`
  taken.add(free)
  return free
}

function wordsOf(name: string): readonly string[] {
  return toLatin(name)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** The capitals at the beginning, but the one that begins the next word: `HTTPPort` → `httpPort`. */
function lowered(word: string): string {
  const run = /^[A-Z]+(?![a-z])/.exec(word)?.[0] ?? word.charAt(0)
  return run.toLowerCase() + word.slice(run.length)
}

function legal(name: string): string {
  const safe = name.replace(/^_+/, '_')
  return /^[0-9]/.test(safe) || safe === '' ? `_${safe}` : safe
}
