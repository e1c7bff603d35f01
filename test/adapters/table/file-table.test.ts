import { cp, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { encode } from 'iconv-lite'
import { describe, expect, onTestFinished, test } from 'vitest'

import { FindingsError } from '../../../adapters/finding.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import { type Layers, stackLayers } from '../../../subgraphs/folder/layers.ts'
import { eventually } from '../../support/eventually.ts'
import { callContext, systemSettings } from '../wire.ts'

const GIVEN = path.join(import.meta.dirname, 'dropped-licences')
const SETTINGS = systemSettings({
  protocol: 'table',
  contract: 'contract/table.json',
  limits: { timeout: '20s', concurrency: 8, queue: 100, reply: '64MB' },
  operations: {
    licence: { kind: 'query' },
  },
})
const HEADER = 'شماره;کد ملي;شرکت;پايه;اعتبار'

interface Drop {
  readonly layers: Layers
  /** Puts a file there, in windows-1256, as old as that. */
  readonly put: (name: string, text: string, minutesAgo?: number) => Promise<void>
  readonly take: (name: string) => Promise<void>
}

/** An agency that drops its licences every night. Ends with the test. */
async function open(changes: Partial<SystemSettings> = {}, contract?: object): Promise<Drop> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropped-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(GIVEN, folder, { recursive: true })
  const drop = path.join(folder, 'drop')
  const put: Drop['put'] = async (name, text, minutesAgo = 1) => {
    await writeFile(path.join(drop, name), encode(text, 'windows-1256'))
    await age(path.join(drop, name), minutesAgo)
  }
  await age(path.join(drop, 'licences-14050830.csv'), 600)
  await age(path.join(drop, 'licences-14050831.csv'), 60)
  if (contract) await writeFile(path.join(folder, 'contract/table.json'), JSON.stringify(contract))
  const settings = { ...SETTINGS, ...changes }
  const secret = (): string => pathToFileURL(drop).href
  const layers = await stackLayers({ system: 'sys', folder, settings }, { secret })
  onTestFinished(() => layers.close())
  return { layers, put, take: (name) => rm(path.join(drop, name)) }
}

async function age(file: string, minutes: number): Promise<void> {
  const at = Date.now() / 1_000 - minutes * 60
  await utimes(file, at, at)
}

async function ask({ layers }: Drop, input: Record<string, string>): Promise<unknown[]> {
  const { value } = await layers.adapter.call('licence', input, callContext())
  const { rows } = value
  return Array.isArray(rows) ? rows : []
}

const numbers = (rows: unknown[]): unknown[] => rows.map((row) => Object(row).number)

