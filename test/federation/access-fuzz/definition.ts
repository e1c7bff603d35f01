// What the access directives demand, by their definition (docs/access.md), from plain data: slowly, and with nothing of the gateway.

import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'

import type { ErrorCode } from '../../../schema/errors.ts'
import type { Asker } from './askers.ts'
import { type Demand, type Demands, LEVELS } from './demands.ts'

export interface Guarded {
  /** With what is inaccessible. */
  readonly schema: GraphQLSchema
  readonly demands: Demands
  /** What a field brings along: coordinate → coordinates. */
  readonly brought: ReadonlyMap<string, readonly string[]>
  /** Fields that come from an interface object: coordinate → that of the interface. */
  readonly facade: ReadonlyMap<string, string>
}

/** All that is demanded of whoever reads the field, and what it is that demands it. */
export function demandsOf(guarded: Guarded, coordinate: string): readonly Demand[] {
  const all = new Set([coordinate])
  for (let before = 0; before < all.size;) {
    before = all.size
    for (const one of all) for (const other of along(guarded, one)) all.add(other)
  }
  return [...all].flatMap((one) => ofOne(guarded, one))
}

/** Of an interface the same field of all types behind it; and all that it brings along, also as a field of an interface. */
function along(guarded: Guarded, coordinate: string): readonly string[] {
  const { schema, brought } = guarded
  const [parent = '', name = ''] = coordinate.split('.')
  const type = schema.getType(parent)
  const above = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []
  const behind = isInterfaceType(type) ? schema.getPossibleTypes(type) : []
  return [
    ...behind.map((one) => `${one.name}.${name}`),
    ...[parent, ...above.map((one) => one.name)].flatMap(
      (one) => brought.get(`${one}.${name}`) ?? [],
    ),
  ]
}

function ofOne({ schema, demands, facade }: Guarded, coordinate: string): readonly Demand[] {
  const [parent = '', name = ''] = coordinate.split('.')
  const said = (at: string) => demands.get(at) ?? []
  const type = schema.getType(parent)
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
  const returned = field && getNamedType(field.type)
  const above = facade.get(coordinate)
  return [
    ...said(parent),
    ...said(coordinate),
    ...(returned === undefined || isUnionType(returned) ? [] : said(returned.name)),
    ...(above === undefined ? [] : [...said(above.split('.')[0] ?? ''), ...said(above)]),
  ]
}

