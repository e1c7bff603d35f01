// How one page leads to the next: by its number, by an offset, by a token, by the query of a link.

import type { OperationContract, Shape, Tree, Value } from '../adapter.ts'
import type { OperationSettings } from '../settings.ts'
import { isTree } from '../tree.ts'
import { toContract } from './field.ts'
import { checkPath, readerOf } from './outcomes.ts'
import { type ReadPath, shapeAt, type TreePath, withValue } from './paths.ts'

type PagingRule = NonNullable<OperationSettings['paging']>

interface Turn {
  readonly input: Tree
  /** The page before. */
  readonly reply: Tree
  /** 1 for the second page. */
  readonly turn: number
  /** Items of the page before. */
  readonly found: number
}

export interface Advance {
  readonly first: (input: Tree) => Tree
  /** Undefined: that was the last page. */
  readonly next: (turn: Turn) => Tree | undefined
  /** A page by its place, where the whole is known. */
  readonly at: (input: Tree, turn: number) => Tree
}

/** A place of the input. */
interface Place {
  readonly path: TreePath
  readonly shape: Shape
}

const KINDS = ['page', 'offset', 'cursor', 'link'] as const

/** Undefined when the rule is incomplete; what is missing is added to `problems`. */
export function compileAdvance(
  rule: PagingRule,
  contract: OperationContract,
  problems: string[],
): Advance | undefined {
  const kinds = KINDS.filter((kind) => rule[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    problems.push(`paging needs exactly one of ${KINDS.join(', ')}`)
    return undefined
  }
  const before = problems.length
  const places = toPlaces(rule, contract, problems)
  if (problems.length > before) return undefined
  const limited = (input: Tree): Tree => places.limit(input, rule.size ?? 0)
  if (kind === 'page' || kind === 'offset') return byNumber(rule, places, limited)
  const advance = kind === 'cursor' ? byToken(places) : byLink(places, contract)
  return {
    first: limited,
    next: (turn) => advance({ ...turn, input: limited(turn.input) }),
    at: (input) => input,
  }
}

type Put = (input: Tree, value: number | string) => Tree

interface Places {
  readonly step: Put
  readonly limit: Put
  readonly read: ReadPath
}

function toPlaces(rule: PagingRule, contract: OperationContract, problems: string[]): Places {
  problems.push(...missing(rule).map((what) => `paging ${what}`))
  const readable = rule.link ?? rule.next
  const read = readable === undefined ? () => null : readerOf(readable, contract.output)
  if (typeof read === 'string') problems.push(`paging ${read}`)
  const step = putter(rule.page ?? rule.offset ?? rule.cursor, contract, problems)
  const limit = putter(rule.limit, contract, problems)
  return { step, limit, read: typeof read === 'string' ? () => null : read }
}

/** What a rule needs beside what it says. */
function missing({ page, offset, cursor, size, next, parallel, total, limit }: PagingRule) {
  const counted = page ?? offset
  const needs: readonly (readonly [boolean, string])[] = [
    [counted !== undefined && size === undefined, 'by page or offset needs size'],
    [cursor !== undefined && next === undefined, 'by cursor needs next'],
    [limit !== undefined && size === undefined, 'with limit needs size'],
    [
      parallel !== undefined && (counted === undefined || total === undefined),
      'in parallel needs page or offset, and total',
    ],
  ]
  return needs.filter(([lacks]) => lacks).map(([, what]) => what)
}

function putter(text: string | undefined, contract: OperationContract, problems: string[]): Put {
  if (text === undefined) return (input) => input
  const path = checkPath(text, contract.input)
  if (typeof path === 'string') {
    problems.push(`paging ${path}`)
    return (input) => input
  }
  const { shape } = shapeAt(path, contract.input)
  return (input, value) => put(input, { path, shape: shape ?? { kind: 'any' } }, value)
}

function put(input: Tree, { path, shape }: Place, value: number | string): Tree {
  const type = shape.kind === 'scalar' ? shape.type : undefined
  const theirs: Value = (type && toContract(value, type)) ?? value
  const filled = withValue(input, path, theirs)
  return isTree(filled) ? filled : input
}

function byNumber(rule: PagingRule, { step }: Places, limited: (input: Tree) => Tree): Advance {
  const { size = 0 } = rule
  const isPage = rule.page !== undefined
  const start = rule.first ?? (isPage ? 1 : 0)
  const at = (input: Tree, turn: number): Tree =>
    step(limited(input), start + turn * (isPage ? 1 : size))
  return {
    first: (input) => at(input, 0),
    next: ({ input, turn, found }) => (found < size ? undefined : at(input, turn)),
    at,
  }
}

function byToken({ step, read }: Places): Advance['next'] {
  return ({ input, reply }) => {
    const token = toToken(read(reply))
    return token === undefined ? undefined : step(input, token)
  }
}

function toToken(value: Value | undefined): number | string | undefined {
  const isToken = typeof value === 'number' || (typeof value === 'string' && value !== '')
  return isToken ? value : undefined
}

/** Only the query of the address counts: a reply never decides where a request goes. */
function byLink({ read }: Places, contract: OperationContract): Advance['next'] {
  const inputs = contract.input.kind === 'object' ? contract.input.fields : new Map<string, Shape>()
  return ({ input, reply }) => {
    const found = read(reply)
    const query = typeof found === 'string' ? queryOf(found) : undefined
    if (query === undefined) return undefined
    let next = input
    for (const [name, value] of query) {
      const shape = inputs.get(name)
      if (shape === undefined) continue
      next = put(next, { path: { text: name, steps: [name], each: false }, shape }, value)
    }
    return next
  }
}

/** Of an address, or of the `rel="next"` of a Link header (RFC 8288 §3). */
function queryOf(text: string): URLSearchParams | undefined {
  if (text.length > LONGEST_LINK) return undefined
  const linked = [...text.matchAll(/<([^<>]*)>([^<]*)/g)]
  const target = linked.length === 0 ? text : linked.find(isNext)?.[1]
  if (target === undefined || target === '') return undefined
  const base = 'http://system.invalid'
  return URL.canParse(target, base) ? new URL(target, base).searchParams : undefined
}

/** What is longer leads nowhere: RFC 9110 §4.1 asks for 8,000 octets at least. */
const LONGEST_LINK = 8_192

function isNext([, , parameters = '']: RegExpExecArray): boolean {
  return /;\s*rel\s*=\s*"?(?:[^"]*\s)?next\b/i.test(parameters)
}
