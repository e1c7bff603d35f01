// A gateway on a socket of loopback before two small subgraphs in the same process. They are served by the tests'
// support, because this folder has packages of its own and a schema belongs to one copy of graphql.

import { readConfig } from '../../gateway/config.ts'
import { openGateway, type Running } from '../../gateway/open-gateway.ts'
import type { Log } from '../../schema/log.ts'
import { serve } from '../../test/gateway/support/federation.ts'

const PEOPLE = `
  type Query {
    hello: String
    me: Person
    person(id: ID!): Person
    find(ids: [ID!]!): [Person!]!
    people(first: Int): [Person!]!
      @federation__listSize(assumedSize: 5, slicingArguments: ["first"], requireOneSlicingArgument: false)
    filtered(filter: Filter): [Person!]!
  }
  input Filter { name: String, and: Filter, any: [Filter!] }
  type Person @key(fields: "id") { id: ID!, name: String, friend: Person, friends: [Person!]!, mother: Person, father: Person, spouse: Person }`

const SCORES = 'type Person @key(fields: "id") { id: ID!, score: Int }'

const FRIENDS = 5
const PERSON = { id: '1', name: 'A' }
const RESOLVERS = {
  Query: {
    hello: () => 'hello',
    me: () => PERSON,
    person: () => PERSON,
    find: () => [PERSON],
    filtered: () => [PERSON],
    people: (_: unknown, { first = FRIENDS }: { readonly first?: number }) =>
      Array.from({ length: first }, (_1, place) => ({ id: String(place), name: 'A' })),
  },
  Person: {
    friend: () => PERSON,
    mother: () => PERSON,
    father: () => PERSON,
    spouse: () => PERSON,
    friends: () => Array.from({ length: FRIENDS }, () => PERSON),
  },
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** With all defaults, or with every limit off that can be switched off. */
export function openTarget(limited: boolean): Promise<Running> {
  const config = readConfig({ PANJAREH_PORT: '0' })
  const subgraphs = [
    serve('people', { sdl: PEOPLE, resolvers: RESOLVERS }),
    serve('scores', { sdl: SCORES, resolvers: { Person: { score: () => 7 } } }),
  ]
  const parts = { subgraphs, log: SILENT }
  if (limited) return openGateway(config, parts)
  const none = Object.fromEntries(Object.keys(config.limits).map((name) => [name, Infinity]))
  const off = {
    introspection: 'everyone',
    bodyLimit: Infinity,
    answerLimit: Infinity,
    deadlineMs: 60_000,
    limits: { ...config.limits, ...none },
  } as const
  return openGateway({ ...config, ...off }, parts)
}