export interface Reason {
  readonly code: ErrorCode
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

const isOther = ({ caller }: Asker) => caller.kind === 'agency' || caller.kind === 'staff'

/** Why one who asks may not read what has these demands; undefined if they may. */
export function reasonOf(demands: readonly Demand[], asker: Asker): Reason | undefined {
  const { caller } = asker
  const real = demands.filter((one) => one.kind !== 'subject')
  const ofCase = demands.some((one) => one.kind === 'subject' && one.others === 'case')
  if (caller.kind === 'anonymous') {
    return !ofCase && real.every(isOpen) ? undefined : { code: 'UNAUTHENTICATED' }
  }
  const codes = new Set(real.map((one) => codeOf(one, real, asker)))
  if (ofCase && isOther(asker) && asker.caseOf === undefined) codes.add('CASE_REQUIRED')
  const code = ORDER.find((one) => codes.has(one))
  return code && { code, extensions: EXTENSIONS[code]?.(real) }
}

/** An alternative may ask for nothing. */
function isOpen(demand: Demand): boolean {
  return 'lists' in demand && demand.lists.some((names) => names.length === 0)
}

/** Nobody is asked for what would not help. */
const ORDER = [
  'FORBIDDEN',
  'PURPOSE_REQUIRED',
  'INSUFFICIENT_AUTHENTICATION',
  'CASE_REQUIRED',
] as const

const EXTENSIONS: Partial<
  Record<ErrorCode, (all: readonly Demand[]) => Readonly<Record<string, unknown>>>
> = {
  PURPOSE_REQUIRED: (all) => ({ purposes: fitting(all), header: 'Panjareh-Purpose' }),
  CASE_REQUIRED: () => ({ header: 'X-Road-Issue' }),
  INSUFFICIENT_AUTHENTICATION: (all) => {
    const asked = all.filter((one) => one.kind === 'assurance')
    const acrValues = LEVELS.findLast((level) => asked.some(({ acr }) => acr === level))
    const ages = asked.flatMap(({ maxAge }) => (maxAge === null ? [] : [maxAge]))
    return ages.length === 0 ? { acrValues } : { acrValues, maxAge: Math.min(...ages) }
  },
}

/** The purposes that one with all their roles could name. */
function fitting(all: readonly Demand[]): readonly string[] {
  const asked = all.filter((one) => one.kind === 'purpose')
  return (asked[0]?.codes ?? []).filter(
    (code) =>
      asked.every(({ codes }) => codes.includes(code)) &&
      all.every(
        (one) =>
          one.kind !== 'policy' ||
          one.lists.some((names) =>
            names.every((role) => !role.startsWith('inquiry:') || role === `inquiry:${code}`),
          ),
      ),
  )
}

function codeOf(demand: Demand, all: readonly Demand[], asker: Asker): ErrorCode | undefined {
  switch (demand.kind) {
    case 'authenticated':
    case 'subject':
      return undefined
    case 'requiresScopes':
      return isMet(demand.lists, (one) => asker.caller.scopes.has(one)) ? undefined : 'FORBIDDEN'
    case 'policy':
      return isMet(demand.lists, (one) => hasRole(one, asker)) ? undefined : 'FORBIDDEN'
    case 'purpose':
      return isOther(asker) ? codeOfPurpose(demand.codes, all, asker) : undefined
    case 'assurance':
      return isSure(demand, asker) ? undefined : 'INSUFFICIENT_AUTHENTICATION'
  }
}

/** A request that names a purpose is made for that one alone. */
function hasRole(role: string, { caller, purpose }: Asker): boolean {
  const isAnothers = role.startsWith('inquiry:') && role !== `inquiry:${purpose ?? ''}`
  return caller.roles.has(role) && (purpose === undefined || !isAnothers)
}

function codeOfPurpose(
  codes: readonly string[],
  all: readonly Demand[],
  { caller, purpose }: Asker,
): ErrorCode | undefined {
  if (purpose === undefined) return fitting(all).length > 0 ? 'PURPOSE_REQUIRED' : 'FORBIDDEN'
  return codes.includes(purpose) && caller.roles.has(`inquiry:${purpose}`) ? undefined : 'FORBIDDEN'
}

function isMet(lists: readonly (readonly string[])[], holds: (name: string) => boolean): boolean {
  return lists.some((names) => names.every(holds))
}

function isSure(demand: Demand & { kind: 'assurance' }, { caller, nowMs }: Asker): boolean {
  const { kind, sessionId, authTimeMs, actor, acr } = caller
  const isSession = sessionId !== undefined || authTimeMs !== undefined
  if (kind === 'agency' && !isSession && actor === undefined) return true
  const order: readonly string[] = LEVELS
  if (order.indexOf(acr ?? '') < order.indexOf(demand.acr)) return false
  if (demand.maxAge === null) return true
  return authTimeMs !== undefined && (nowMs - authTimeMs) / 1000 <= demand.maxAge + 5
}

/** Why one who asks may not name this person, by an argument of a field that returns what is about people. */
export function reasonOfNamed(
  about: readonly Demand[],
  named: unknown,
  { caller, caseOf }: Asker,
): Reason | undefined {
  const subjects = about.filter((one) => one.kind === 'subject')
  if (subjects.length === 0 || named === undefined || named === null) return undefined
  if (caller.kind === 'anonymous') return { code: 'UNAUTHENTICATED' }
  const isCase = caseOf !== undefined && subjects.some(({ others }) => others === 'case')
  if (caller.kind !== 'citizen' && !isCase) return undefined
  const one = caller.kind === 'citizen' ? caller.nationalId : caseOf?.applicant
  return named !== '' && named === one ? undefined : { code: 'FORBIDDEN' }
}

/** What is demanded of the types that a field may return. */
export function demandsBehind({ schema, demands }: Guarded, returned: GraphQLNamedType) {
  const possible = isAbstractType(returned) ? schema.getPossibleTypes(returned) : [returned]
  return possible.flatMap((one) => demands.get(one.name) ?? [])
}
