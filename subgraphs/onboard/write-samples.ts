// First samples of a folder, made from its contract alone. In: a folder that loads. Out: cases that `npm test` replays
// both ways: what is sent for an input, and what an answer, a fault, a page and a renamed field are read as.

import { join } from 'node:path'

import type {
  ExchangeReply,
  ExchangeRequest,
  LoadedAdapter,
  Transport,
  Tree,
} from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { isTree } from '../../adapters/tree.ts'
import { CallerError } from '../../schema/errors.ts'
import { type Layers, stackLayers } from '../folder/layers.ts'
import type { PlannedOperation } from './plan-operation.ts'
import { outcomeOf } from './record.ts'
import { sampleSecret } from './sample-secret.ts'
import { sampleValue } from './sample-value.ts'
import { withoutValue } from './without-value.ts'
import { writeCase } from './write-case.ts'

export interface SampleSource {
  readonly system: string
  readonly folder: string
  readonly settings: SystemSettings
  readonly codec: LoadedAdapter
  readonly operations: readonly PlannedOperation[]
}

interface Draft {
  readonly name: string
  readonly why: string
  readonly operation: PlannedOperation
  readonly reply: ExchangeReply
  /** The case says nothing unless it is refused. */
  readonly mustFail: boolean
}

export interface Written {
  /** Names of the cases. */
  readonly samples: readonly string[]
  /** Operations for which none could be invented, and why. */
  readonly notes: readonly string[]
}

export async function writeSamples(source: SampleSource): Promise<Written> {
  const player = new Player()
  const layers = await stackLayers(
    { ...source, settings: { ...source.settings, retries: 0 } },
    { secret: sampleSecret, now: () => NOON, open: () => player },
  )
  const samples: string[] = []
  const notes = new Set<string>()
  const stage = { player, layers, folder: source.folder }
  for (const operation of source.operations) {
    try {
      samples.push(...(await writeDrafts(draftsOf(source, operation), stage)))
    } catch (error) {
      if (!(error instanceof CallerError)) throw error
      notes.add(
        `${operation.name}: no sample could be invented (${error.message}): write one or record it`,
      )
    }
  }
  await layers.close()
  return { samples, notes: [...notes] }
}

async function writeDrafts(drafts: Iterable<Draft>, stage: Stage): Promise<readonly string[]> {
  const names: string[] = []
  for (const draft of drafts) if (await writeDraft(draft, stage)) names.push(draft.name)
  return names
}

interface Stage {
  readonly player: Player
  readonly layers: Layers
  readonly folder: string
}

/** False when the case would say nothing. */
async function writeDraft(draft: Draft, { player, layers, folder }: Stage): Promise<boolean> {
  const { why, reply, operation, mustFail } = draft
  player.reply = reply
  player.sent = undefined
  const { input, expect } = await ask(draft, layers)
  const request = player.sent
  if (request === undefined || (mustFail && 'value' in expect)) return false
  const place = join(folder, 'samples', draft.name)
  await writeCase(place, { why, operation: operation.name, input, request, reply, expect })
  return true
}

/** With all that may be asked; with the least where that is too much at once (a choice). */
async function ask({ operation }: Draft, { adapter }: Layers) {
  const full = inputOf(operation, false)
  try {
    return { input: full, expect: await outcomeOf(adapter, operation.name, full) }
  } catch (error) {
    if (!(error instanceof CallerError)) throw error
    const least = inputOf(operation, true)
    return { input: least, expect: await outcomeOf(adapter, operation.name, least) }
  }
}

/** No maintenance window is open at noon. */
const NOON = Date.parse('2026-11-22T08:30:00Z')
const PAGE =
  '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n'

class Player implements Transport {
  reply: ExchangeReply | undefined
  sent: ExchangeRequest | undefined

  exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    this.sent = request
    return Promise.resolve(this.reply ?? html())
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function* draftsOf(
  { codec, operations }: SampleSource,
  operation: PlannedOperation,
): Generator<Draft> {
  const { name } = operation
  if (operation === operations[0]) {
    const why = "A proxy's page instead of an answer."
    yield { name: 'garbage', why, operation, reply: html(), mustFail: true }
  }
  const full = answerOf(codec, operation, false)
  const least = answerOf(codec, operation, true)
  if (full === undefined || least === undefined) return
  const all = 'All that the contract allows.'
  yield { name: kebab(name), why: all, operation, reply: full, mustFail: false }
  const owed = 'Only what the contract demands.'
  yield { name: kebab(`${name}-least`), why: owed, operation, reply: least, mustFail: false }
  const reply = withRenamed(full)
  if (reply === undefined) return
  const drift = 'A field has another name than in the contract.'
  yield { name: kebab(`${name}-drift`), why: drift, operation, reply, mustFail: true }
}

function answerOf(
  { answer }: LoadedAdapter,
  { contract }: PlannedOperation,
  least: boolean,
): ExchangeReply | undefined {
  const value = sampleValue(contract.output, { least })
  return value !== undefined && isTree(value) ? answer?.(contract.name, value) : undefined
}

function html(): ExchangeReply {
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  return { status: 200, headers, body: Buffer.from(PAGE) }
}

/** What our side gives; credentials are put in by the layers. */
function inputOf({ contract, credentials, paging }: PlannedOperation, least: boolean): Tree {
  const value = sampleValue(contract.input, { least })
  const tree = value !== undefined && isTree(value) ? value : {}
  const turned = [paging?.page, paging?.offset, paging?.limit].filter((path) => path !== undefined)
  const put = [...credentials.map(({ path }) => path), ...turned]
  return put.reduce((rest, path) => withoutValue(rest, path), tree)
}

/** The last element or member of the answer that holds text, under another name. */
function withRenamed(reply: ExchangeReply): ExchangeReply | undefined {
  if (/^text\/(?!xml|html)/.test(reply.headers['content-type'] ?? ''))
    return withRenamedColumn(reply)
  const text = Buffer.from(reply.body).toString('utf8')
  const xml = /<((?:[\w.-]+:)?[\w.-]+)((?:\s[^<>]*)?)>([^<]*)<\/\1>/u.exec(text)
  const json = /"([^"\\]+)":/u.exec(text)
  const renamed =
    xml === null
      ? json && text.replace(json[0], `"${json[1]}Renamed":`)
      : text.replace(xml[0], `<${xml[1]}Renamed${xml[2]}>${xml[3]}</${xml[1]}Renamed>`)
  return renamed === null ? undefined : { ...reply, body: Buffer.from(renamed) }
}

/** Byte by byte: in whatever charset, the separators are ASCII. */
function withRenamedColumn(reply: ExchangeReply): ExchangeReply | undefined {
  const text = Buffer.from(reply.body).toString('latin1')
  if (text.startsWith('<')) return undefined
  const body = Buffer.from(text.replace(/^[^;,\t|\r\n]+/, '$&2'), 'latin1')
  return { ...reply, body }
}

function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
}
