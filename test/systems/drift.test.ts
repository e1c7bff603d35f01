// No silent null: every name that a system was recorded to say, renamed, is a refused answer that says where.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { describe, expect, test } from 'vitest'

import type { ExchangeReply, Transport, Tree } from '../../adapters/adapter.ts'
import { readRecordings } from '../../adapters/playback/recording.ts'
import { SystemError } from '../../schema/errors.ts'
import { stackLayers } from '../../subgraphs/folder/layers.ts'
import { parseSettings } from '../../subgraphs/folder/settings-file.ts'
import { SUBGRAPHS } from './estate-graph.ts'
import { signInReply } from './sign-in-reply.ts'

/** Recorded answers that together hold every name a system says. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'nocr-person': ['deceased'],
  'ssaa-deed': ['jointly-owned'],
  'rmto-smartcard': ['driver-by-national-id'],
  'rahvar-licence': ['licence', 'two-plates'],
  'cra-shahkar': ['match'],
  'post-gnaf': ['one'],
  'tamin-history': ['one-month'],
  'mrud-amlak': ['residences', 'rentals-page-2', 'unit'],
  'nlho-formj': ['red'],
  'ssaa-legal': ['company', 'memberships'],
  'rmto-oversize': ['two-permits'],
  'udrc-fabric': ['at-point'],
  'irimo-warn': ['by-identifier', 'one-warning'],
  'iac-fids': ['delayed', 'departures', 'airport'],
  'cdtic-rail': ['two-parcels', 'of-province'],
  'rai-driver': ['leading-zeros'],
  'urb-plan': ['land-use'],
  'rmto-its': ['one-hour'],
  'cdtic-road': ['right-of-way', 'expropriation'],
  'ntdc-unit': ['payments'],
  'inbr-licence': ['licence'],
  'pmo-pcs': ['one-call'],
  'caa-licence': ['pilot'],
  'pmo-seafarer': ['officer'],
  'rmto-paxlist': ['one-passenger'],
  'rmto-waybill': ['by-number', 'one-waybill', 'driver-record'],
  'caa-paxrights': ['delayed', 'claims', 'claim'],
  'pmo-vessel': ['tanker', 'of-company'],
  'rmto-techinsp': ['passed', 'history'],
  'mrud-saman': ['two-schemes'],
  'rmto-141': ['closed', 'open-requests'],
  'rai-extapi': ['fleet', 'permits'],
  'irimo-data': ['station', 'snow'],
}
/** Names that may change: the envelope's prefix, rpc's wrapper and its only part, referred
 * records and members of arrays, a DataSet's own description. */
const UNREAD =
  /:Envelope$|:Body$|Response$|LicenceReply$|LicenceReturn$|CallsReturn$|^multiRef$|^item$|^xs:/u
const RENAMED = 'renamedByARelease'

/** Each with what must stand in the detail: the name, or where an unknown one was met. */
const NAMES: Readonly<Record<string, RegExp>> = {
  xml: /<([A-Za-z0-9]+:)?([A-Za-z0-9]+)(?=[\s>/])/gu,
  json: /"([A-Za-z0-9_]+)":/gu,
  packed: /(?<=[>;])([A-Za-z]+):/gu,
}

function variants(text: string, kind: 'xml' | 'json' | 'packed'): [string, string][] {
  const names = new Set<string>()
  for (const [, first, second] of text.matchAll(NAMES[kind] ?? /$^/gu)) {
    names.add(kind === 'xml' ? `${first ?? ''}${second ?? ''}` : (first ?? ''))
  }
  return [...names]
    .filter((name) => !UNREAD.test(name))
    .map((name) => [name, rename(text, name, kind)])
}

function rename(text: string, name: string, kind: 'xml' | 'json' | 'packed'): string {
  const other = name.includes(':') ? `${name.split(':')[0]}:${RENAMED}` : RENAMED
  if (kind === 'json') return text.replaceAll(`"${name}":`, `"${other}":`)
  if (kind === 'packed')
    return text.replace(new RegExp(`(?<=[>;])${name}:`, 'u'), () => `${other}:`)
  return text.replaceAll(
    new RegExp(`(</?)${name}(?=[\\s>/])`, 'gu'),
    (_, open) => `${open}${other}`,
  )
}

