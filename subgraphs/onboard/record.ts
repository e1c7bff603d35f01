// Samples from a live system. In: a folder, an operation and a real input. Out: a case with invented values in place of
// the real ones, which the folder reads in the same way; or what differs between the answer and the samples at hand.
// Never: a real value, a credential or a token in a file.

import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import type {
  Adapter,
  Contract,
  ExchangeReply,
  ExchangeRequest,
  Secret,
  Shape,
  Transport,
  Tree,
  Value,
} from '../../adapters/adapter.ts'
import { encodeText } from '../../adapters/encode-text.ts'
import { FindingsError } from '../../adapters/finding.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { openTransport } from '../../adapters/transport/http.ts'
import { isList, isTree } from '../../adapters/tree.ts'
import { SystemError } from '../../schema/errors.ts'
import { type Layers, stackLayers } from '../folder/layers.ts'
import { parseSettings } from '../folder/settings-file.ts'
import { type Differences, differencesOf, OLD_CHARSET, readableText, unreadOf } from './drift.ts'
import { keptValues } from './kept-values.ts'
import { sampleSecret } from './sample-secret.ts'
import { scrubBody, scrubNamed, type ScrubRules } from './scrub-body.ts'
import { scrubber, type ScrubValue } from './scrub-value.ts'
import { type Outcome, writeCase } from './write-case.ts'

export interface RecordOptions {
  readonly folder: string
  /** Our name. */
  readonly operation: string
  readonly input: Tree
  /** Address and accounts of the live system. */
  readonly secret: Secret
  /** Names of elements or members whose values are nobody's. */
  readonly keep?: readonly string[]
  /** Default: another one each time. */
  readonly scrub?: ScrubValue
}

export interface Recorded extends Differences {
  readonly outcome: Outcome
  /** Why an answer is none of the contract, and where; never a value. */
  readonly why: string | undefined
  /** Fields of the schema that cannot read the answer, though it is of the contract. */
  readonly unread: readonly string[]
}

/** Asks once and compares with the samples; writes nothing. Throws FindingsError. */
export async function compareLive(options: RecordOptions): Promise<Recorded> {
  const system = await openFolder(options.folder)
  const { reply, outcome, why, contract } = await askLive(system, options)
  const unread = await unreadOf(system, { contract, outcome, operation: options.operation })
  return { outcome, why, unread, ...(await differencesOf(system, options.operation, reply)) }
}

/** Asks once and writes `samples/<name>/`. Throws FindingsError when the scrubbed case would not be read as the real one was. */
export async function recordLive(options: RecordOptions, name: string): Promise<Recorded> {
  const system = await openFolder(options.folder)
  const { reply, outcome, why, contract } = await askLive(system, options)
  const unread = await unreadOf(system, { contract, outcome, operation: options.operation })
  const compared = await differencesOf(system, options.operation, reply)
  const rules = rulesOf(system, options, contract)
  const input = scrubTree(options.input, rules)
  const answer = scrubReply(reply, system.settings, rules)
  const played = await play(system, options.operation, { input, reply: answer })
  if (kindOf(played.outcome) !== kindOf(outcome)) {
    const message = `with invented values the answer is read as ${kindOf(played.outcome)}, not ${kindOf(outcome)}: name the elements that hold codes by --keep A,B`
    throw new FindingsError([{ file: `${system.name}/samples/${name}`, message }])
  }
  await writeCase(join(options.folder, 'samples', name), {
    why: 'Recorded from the live system, values invented.',
    operation: options.operation,
    input,
    request: played.request,
    reply: answer,
    expect: played.outcome,
  })
  return { outcome: played.outcome, why, unread, ...compared }
}

interface System {
  readonly name: string
  readonly folder: string
  readonly settings: SystemSettings
  readonly schema: string
}

