// `npm run record` against the simulated systems: what is written can be read, replayed and shown to anybody.

import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { runRecord } from '../../../deploy/onboard/record.ts'
import { isNationalId } from '../../../schema/scalars/national-id.ts'
import { recordLive } from '../../../subgraphs/onboard/record.ts'
import { type Estate, startEstate } from '../../estate/start-estate.ts'

const SUBGRAPHS = path.join(import.meta.dirname, '../../../subgraphs')
const SYSTEMS = ['nocr-person', 'ssaa-deed', 'vazife-status']

// Each recording waits a second, so that times to the second differ.
vi.setConfig({ testTimeout: 20_000 })

let estate: Estate
let root: string
const lines: string[] = []
const output = {
  out: (line: string) => void lines.push(line),
  error: (line: string) => void lines.push(`! ${line}`),
}

beforeAll(async () => {
  estate = await startEstate({ only: SYSTEMS, switches: { latency: 0 } })
  root = await mkdtemp(path.join(tmpdir(), 'record-'))
  for (const system of SYSTEMS) {
    await cp(path.join(SUBGRAPHS, system), path.join(root, system), { recursive: true })
  }
})

beforeEach(() => {
  lines.length = 0
  estate.reset()
  for (const system of SYSTEMS) estate.set(system, { latency: 0 })
})

afterAll(async () => {
  await estate.close()
  await rm(root, { recursive: true, force: true })
})

function record(...args: readonly string[]): Promise<number> {
  const [system = '', ...rest] = args
  return runRecord([path.join(root, system), ...rest], output, (name) => estate.environment[name])
}

async function written(system: string, name: string): Promise<Record<string, string>> {
  const folder = path.join(root, system, 'samples', name)
  const entries = [
    'case.json',
    'request.xml',
    'response.xml',
    'request.json',
    'response.json',
    'response.csv',
  ]
  const found: Record<string, string> = {}
  for (const file of entries) {
    const text = await readFile(path.join(folder, file), 'latin1').catch(() => undefined)
    if (text !== undefined) found[file] = text
  }
  return found
}

const KAVEH = '4120371'

describe('a case', () => {
  test('of the registry: names are invented below base64, the number stays a national id', async () => {
    const args = JSON.stringify({ arg0: { nin: KAVEH } })
    expect(
      await record('nocr-person', '--operation', 'identity', '--args', args, '--case', 'live'),
    ).toBe(0)
    const files = await written('nocr-person', 'live')
    const all = Object.values(files).join('\n')
    for (const real of [
      KAVEH,
      Buffer.from('کاوه').toString('base64'),
      '1593601044',
      estate.environment['NOCR_PERSON_PASSWORD'] ?? 'none',
    ]) {
      expect(all).not.toContain(real)
    }
    const nin = /<nin>(\d+)<\/nin>/.exec(files['response.xml'] ?? '')?.[1] ?? ''
    expect(isNationalId(nin.padStart(10, '0'))).toBe(true)
    expect(files['request.xml']).toContain(`<nin>${nin}</nin>`)
    expect(files['request.xml']).toContain('sample-user')
    expect(
      JSON.parse(Buffer.from(files['case.json'] ?? '', 'latin1').toString('utf8')),
    ).toMatchObject({
      operation: 'identity',
      wire: { status: 200 },
      expect: { value: { return: [{ nin, gender: 1, deathStatus: 0 }] } },
    })
  })

  test('with WS-Security: nonce and time are open, the token is a sample', async () => {
    const args = JSON.stringify({ NationalCode: '0004120371' })
    const code = await record(
      'ssaa-deed',
      '--operation',
      'deedsOfPerson',
      '--args',
      args,
      '--case',
      'live',
    )
    expect([code, ...lines.filter((line) => line.startsWith('! '))]).toEqual([0])
    const { 'request.xml': request = '', ...rest } = await written('ssaa-deed', 'live')
    expect(request).toMatch(/<wsu:Created>\{\*\}</)
    expect(request).toMatch(/<wsse:Nonce [^>]*>\{\*\}</)
    expect(Object.values(rest).join('')).not.toContain('0004120371')
  })

  test('of a table: the charset stays the one in which it came', async () => {
    const args = JSON.stringify({ nin: KAVEH })
    expect(
      await record('vazife-status', '--operation', 'status', '--args', args, '--case', 'live'),
    ).toBe(0)
    const { 'response.csv': cells = '' } = await written('vazife-status', 'live')
    expect(cells).not.toContain(KAVEH)
    const text = new TextDecoder('windows-1256', { fatal: true }).decode(
      Buffer.from(cells, 'latin1'),
    )
    expect(text).toMatch(/\p{Script=Arabic}/u)
  })
})

describe('comparing', () => {
  const args = JSON.stringify({ arg0: { nin: KAVEH } })

  test('finds nothing while the system is what the samples say, and writes nothing', async () => {
    expect(await record('nocr-person', '--operation', 'identity', '--args', args, '--check')).toBe(
      0,
    )
    expect(lines[0]).toBe('answered with a value')
  })

  test('names what has drifted', async () => {
    estate.set('nocr-person', { drift: true })
    expect(await record('nocr-person', '--operation', 'identity', '--args', args, '--check')).toBe(
      1,
    )
    expect(lines.join('\n')).toMatch(/! in no sample until now: \S*firstName/)
    expect(lines.join('\n')).toContain('! the answer is not of the contract')
  })
})

describe('refused', () => {
  test('what would be read otherwise with invented values is not written', async () => {
    const recording = recordLive(
      {
        folder: path.join(root, 'nocr-person'),
        operation: 'identity',
        input: { arg0: { nin: KAVEH } },
        secret: (name) => estate.environment[name] ?? '',
        scrub: () => '99',
      },
      'half',
    )
    await expect(recording).rejects.toThrow('name the elements that hold codes by --keep')
    expect(await written('nocr-person', 'half')).toEqual({})
  })

  test.each([
    [
      ['nocr-person', '--operation', 'nothing', '--check'],
      1,
      /has no operation "nothing", only identity/,
    ],
    [['nobody', '--operation', 'x', '--check'], 1, /nobody\/system\.json cannot be read/],
    [
      ['nocr-person', '--operation', 'identity', '--args', '{"arg0":{"x":1}}', '--check'],
      1,
      /arg0\.x/,
    ],
    [['nocr-person', '--operation', 'identity'], 2, /npm run record/],
    [['nocr-person', '--operation', 'identity', '--case', '../../x'], 2, /npm run record/],
    [['nocr-person', '--operation', 'identity', '--case', 'x', '--check'], 2, /npm run record/],
  ])('%j', async (args, code, message) => {
    expect(await record(...args)).toBe(code)
    expect(lines.join('\n')).toMatch(message)
  })
})
