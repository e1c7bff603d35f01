// In: what the files say of an object and what the server has. Out: the members that differ. Only members that the files
// speak of count: whatever else a server adds or knows is its own business.
import { canonical, type Fields, fieldsOf, isFields } from '../objects/fields.ts'

export interface Difference {
  /** JSON Pointer (RFC 6901) in the object. */
  readonly place: string
  readonly before: unknown
  readonly after: unknown
}

/** Maps that the files tell in full: an additional member is a difference, too. */
const WHOLE = /\/steps$/

export function differences(desired: unknown, observed: unknown, place = ''): Difference[] {
  const [after, before] = [read(desired), read(observed)]
  if (isFields(after) && (isFields(before) || before === undefined)) {
    return inMembers(after, fieldsOf(before), place)
  }
  const [wanted, there] = [byName(after), byName(before)]
  if (wanted !== undefined && there !== undefined) return inNamed(wanted, there, place)
  if (canonical(after) === canonical(before) || (isNothing(after) && isNothing(before))) return []
  return [{ place, before, after }]
}

function inMembers(desired: Fields, observed: Fields, place: string): Difference[] {
  const names = new Set(Object.keys(desired))
  if (WHOLE.test(place)) for (const name of Object.keys(observed)) names.add(name)
  return [...names].flatMap((name) =>
    differences(desired[name], observed[name], `${place}/${escaped(name)}`),
  )
}

/** Lists of named things are compared thing by thing, in any order; one too many is a difference. */
function inNamed(desired: Fields, observed: Fields, place: string): Difference[] {
  const names = new Set([...Object.keys(desired), ...Object.keys(observed)])
  return [...names].flatMap((name) =>
    name in desired && name in observed
      ? differences(desired[name], observed[name], `${place}/${escaped(name)}`)
      : [{ place: `${place}/${escaped(name)}`, before: observed[name], after: desired[name] }],
  )
}

function byName(value: unknown): Fields | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const named = value.flatMap((each: unknown) => {
    const name = isFields(each) ? each['name'] : undefined
    return typeof name === 'string' ? [[name, each] as const] : []
  })
  const found = new Map(named)
  return found.size === value.length ? Object.fromEntries(found) : undefined
}

/** Keycloak keeps structured attributes as JSON text; blanks and order in it mean nothing. */
function read(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** A server leaves out what is empty, and what is off. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return isFields(value) && Object.keys(value).length === 0
}

export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
