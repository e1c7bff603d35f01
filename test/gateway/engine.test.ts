import { describe, expect, test } from 'vitest'

import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import type { Answer } from '../../schema/context.ts'
import {
  callerWith,
  contextOf,
  federate,
  type Federation,
  PLANNERS,
  type Sources,
} from './support/federation.ts'

const TOLD = 'told to nobody else'
const SECRET = { __typename: 'Secret', id: '1', name: 'n', code: TOLD }
const OPEN = { __typename: 'Open', id: '2', name: 'o', friend: SECRET, owner: SECRET, any: SECRET }
const PAY = { __typename: 'Pay', id: '3', name: 'p', amount: TOLD }

const SOURCES: Sources = {
  a: {
    sdl: `
      type Query { node: Node, nodes: [Node], any: Any, secret: Secret, open: Open, pay: Pay
        counted(x: Int): Secret }
      type Mutation { leak: Secret, change: String @policy(policies: [["staff"]]) }
      type Subscription { secret: Secret, open: Open, change: String @policy(policies: [["staff"]]) }
      interface Node { id: ID!, name: String }
      union Any = Secret | Open
      type Secret implements Node @key(fields: "id") @policy(policies: [["staff"]]) {
        id: ID!, name: String, code: String, back: Secret }
      type Open implements Node @key(fields: "id") {
        id: ID!, name: String, friend: Node, owner: Secret, any: Any }
      type Pay @key(fields: "id") { id: ID!, name: String, amount: String @policy(policies: [["staff"]]) }`,
    resolvers: {
      Query: {
        node: () => SECRET,
        nodes: () => [SECRET, OPEN],
        any: () => SECRET,
        secret: () => SECRET,
        open: () => OPEN,
        pay: () => PAY,
        counted: () => SECRET,
      },
      Mutation: { leak: () => SECRET, change: () => TOLD },
      Secret: { __resolveReference: () => SECRET, back: () => SECRET },
      Open: { __resolveReference: () => OPEN },
      Pay: { __resolveReference: () => PAY },
    },
    subscribe: async function* (): AsyncGenerator<Answer> {
      yield { data: { secret: SECRET, open: OPEN, change: TOLD } }
    },
  },
  b: {
    sdl: `
      type Secret @key(fields: "id") @policy(policies: [["staff"]]) { id: ID!, more: String }
      type Pay @key(fields: "id") { id: ID!, amount: String @external
        tax: String @requires(fields: "amount") @policy(policies: [["staff"]]) }`,
    resolvers: {
      Secret: { __resolveReference: (one: object) => one, more: () => TOLD },
      Pay: {
        __resolveReference: (one: object) => one,
        tax: ({ amount }: { amount: string }) => amount,
      },
    },
  },
}

/** All that is sent of an answer, its later parts and its events. */
async function told({ engine }: Federation, query: string, caller: Caller): Promise<string> {
  const accepts = { later: true, events: true }
  const work = await engine.run({ query }, contextOf(engine, caller), false, accepts)
  const parts: unknown[] = [work.answer ?? work.refusal]
  for await (const part of work.later ?? []) parts.push(part)
  for await (const event of work.events ?? []) parts.push(event)
  return JSON.stringify(parts)
}

const WAYS = [
  '{ secret { code } }',
  '{ x: secret { c: code } _p_x: secret { code } }',
  '{ counted(x: 1) { code } }',
  '{ secret { back { back { code } } more } }',
  '{ node { ... on Secret { code } } }',
  '{ node { ...F } } fragment F on Node { ... on Secret { ...G } } fragment G on Secret { code more }',
  '{ nodes { ... on Open { owner { code } } ... on Secret { id code } } }',
  '{ any { ... on Secret { code } } }',
  '{ any { ... on Node { ... on Secret { code } } } }',
  '{ open { friend { ... on Secret { more } } owner { code } any { ... on Secret { code } } } }',
  '{ open { ... @defer { owner { code } any { ... on Secret { code } } } } }',
  '{ pay { name ... @defer { amount tax } } }',
  '{ pay { tax } }',
  '{ pay { name: amount _p_name: amount amount: tax } }',
  '{ pay { amount @include(if: true) amount @skip(if: false) ... { amount } } }',
  'mutation { leak { code } }',
  'mutation { change }',
  'subscription { secret { code } }',
  'subscription { change }',
  'subscription { open { any { ... on Secret { more } } } }',
]

describe.each(PLANNERS)("on %s's plans", (planner) => {
  const graph = federate(SOURCES, planner)

  test.each(WAYS)('no way leads to what may not be read: %s', async (query) => {
    // Whoever has the rights is first, so that nothing that was remembered with them is given to others.
    expect(await told(graph, query, callerWith(['staff'], 'staff'))).toContain(TOLD)
    for (const caller of [ANONYMOUS, callerWith(['citizen'])]) {
      const answer = await told(graph, query, caller)
      expect(answer).not.toContain(TOLD)
      expect(answer).toMatch(/UNAUTHENTICATED|FORBIDDEN/)
    }
    expect(await told(graph, query, callerWith(['staff'], 'staff'))).toContain(TOLD)
  })
})
