// One seed: a graph, demands on it, those who ask, and what the gateway makes of it beside what it must.

import {
  type DocumentNode,
  type FieldNode,
  getVariableValues,
  type GraphQLSchema,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import { buildAccess } from '../../../gateway/auth/access.ts'
import { buildEngine } from '../../../gateway/engine.ts'
import { toApiSchema } from '../../../schema/compose/api-schema.ts'
import { toFullSchema } from '../../../schema/compose/full-schema.ts'
import { PLANNERS } from '../../gateway/support/federation.ts'
import { type Graph, NO_LIMITS, openGraph } from '../fuzz/graph.ts'
import { makeOperation, type Variables } from '../fuzz/random-operation.ts'
import { Random } from '../fuzz/random.ts'
import { makeUniverse, type Path, type Universe } from '../fuzz/universe.ts'
import { type Case, differenceOfAnswer, leakOfDeferred } from './answers.ts'
import { makeAsker } from './askers.ts'
import { bring, type Brought } from './bring.ts'
import type { Guarded, Reason } from './definition.ts'
import { type Demands, LEVELS, makeDemands } from './demands.ts'
import { expand, expectedOf } from './expected.ts'
import { withDefer } from './random-defer.ts'
import { say } from './say.ts'

export interface Tried {
  /** Documents filtered for one who asks. */
  readonly filtered: number
  /** Answers compared. */
  readonly answered: number
  readonly failures: readonly string[]
}

const ATTEMPTS = 12
const SAYINGS = 4
const OPERATIONS = 8
const ASKERS = 6
/** Filtering costs next to nothing beside an answer. */
const ANSWERED = 3

export async function tryAccess(seed: number): Promise<Tried> {
  const failures: string[] = []
  let [filtered, answered] = [0, 0]
  for (let attempt = 0; attempt < ATTEMPTS && filtered === 0; attempt++) {
    const graph = openGraph(makeUniverse(seed * ATTEMPTS + attempt))
    if (typeof graph === 'string') continue
    for (let saying = 0; saying < SAYINGS; saying++) {
      const one = await trySaying(graph, seed * SAYINGS + saying, saying % 2 === 1)
      filtered += one.filtered
      answered += one.answered
      failures.push(...one.failures.map((text) => `===== seed ${seed}: ${text}`))
    }
  }
  return { filtered, answered, failures }
}

/** `objects`: also whose they are, and with more that fields bring along; what answers then come to is for other tests. */
async function trySaying(graph: Graph, seed: number, objects: boolean): Promise<Tried> {
  const random = new Random(seed + 77_000_000)
  const schema = toFullSchema(graph.supergraph)
  const demands = makeDemands(schema, random, { objects })
  const more = objects ? bring(schema, random) : undefined
  const supergraph = say(graph.supergraph, { demands, more }, random)
  const guarded = guardedBy(demands, { schema, universe: graph.universe, more })
  const api = toApiSchema(supergraph)
  const cases = casesOf(seed, { guarded, api, random })
  const access = buildAccess({ supergraph: toFullSchema(supergraph), api, levels: LEVELS })
  const failures = cases.flatMap((one) => {
    const filtered = access(one.document, 'hash', { ...one.asker, variables: one.variables })
    const difference = differenceOfFiltered(one, filtered, api)
    return difference === undefined ? [] : [tell(one, difference, supergraph)]
  })
  if (objects) return { filtered: cases.length, answered: 0, failures }
  const answers = await tryAnswers(cases, { graph, supergraph, rejects: random.chance(0.3) })
  return {
    filtered: cases.length,
    answered: answers.answered,
    failures: [...failures, ...answers.failures],
  }
}

interface Served {
  readonly graph: Graph
  readonly supergraph: string
  readonly rejects: boolean
}

async function tryAnswers(cases: readonly Case[], { graph, supergraph, rejects }: Served) {
  const failures: string[] = []
  let answered = 0
  for (const planner of PLANNERS) {
    const engine = buildEngine({
      supergraph,
      subgraphs: graph.subgraphs,
      planner,
      limits: NO_LIMITS,
      levels: LEVELS,
      rejects,
      mayIntrospect: () => true,
    })
    for (const one of cases.filter((_, index) => index % ANSWERED === 0)) {
      answered += 1
      const answering = { graph, engine, planner, rejects }
      const difference =
        (await differenceOfAnswer(one, answering)) ?? (await leakOfDeferred(one, answering))
      if (difference === undefined) continue
      failures.push(tell(one, `planned by ${planner}: ${difference}`, supergraph))
    }
    await engine.close()
  }
  return { answered, failures }
}

interface Making {
  readonly guarded: Guarded
  readonly api: GraphQLSchema
  readonly random: Random
}

function casesOf(seed: number, { guarded, api, random }: Making): readonly Case[] {
  const cases: Case[] = []
  for (let index = 0; index < OPERATIONS; index++) {
    const operation = makeOperation(api, seed * OPERATIONS + index)
    if (operation === undefined) continue
    const { document } = operation
    const deferred = random.chance(0.3) ? withDefer(document, random) : document
    for (let asking = 0; asking < ASKERS; asking++) {
      const asker = makeAsker(random)
      const variables = coerced(api, document, random.pick(operation.variables))
      if (variables === undefined) continue
      const expected = expectedOf({ guarded, api, asker, variables }, document)
      cases.push({ document, deferred, variables, asker, expected })
    }
  }
  return cases
}

function coerced(api: GraphQLSchema, document: DocumentNode, given: Variables) {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined
  return getVariableValues(api, operation.variableDefinitions ?? [], given).coerced
}

interface Sources {
  readonly schema: GraphQLSchema
  readonly universe: Universe
  readonly more: Brought | undefined
}

function guardedBy(demands: Demands, { schema, universe, more }: Sources): Guarded {
  const { brought, facade } = derivedOf(universe)
  const all = new Map(brought)
  for (const [at, coordinates] of more?.brought ?? []) {
    all.set(at, [...(all.get(at) ?? []), ...coordinates])
  }
  return { schema, demands, brought: all, facade }
}

/** What fields bring along, and which come from an interface object, by the graph's own plan. */
function derivedOf({ objects, abstracts }: Universe): Pick<Guarded, 'brought' | 'facade'> {
  const byName = new Map(
    objects.filter(({ kind }) => kind !== 'facade').map((one) => [one.name, one]),
  )
  const brought = new Map<string, readonly string[]>()
  const facade = new Map<string, string>()
  const along = (type: string, [name, ...rest]: Path): readonly string[] => {
    if (name === undefined) return []
    const field = byName.get(type)?.fields.find((one) => one.name === name)
    return [`${type}.${name}`, ...along(field?.type.base ?? '', rest)]
  }
  for (const { name, fields, kind } of objects) {
    const members = abstracts.find((one) => one.name === name)?.members ?? []
    for (const field of fields) {
      const coordinate = `${name}.${field.name}`
      brought.set(
        coordinate,
        field.requires.flatMap((one) => along(name, one)),
      )
      if (kind !== 'facade') continue
      for (const member of members) facade.set(`${member}.${field.name}`, coordinate)
    }
  }
  return { brought, facade }
}

type Filtered = ReturnType<ReturnType<typeof buildAccess>>

const MOST_TOLD = 100

function differenceOfFiltered(
  { document, variables, expected }: Case,
  filtered: Filtered,
  api: GraphQLSchema,
): string | undefined {
  const { expanded, removed, own, refused, isAll } = expected
  const told = filtered.refused(variables)
  const wanted = refused.slice(0, MOST_TOLD).map(({ path, reason }) => textOf(path, reason))
  const got = told.fields.map(({ path, refusal }) => textOf(path.join('.'), refusal))
  if (wanted.join('\n') !== got.join('\n')) return different('refused', wanted, got)
  if (refused.length < MOST_TOLD && told.isAll !== isAll) return `isAll is ${String(told.isAll)}`
  if (filtered.mayChallenge !== own.has('INSUFFICIENT_AUTHENTICATION')) return 'mayChallenge'
  if (filtered.wantsCase !== own.has('CASE_REQUIRED')) return 'wantsCase'
  if (removed.size === 0 && filtered.document !== document) return 'filtered for nothing'
  const all = reached(expanded, api, (node) => !removed.has(node))
  const left = reached(expand(filtered.document), api, () => true)
  return all.join('\n') === left.join('\n') ? undefined : different('left', all, left)
}

function different(what: string, wanted: readonly string[], got: readonly string[]): string {
  return `${what} differ\n  expected ${wanted.join(' ')}\n  got      ${got.join(' ')}`
}

function textOf(path: string, { code, extensions }: Pick<Reason, 'code' | 'extensions'>): string {
  return `${path}:${code}${extensions === undefined ? '' : JSON.stringify(extensions)}`
}

/** Fields by the way to them, whatever fragments they stood in. */
function reached(
  expanded: DocumentNode,
  api: GraphQLSchema,
  keeps: (node: FieldNode) => boolean,
): readonly string[] {
  const types = new TypeInfo(api)
  const way: string[] = []
  const found = new Set<string>()
  visit(
    expanded,
    visitWithTypeInfo(types, {
      Field: {
        enter: (node) => {
          const { alias, name } = node
          way.push(`${types.getParentType()?.name}.${alias?.value ?? ''}:${name.value}`)
          if (name.value !== '__typename' && keeps(node)) found.add(way.join('/'))
        },
        leave: () => {
          way.pop()
        },
      },
    }),
  )
  return [...found].toSorted()
}

function tell(
  { document, variables, asker }: Case,
  difference: string,
  supergraph: string,
): string {
  const { caller, ...more } = asker
  const shown = { ...caller, roles: [...caller.roles], scopes: [...caller.scopes], ...more }
  const told = [print(document), JSON.stringify(variables), JSON.stringify(shown)]
  return [difference, ...told, supergraph].join('\n')
}
