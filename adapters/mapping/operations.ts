// Our operations on top of a contract's: names, constants, paging, packed records, faults that look like answers.
// In: a loaded codec and system.json. Out: the same port under our names, with the shapes that mappings are checked against.

import { SystemError } from '../../schema/errors.ts'
import type { Adapter, LoadedAdapter, OperationContract, Shape, Tree } from '../adapter.ts'
import { type Finding, FindingsError } from '../finding.ts'
import type { OperationSettings, SystemSettings } from '../settings.ts'
import { isScalar } from './field.ts'
import { compileFilling, type Generating, GENERATING } from './filling.ts'
import { checkPath, compileOutcome, type Outcome } from './outcomes.ts'
import { compilePaging, type Send } from './paging.ts'
import { compileRead, type ReadPath, shapeAt } from './paths.ts'
import { unpack, unpackedShape, type UnpackRule } from './unpack.ts'

/** What a reply without a record is: an empty tree. */
export const NO_RECORD: Tree = Object.freeze({})

/** Throws FindingsError with everything in system.json's operations that the contract does not know. */
export function withOperations(
  loaded: LoadedAdapter,
  settings: SystemSettings,
  system: string,
  source: Generating = GENERATING,
): LoadedAdapter {
  const findings: Finding[] = []
  const operations = new Map<string, OperationContract>()
  const calls = new Map<string, Send>()
  for (const [name, rules] of Object.entries(settings.operations)) {
    const problems: string[] = []
    const compiled = compileOperation({ name, rules, system, loaded, problems, source })
    for (const problem of problems) {
      const message = `operation "${name}": ${problem}`
      findings.push({ file: 'system.json', pointer: `/operations/${name}`, message })
    }
    if (compiled === undefined) continue
    operations.set(name, compiled.contract)
    calls.set(name, compiled.send)
  }
  if (findings.length > 0) throw new FindingsError(findings)
  const adapter: Adapter = {
    call: async (operation, input, context) => {
      const send = calls.get(operation)
      if (send === undefined) {
        throw new SystemError('SYSTEM_REFUSED', system, { operation, detail: { known: false } })
      }
      return send(input, context)
    },
  }
  return { contract: { operations }, adapter }
}

interface Compiling {
  readonly name: string
  readonly rules: OperationSettings
  readonly system: string
  readonly loaded: LoadedAdapter
  readonly source: Generating
  /** What is wrong is added here. */
  readonly problems: string[]
}

function compileOperation(
  compiling: Compiling,
): { readonly contract: OperationContract; readonly send: Send } | undefined {
  const { name, rules, loaded, problems } = compiling
  const theirs = rules.operation ?? name
  const contract = loaded.contract.operations.get(theirs)
  if (contract === undefined) {
    const known = [...loaded.contract.operations.keys()].join(', ')
    problems.push(`the contract has no operation "${theirs}", only ${known}`)
    return undefined
  }
  const fill = compileFilling(contract.input, compiling)
  const { output, read, refuse } = compileReply(contract.output, compiling)
  const sendOne: Send = (input, context) => loaded.adapter.call(theirs, fill(input), context)
  const paged = rules.paging && compilePaging(rules.paging, contract, compiling)
  const sendAll = paged === undefined ? sendOne : paged(sendOne, refuse)
  return {
    contract: { name, input: contract.input, output },
    send: async (input, context) => {
      const reply = await sendAll(input, context)
      return { value: read(reply.value), at: reply.at }
    },
  }
}

interface CompiledReply {
  readonly output: Shape
  /** The record's tree, or NO_RECORD; throws SystemError. */
  readonly read: (reply: Tree) => Tree
  /** Throws SystemError for a reply that is a fault in disguise. */
  readonly refuse: (reply: Tree) => void
}

function compileReply(output: Shape, compiling: Compiling): CompiledReply {
  const { name, rules, system, problems } = compiling
  const packed = rules.unpack && compilePacked(rules.unpack, output, problems)
  const { before, after } = compileOutcomes(output, packed?.shape, compiling)
  const invalid = (reason: string): SystemError =>
    new SystemError('SYSTEM_REPLY_INVALID', system, { operation: name, detail: { reason } })
  const isFound = (outcomes: readonly Outcome[], reply: Tree): boolean => {
    const outcome = outcomes.find(({ applies }) => applies(reply))
    const error = outcome?.toError(reply, system, name)
    if (error !== undefined) throw error
    return outcome === undefined
  }
  const read = (reply: Tree): Tree => {
    if (!isFound(before, reply)) return NO_RECORD
    if (packed === undefined) return reply
    const text = packed.read(reply)
    if (text === null) return NO_RECORD
    if (!isScalar(text)) throw invalid('no packed record')
    const { record, drift } = unpack(String(text), packed.rule)
    if (!isFound(after, record)) return NO_RECORD
    if (drift !== undefined) throw invalid(`${packed.rule.path}: ${drift}`)
    return record
  }
  return { output: packed?.shape ?? output, read, refuse: (reply) => void isFound(before, reply) }
}

interface Packed {
  readonly rule: UnpackRule
  readonly shape: Shape
  readonly read: ReadPath
}

function compilePacked(rule: UnpackRule, output: Shape, problems: string[]): Packed | undefined {
  const path = checkPath(rule.path, output)
  if (typeof path === 'string') {
    problems.push(`unpack ${path}`)
    return undefined
  }
  const { shape } = shapeAt(path, output)
  if (shape?.kind === 'object' || shape?.kind === 'list') {
    problems.push(`unpack: "${rule.path}" is no text`)
  }
  return { rule, shape: unpackedShape(rule), read: compileRead(path) }
}

/** A rule speaks of the reply as received where its path is known there, else of the unpacked record. */
function compileOutcomes(
  output: Shape,
  unpacked: Shape | undefined,
  { rules, problems }: Compiling,
): { readonly before: readonly Outcome[]; readonly after: readonly Outcome[] } {
  const before: Outcome[] = []
  const after: Outcome[] = []
  for (const rule of rules.outcomes ?? []) {
    const raw = compileOutcome(rule, output)
    const later =
      typeof raw === 'string' && unpacked !== undefined ? compileOutcome(rule, unpacked) : undefined
    if (typeof raw !== 'string') before.push(raw)
    else if (later !== undefined && typeof later !== 'string') after.push(later)
    else problems.push(`outcome ${later ?? raw}`)
  }
  return { before, after }
}
