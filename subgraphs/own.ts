// A subgraph whose answers come from our own code. In: SDL and resolvers. Out: the port the gateway knows.
// Never shows what a resolver threw, only its code.

import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql'

import { toComposable } from '../schema/compose/composable.ts'
import type { RequestContext } from '../schema/context.ts'
import type { Log } from '../schema/log.ts'
import { DATE_TIME_SCALAR, JSON_SCALAR } from '../schema/scalars/json.ts'
import { SCALARS } from '../schema/scalars/scalars.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { toAnswerErrors } from './resolve/answer-errors.ts'

export type Resolver = GraphQLFieldResolver<unknown, RequestContext, Record<string, unknown>>
/** By type, then field; `__resolveReference` gets the entity's key as its source. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>

export interface OwnSubgraph {
  readonly name: string
  /** SDL without `@link`s and scalars: both are added here. */
  readonly schema: string
  readonly resolvers: Resolvers
  readonly log: Log
  readonly close?: () => Promise<void>
}

/** A schema that does not use one of them passes it by. */
const SCALAR_RESOLVERS = Object.fromEntries(
  [...SCALARS.values(), JSON_SCALAR, DATE_TIME_SCALAR].map((scalar) => [scalar.name, scalar]),
)

/** Throws at start when SDL and resolvers do not fit. */
export function serveOwn(own: OwnSubgraph): Subgraph {
  const sdl = toComposable(parse(own.schema))
  const resolvers = { ...own.resolvers, ...SCALAR_RESOLVERS }
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])
  return port(own, sdl, schema)
}

function port(own: OwnSubgraph, sdl: string, schema: GraphQLSchema): Subgraph {
  return {
    name: own.name,
    sdl,
    async execute({ document, operationName, variables, context }) {
      const { data, errors } = await execute({
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: context,
      })
      const found = errors && toAnswerErrors(errors, context.requestId, own.log)
      return { ...(data === undefined ? {} : { data }), ...(found ? { errors: found } : {}) }
    },
    health: () => undefined,
    close: own.close ?? (() => Promise.resolve()),
  }
}