interface Call {
  readonly operation: string
  readonly input: Tree
}

async function answer(system: string, { operation, input }: Call, reply: ExchangeReply) {
  const folder = path.join(SUBGRAPHS, system)
  const text = await readFile(path.join(folder, 'system.json'), 'utf8')
  const { settings } = parseSettings(text, 'system.json')
  if (settings === undefined) throw new TypeError(`${system} has a broken system.json`)
  const transport: Transport = {
    exchange: async (request) => signInReply(settings, request) ?? reply,
    close: async () => {},
  }
  const layers = await stackLayers(
    { system, folder, settings: { ...settings, retries: 0 } },
    {
      secret: (variable) => (variable.endsWith('_URL') ? 'http://sample.invalid/' : 'x'),
      open: () => transport,
    },
  )
  const context = { requestId: 'r', traceparent: '', signal: AbortSignal.timeout(5_000) }
  return layers.adapter.call(operation, input, context)
}

async function refusal(system: string, call: Call, reply: ExchangeReply): Promise<SystemError> {
  const failed: unknown = await answer(system, call, reply).catch((error: unknown) => error)
  if (!(failed instanceof SystemError)) throw new TypeError(`${system} took a drifted answer`)
  return failed
}

async function readSample(system: string, name: string) {
  const folder = path.join(SUBGRAPHS, system, 'samples')
  const recording = (await readRecordings(folder)).find((each) => each.name === name)
  if (recording === undefined) throw new RangeError(`${system} has no sample ${name}`)
  const call: Call = JSON.parse(await readFile(path.join(folder, name, 'case.json'), 'utf8'))
  return { call, reply: recording.reply }
}

describe.each(
  Object.entries(SAMPLES).flatMap(([system, names]) =>
    names.map((name) => [system, name] as const),
  ),
)('%s, sample %s', async (system, name) => {
  const { call, reply } = await readSample(system, name)
  const text = Buffer.from(reply.body).toString('utf8')
  const kinds = /^\s*[[{]/u.test(text) ? (['json'] as const) : (['xml', 'packed'] as const)
  const all = kinds.flatMap((kind) => variants(text, kind))

  test('stands as recorded', async () => {
    expect(all.length).toBeGreaterThan(3)
    await expect(answer(system, call, reply)).resolves.toHaveProperty('value')
  })

  test.each(all)('with %s renamed is not its contract', async (renamed, drifted) => {
    const error = await refusal(system, call, { ...reply, body: Buffer.from(drifted) })
    const said = `${String(error.detail['reason'])} ${String(error.detail['path'])}`
    expect(error.code).toBe('SYSTEM_REPLY_INVALID')
    expect(said).toMatch(new RegExp(`${renamed.split(':').at(-1)}|${RENAMED}`, 'u'))
  })
})

test.each([
  ['another column', (row: string) => row.replace(';', ';0;')],
  ['a column less', (row: string) => row.replace(';', '')],
  ['columns in another order', (row: string) => row.split(';').toReversed().join(';')],
])('a table row with %s is not its contract', async (_, change) => {
  const { call, reply } = await readSample('vazife-status', 'exempt')
  const row = Buffer.from(reply.body).toString('latin1').trimEnd()
  const error = await refusal('vazife-status', call, {
    ...reply,
    body: Buffer.from(`${change(row)}\r\n`, 'latin1'),
  })
  expect(error.code).toBe('SYSTEM_REPLY_INVALID')
  expect(error.detail['reason']).toMatch(/row/u)
})

test.each([
  ['an operation by position', 'vehicle-by-card', (text: string) => text.replace(';', ';0;')],
  [
    'a key that is left out',
    'driver-by-national-id',
    (text: string) => text.replace(/Grade:[^;]*;/u, ''),
  ],
])('a packed text is not its contract: %s', async (_, name, change) => {
  const { call, reply } = await readSample('rmto-smartcard', name)
  const body = Buffer.from(change(Buffer.from(reply.body).toString('utf8')))
  const error = await refusal('rmto-smartcard', call, { ...reply, body })
  expect(error.code).toBe('SYSTEM_REPLY_INVALID')
  expect(error.detail['reason']).toMatch(/^GetDataResult: (9 fields, not 8|no Grade)$/u)
})
