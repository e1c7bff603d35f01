// A compiled mapping as an executable federated subgraph. In: a query of the gateway. Out: data, typed errors, provenance.

import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  defaultFieldResolver,
  type DocumentNode,
  execute,
  getOperationAST,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
} from 'graphql'

import type { Adapter } from '../../adapters/adapter.ts'
import type { Answer } from '../../schema/context.ts'
import { CallerError, ERRORS } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Path, ProvenanceEntry } from '../../schema/provenance.ts'
import { GEO_JSON_SCALAR } from '../../schema/scalars/geo-json.ts'
import { SCALARS } from '../../schema/scalars/scalars.ts'
import type { SubgraphRequest } from '../../schema/subgraph.ts'
import type { Mapping, View } from '../compile/mapping.ts'
import { toAnswerErrors } from './answer-errors.ts'
import { Calls } from './calls.ts'
import { type Arguments, type Env, Source } from './source.ts'
import { permitFor } from './subject.ts'

export interface ResolveSource {
  readonly system: string
  /** SDL without mapping directives, as a document. */
  readonly document: DocumentNode
  readonly mapping: Mapping
  readonly adapter: Adapter
  readonly log: Log | undefined
}

/** What field resolvers share; each field notes its provenance under its own path. */
interface FieldContext {
  readonly env: Omit<Env, 'note'>
  readonly provenance: ProvenanceEntry[] | undefined
}

/** Throws GraphQLErrors when the SDL is not a federated schema. */
export function compileResolver(
  source: ResolveSource,
): (request: SubgraphRequest) => Promise<Answer> {
  const { system, document, mapping, adapter, log } = source
  const schema = toSchema(document, mapping)
  // Calls of one request are shared by all its fetches, whose contexts may be copies; a request is forgotten with its signal.
  const requests = new WeakMap<AbortSignal, Calls>()
  return async ({ document: operation, operationName, variables, context }) => {
    const calls = requests.get(context.signal) ?? new Calls(system, adapter)
    requests.set(context.signal, calls)
    const provenance: ProvenanceEntry[] | undefined = context.provenance ? [] : undefined
    const fields: FieldContext = {
      env: {
        system,
        fetch: (plan, values) => calls.fetch(plan, values, context),
        permit: permitFor(context),
      },
      provenance,
    }
    const { data, errors } = await execute({
      schema,
      document: operation,
      operationName,
      variableValues: variables,
      rootValue: rootOf(operation, operationName, mapping),
      contextValue: fields,
      fieldResolver: resolveField,
    })
    return {
      ...(data !== undefined && { data }),
      ...(errors && { errors: toAnswerErrors(errors, context.requestId, log) }),
      ...(provenance && { extensions: { provenance } }),
    }
  }
}

function toSchema(document: DocumentNode, mapping: Mapping): GraphQLSchema {
  const references = [...mapping.entities].map(([name, view]): [string, References] => [
    name,
    {
      // A throw would fail the other entities of the same fetch: it must be a rejection.
      __resolveReference: async (reference, { env }) => refer(view, reference, env),
    },
  ])
  const resolvers: Record<string, References | GraphQLScalarType<unknown, unknown>> =
    Object.fromEntries(references)
  for (const { name } of document.definitions.filter(
    (node) => node.kind === Kind.SCALAR_TYPE_DEFINITION,
  )) {
    const scalar = name.value === GEO_JSON_SCALAR.name ? GEO_JSON_SCALAR : SCALARS.get(name.value)
    if (scalar !== undefined) resolvers[name.value] = scalar
  }
  return buildSubgraphSchema([{ typeDefs: document, resolvers }])
}

type References = Record<string, (reference: Arguments, context: FieldContext) => Promise<Source>>

/** The keys of a representation are a caller's words like any other. */
async function refer(view: View, given: Arguments, env: Omit<Env, 'note'>): Promise<Source> {
  const keys = new Map<string, string>()
  for (const [key, parse] of view.keys) {
    if (given[key] === undefined) continue
    const value = parse(given[key])
    if (value === undefined) {
      throw new CallerError('INPUT_REJECTED', ERRORS.INPUT_REJECTED.text, { fields: [key] })
    }
    keys.set(key, value)
  }
  // Part of a key may mean several things, and half a question is answered about any of them.
  if (!view.keySets.some((set) => set.every((key) => keys.has(key)))) {
    throw new CallerError('INPUT_REJECTED', ERRORS.INPUT_REJECTED.text, {
      fields: [...view.keys.keys()],
    })
  }
  env.permit(view, (key) => keys.get(key))
  return new Source(view, { keys, given })
}

function rootOf(document: DocumentNode, name: string | undefined, mapping: Mapping): Source {
  const operation = getOperationAST(document, name)
  const type = operation?.operation === OperationTypeNode.MUTATION ? 'Mutation' : 'Query'
  return new Source(mapping.roots.get(type) ?? { ...NO_VIEW, type }, {})
}

const NO_VIEW: Omit<View, 'type'> = {
  keys: new Map(),
  keySets: [],
  subject: undefined,
  ofCase: new Set(),
  call: undefined,
  verify: new Map(),
  fields: new Map(),
}

function resolveField(
  source: unknown,
  args: Arguments,
  context: FieldContext,
  info: GraphQLResolveInfo,
): unknown {
  if (!(source instanceof Source)) return defaultFieldResolver(source, args, context, info)
  const { env, provenance } = context
  const note: Env['note'] =
    provenance && ((entry) => provenance.push({ path: toPath(info), ...entry }))
  return source.answer(info.fieldName, args, { ...env, note })
}

function toPath(info: GraphQLResolveInfo): Path {
  const path: (string | number)[] = []
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at; at = at.prev)
    path.push(at.key)
  return path.toReversed()
}