async function openFolder(folder: string): Promise<System> {
  const name = basename(folder)
  const file = `${name}/system.json`
  const text = await readFile(join(folder, 'system.json'), 'utf8').catch(() => undefined)
  const schema = await readFile(join(folder, 'schema.graphql'), 'utf8').catch(() => undefined)
  if (text === undefined || schema === undefined) {
    throw new FindingsError([{ file, message: 'cannot be read' }])
  }
  const { settings, findings } = parseSettings(text, file)
  if (settings === undefined) throw new FindingsError(findings)
  return { name, folder, settings, schema }
}

/** Keeps what passes, so that the last exchange is the operation's own: a login comes before it. */
class Tap implements Transport {
  readonly #inner: Transport
  request: ExchangeRequest | undefined
  reply: ExchangeReply | undefined

  constructor(inner: Transport) {
    this.#inner = inner
  }

  async exchange(...[request, context]: Parameters<Transport['exchange']>): Promise<ExchangeReply> {
    this.request = request
    this.reply = await this.#inner.exchange(request, context)
    return this.reply
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}

async function askLive(system: System, { operation, input, secret }: RecordOptions) {
  assertOperation(system, operation)
  let tap: Tap | undefined
  const layers = await stack(system, secret, (options) => {
    tap = new Tap(openTransport(options))
    return tap
  })
  let why: string | undefined
  const outcome = await outcomeOf(layers.adapter, operation, input, ({ detail }) => {
    const { reason, path } = detail
    why =
      reason === undefined
        ? undefined
        : `${String(reason)}${path === undefined ? '' : ` at ${path}`}`
  })
  await layers.close()
  if (tap?.reply === undefined) {
    const message = `the system did not answer: ${'error' in outcome ? outcome.error : 'nothing came'}`
    throw new FindingsError([{ file: `${system.name}/system.json`, message }])
  }
  return { reply: tap.reply, outcome, why, contract: layers.contract }
}

function assertOperation({ name, settings }: System, operation: string): void {
  const known = Object.keys(settings.operations)
  if (known.includes(operation)) return
  const message = `has no operation "${operation}", only ${known.join(', ')}`
  throw new FindingsError([{ file: `${name}/system.json`, message }])
}

type Open = NonNullable<Parameters<typeof stackLayers>[1]['open']>

function stack(system: System, secret: Secret, open: Open): Promise<Layers> {
  const settings = { ...system.settings, retries: 0 }
  return stackLayers(
    { system: system.name, folder: system.folder, settings },
    { secret, open, now: () => NOON },
  )
}

/** No maintenance window is open at noon. */
const NOON = Date.parse('2026-11-22T08:30:00Z')

/** Throws CallerError for an input that the contract does not allow. */
export async function outcomeOf(
  adapter: Adapter,
  operation: string,
  input: Tree,
  explain: (error: SystemError) => void = () => {},
): Promise<Outcome> {
  const context = { requestId: 'sample', traceparent: '', signal: AbortSignal.timeout(60_000) }
  try {
    const { value } = await adapter.call(operation, input, context)
    return { value }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    explain(error)
    const { code, faultCode } = error
    return { error: code, ...(faultCode === undefined ? {} : { faultCode }) }
  }
}

function rulesOf(
  { schema, settings }: System,
  { keep = [], operation, scrub = scrubber() }: RecordOptions,
  contract: Contract,
): ScrubRules {
  const kept = keptValues(schema, settings)
  const output = contract.operations.get(operation)?.output
  return {
    ...kept,
    keepNames: new Set([...kept.keepNames, ...keep]),
    keepValues: new Set([...kept.keepValues, ...(output ? wordsOf(output, settings) : [])]),
    scrub,
  }
}

/** The names of a table's columns stand among its cells. */
function* wordsOf(output: Shape, { protocol }: SystemSettings): Generator<string> {
  yield* valuesOf(output)
  if (protocol === 'table') yield* namesOf(output)
}

function* namesOf(shape: Shape): Generator<string> {
  if (shape.kind === 'list') yield* namesOf(shape.of)
  else if (shape.kind === 'object')
    for (const [name, below] of shape.fields) {
      yield name
      yield* namesOf(below)
    }
}

/** All values that a contract lists are its words, nobody's. */
function* valuesOf(shape: Shape): Generator<string> {
  if (shape.kind === 'scalar') yield* shape.values ?? []
  else if (shape.kind === 'list') yield* valuesOf(shape.of)
  else if (shape.kind === 'object')
    for (const below of shape.fields.values()) yield* valuesOf(below)
}

function scrubTree(tree: Tree, rules: ScrubRules): Tree {
  const scrubbed = scrubInput(tree, '', rules)
  return isTree(scrubbed) ? scrubbed : {}
}

function scrubInput(value: Value, name: string, rules: ScrubRules): Value {
  if (isList(value)) return value.map((item) => scrubInput(item, name, rules))
  if (isTree(value)) {
    const members = Object.entries(value).map(([key, below]) => [
      key,
      scrubInput(below, key, rules),
    ])
    return Object.fromEntries(members)
  }
  if (typeof value === 'string') return scrubNamed(name, value, rules)
  return typeof value === 'number' ? Number(scrubNamed(name, String(value), rules)) : value
}

/** In the charset in which it came. */
function scrubReply(
  reply: ExchangeReply,
  { charset }: SystemSettings,
  rules: ScrubRules,
): ExchangeReply {
  const type = reply.headers['content-type'] ?? ''
  const label =
    /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ??
    charset ??
    (isUtf8(reply.body) ? 'utf-8' : OLD_CHARSET)
  const text = scrubBody(readableText(reply.body, type, charset), type, rules)
  const body = encodeText(text, label) ?? new TextEncoder().encode(text)
  return { status: reply.status, headers: { 'content-type': type }, body }
}

/** Milliseconds: times to the second differ, too. */
const A_TIME_APART = 1_100

interface Played {
  readonly request: ExchangeRequest
  readonly outcome: Outcome
}

/** What the folder sends and reads with sample accounts; twice, so that what is made anew each time can be told. */
async function play(
  system: System,
  operation: string,
  { input, reply }: { readonly input: Tree; readonly reply: ExchangeReply },
): Promise<Played> {
  const sent: ExchangeRequest[] = []
  const exchange = (request: ExchangeRequest): Promise<ExchangeReply> => {
    sent.push(request)
    return Promise.resolve(reply)
  }
  const layers = await stack(system, sampleSecret, () => ({
    exchange,
    close: () => Promise.resolve(),
  }))
  const outcome = await outcomeOf(layers.adapter, operation, input)
  await setTimeout(A_TIME_APART)
  await outcomeOf(layers.adapter, operation, input)
  await layers.close()
  const [first, second = first] = sent.slice(-2)
  if (first === undefined || second === undefined) {
    throw new FindingsError([{ file: system.name, message: 'nothing would be sent' }])
  }
  return { request: { ...second, body: withHoles(textOf(first), textOf(second)) }, outcome }
}

function textOf({ body }: ExchangeRequest): string {
  return typeof body === 'string' ? body : Buffer.from(body ?? []).toString('utf8')
}

/** `{*}` where two requests for the same thing differ: nonces, times, ids. */
function withHoles(a: string, b: string): string {
  const split = b.startsWith('<') ? /(<[^<>]*>)/ : /("(?:[^"\\]|\\.)*"|[&=])/
  const [left, right] = [a.split(split), b.split(split)]
  if (left.length !== right.length) return b
  return right.map((part, index) => (part === left[index] ? part : toHole(part))).join('')
}

function toHole(part: string): string {
  if (part.startsWith('<')) return withAttributeHoles(part)
  return part.startsWith('"') ? '"{*}"' : '{*}'
}

function withAttributeHoles(tag: string): string {
  return tag.replaceAll(/="[^"]*"/g, '="{*}"')
}

function kindOf(outcome: Outcome): string {
  return 'error' in outcome ? outcome.error : 'a value'
}
