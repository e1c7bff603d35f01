// A subgraph whose answers come from our own code. In: SDL and resolvers. Out: the port the gateway knows.
// Never shows what a resolver threw, only its code.

import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
} from 'graphql'

import type { AnswerError, RequestContext } from '../schema/context.ts'
import { CallerError, ERRORS, type PublicError, toPublicError } from '../schema/errors.ts'
import type { Log } from '../schema/log.ts'
import { DATE_TIME_SCALAR, JSON_SCALAR } from '../schema/scalars/json.ts'
import { SCALARS } from '../schema/scalars/scalars.ts'
import type { Subgraph } from '../schema/subgraph.ts'

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

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@shareable"])\n`
const OWN_SCALARS = [...SCALARS.values(), JSON_SCALAR, DATE_TIME_SCALAR]

/** Throws at start when SDL and resolvers do not fit. */
export function serveOwn(own: OwnSubgraph): Subgraph {
  const used = OWN_SCALARS.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(own.schema))
  const sdl = `${LINK}${used.map(({ name }) => `scalar ${name}\n`).join('')}\n${own.schema}`
  const scalars = Object.fromEntries(used.map((scalar) => [scalar.name, scalar]))
  const typeDefs = parse(sdl)
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...own.resolvers, ...scalars } }])
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
      const found = errors?.map((error) => toAnswerError(error, context.requestId, own.log))
      return { ...(data === undefined ? {} : { data }), ...(found ? { errors: found } : {}) }
    },
    health: () => undefined,
    close: own.close ?? (() => Promise.resolve()),
  }
}

function toAnswerError(error: GraphQLError, requestId: string, log: Log): AnswerError {
  const shown = toShown(error, requestId)
  if (shown.extensions.code === 'INTERNAL') log.error(facts(error, requestId), 'a resolver failed')
  return { ...shown, path: error.path }
}

// What graphql-js says of an argument repeats its value, so only the code of such an error is shown.
function toShown(error: GraphQLError, requestId: string): PublicError {
  const cause = error.originalError
  if (error.path && !isRefusedLiteral(cause)) return toPublicError(cause ?? error, requestId)
  const code =
    error.extensions['code'] === 'INPUT_REJECTED' ? 'INPUT_REJECTED' : 'OPERATION_INVALID'
  return toPublicError(new CallerError(code, ERRORS[code].text), requestId)
}

// Coercing an argument fails with the nodes of its literal; a value of ours that its scalar refuses has none.
function isRefusedLiteral(cause: Error | undefined): boolean {
  return cause instanceof GraphQLError && cause.nodes !== undefined
}

// A driver's message may hold values; its class, code and stack frames do not.
function facts(error: GraphQLError, requestId: string): Record<string, unknown> {
  const thrown = error.originalError ?? error
  const code = 'code' in thrown ? thrown.code : undefined
  const frames = thrown.stack?.split('\n').filter((line) => line.startsWith('    at '))
  return { requestId, path: error.path?.join('.'), kind: thrown.name, code, frames }
}