describe('licences that are dropped as files', () => {
  test('are those of the newest file, with its time', async () => {
    const drop = await open()
    const { value, at } = await drop.layers.adapter.call(
      'licence',
      { nationalCode: '0012345679' },
      callContext(),
    )
    expect(value).toEqual({
      rows: [
        {
          number: '0071',
          nationalCode: '0012345679',
          company: 'راه سازان; "يزد"',
          grade: '1',
          until: '1406/01/31',
        },
      ],
    })
    expect(Math.round((Date.now() - at) / 60_000)).toBe(60)
  })

  test.each([
    [{ nationalCode: '0012345679' }, ['0071']],
    [{ nationalCode: '12345679' }, ['0071']],
    [{ company: 'پل و تونل' }, ['0072', '0073']],
    [{ company: 'پل و تونل', nationalCode: '0012345687' }, ['0073']],
    [{ company: 'پل' }, []],
    [{ nationalCode: '0099999999' }, []],
    [{}, ['0071', '0072', '0073', '0074']],
  ])('are found by %j', async (input, expected) => {
    expect(numbers(await ask(await open(), input))).toEqual(expected)
  })

  test('are new with the next file, and the former ones while it is written or broken', async () => {
    const drop = await open()
    const all = (): Promise<unknown[]> => ask(drop, {}).then(numbers)
    expect(await all()).toHaveLength(4)
    await drop.put('licences-14050901.csv', `${HEADER}\n81;0012345679;الف;1;1406/01/31\n`, 0)
    expect(await all()).toHaveLength(4)
    await drop.put('licences-14050901.csv', `${HEADER}\n81;0012345679;الف;1;1406/01/31\n`)
    expect(await all()).toEqual(['81'])
    await drop.put('licences-14050902.csv', `${HEADER}\n82;0012345679;الف\n`, 0.5)
    expect(await all()).toEqual(['81'])
    expect(await all()).toEqual(['81'])
    await drop.put('licences-14050902.csv', `${HEADER}\n83;0012345679;الف;1;1406/01/31\n`, 0.4)
    expect(await all()).toEqual(['83'])
  })

  test('are broken when no file was good, and nobody reads it twice', async () => {
    const drop = await open()
    await drop.put('licences-14050901.csv', `${HEADER}\n82;SECRET\n`)
    for (const _ of [1, 2]) {
      await expect(ask(drop, {})).rejects.toMatchObject({
        code: 'SYSTEM_REPLY_INVALID',
        detail: { reason: 'row 1 has 2 columns' },
      })
    }
  })

  test('are unavailable without a file, though there was one', async () => {
    const drop = await open()
    await ask(drop, {})
    await drop.take('licences-14050830.csv')
    await drop.take('licences-14050831.csv')
    await expect(ask(drop, {})).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      detail: { reason: 'no file' },
    })
  })

  test('of a long file are read in pieces; the former file serves meanwhile', async () => {
    const drop = await open()
    expect(await ask(drop, {})).toHaveLength(4)
    const rows = Array.from({ length: 40_000 }, (_, n) => {
      const code = String(n).padStart(10, '0')
      return `${n};${code};"شرکت ""${n % 7}""; راه\nو بنا";1;1406/01/31`
    })
    await drop.put('licences-14050901.csv', `${HEADER}\r\n${rows.join('\r\n')}\r\n`)
    expect(numbers(await ask(drop, { nationalCode: '0012345679' }))).toEqual(['0071'])
    await eventually(async () =>
      expect(numbers(await ask(drop, { nationalCode: '0000039999' }))).toEqual(['39999']),
    )
    expect(await ask(drop, { company: 'شرکت "3"; راه\nو بنا' })).toHaveLength(5_714)
    await expect(ask(drop, {})).rejects.toMatchObject({ detail: { reason: 'too many rows' } })
    await drop.put('licences-14050902.csv', `${HEADER}\n${rows.join('\n')}\n1;2\n`, 0.5)
    expect(numbers(await ask(drop, { nationalCode: '0000039999' }))).toEqual(['39999'])
  })
})

describe('is refused at load', () => {
  test.each<[string, Partial<SystemSettings>, string]>([
    ['a sign-in', { auth: [{ scheme: 'basic', user: 'U', password: 'P' }] }, 'files let nobody in'],
    ['SOAP', { protocol: 'soap' }, 'SOAP is not read from files'],
    ['a header', { headers: [{ name: 'x-a', text: 'b' }] }, 'files take no headers'],
    ['a write', { operations: { licence: { kind: 'mutation' } } }, 'a file is only read'],
  ])('%s', async (_name, changes, message) => {
    const error: unknown = await open(changes).catch((each: unknown) => each)
    expect(error).toBeInstanceOf(FindingsError)
    expect(String(error)).toContain(message)
  })

  const operation = {
    operation: 'licence',
    path: 'a.csv',
    query: [],
    delimiter: ';',
    header: true,
    columns: [{ name: 'a', type: 'string' }],
  }
  test.each<[string, object, string]>([
    [
      'a query that nobody answers',
      { query: [{ name: 'q', type: 'string', required: true }] },
      'query "q" is sent to nobody',
    ],
    ['a post', { method: 'POST' }, 'a file is not posted to'],
    ['a path out of the folder', { path: '../a.csv' }, 'is none below the folder'],
    ['a pattern of folders', { path: '*/a.csv' }, 'stands in the last part'],
  ])('%s', async (_name, changes, message) => {
    const settings = { operations: { licence: { kind: 'query' as const } } }
    const error: unknown = await open(settings, { ...operation, ...changes }).catch(
      (each: unknown) => each,
    )
    expect(String(error)).toContain(message)
  })
})
