import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { ExchangeReply, ExchangeRequest, Transport } from '../../../adapters/adapter.ts'
import { openFileDrop } from '../../../adapters/transport/file-drop.ts'
import { callContext, everythingOf } from '../wire.ts'

const NOW = Date.parse('2026-11-22T08:30:00Z')
const LONG_AGO = NOW - 86_400_000

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'drop-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(path.join(folder, 'in/deep'), { recursive: true })
  await write(path.join(folder, 'secret.csv'), 'SECRET')
  return folder
}

async function write(file: string, text: string, at = LONG_AGO): Promise<void> {
  await writeFile(file, text)
  await utimes(file, at / 1_000, at / 1_000)
}

interface Opening {
  readonly patterns?: boolean
  readonly replyBytes?: number
}

/** The drop is the folder `in`; beside it is what is nobody's business. */
function open(folder: string, { patterns = true, replyBytes = 10_000 }: Opening = {}): Transport {
  const address = pathToFileURL(path.join(folder, 'in')).href
  return openFileDrop({ system: 'sys', address, replyBytes, patterns, now: () => NOW })
}

function get(
  transport: Transport,
  file: string,
  more: Partial<ExchangeRequest> = {},
): Promise<ExchangeReply> {
  return transport.exchange({ method: 'GET', path: file, headers: {}, ...more }, callContext())
}

const text = ({ body }: ExchangeReply): string => Buffer.from(body).toString()

async function all({ body, rest }: ExchangeReply): Promise<string> {
  const pieces = [body]
  for await (const piece of rest ?? []) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

describe('a file is given', () => {
  test('with its time, kind and tag', async () => {
    const folder = await aFolder()
    await write(path.join(folder, 'in/a.csv'), 'x')
    expect(await get(open(folder), 'a.csv')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/csv', 'last-modified': 'Sat, 21 Nov 2026 08:30:00 GMT' },
      body: Buffer.from('x'),
    })
  })

  test.each([
    ['the newest', 'l-*.csv', 'new'],
    ['the one of all parts', 'l-*-b*.csv', 'old'],
    ['of a folder below', 'deep/*', 'deep'],
    ['by its name', '/l-2-a.csv', 'new'],
  ])('%s', async (_name, pattern, expected) => {
    const folder = await aFolder()
    await write(path.join(folder, 'in/l-3-b.csv'), 'old', LONG_AGO)
    await write(path.join(folder, 'in/l-2-a.csv'), 'new', LONG_AGO + 5)
    await write(path.join(folder, 'in/deep/x'), 'deep')
    await write(path.join(folder, 'in/m-1.csv'), 'other', LONG_AGO + 9)
    await write(path.join(folder, 'in/l-4.csv.part'), 'half', LONG_AGO + 9)
    await write(path.join(folder, 'in/.l-5.csv'), 'hidden', LONG_AGO + 9)
    expect(text(await get(open(folder), pattern))).toBe(expected)
  })

  test('not again to whoever has it, until it changes', async () => {
    const folder = await aFolder()
    const transport = open(folder)
    const file = path.join(folder, 'in/a.csv')
    await write(file, 'x')
    const { headers } = await get(transport, 'a.csv')
    const known = { headers: { 'if-none-match': headers['etag'] ?? '' } }
    expect(await get(transport, 'a.csv', known)).toMatchObject({ status: 304 })
    await write(file, 'y', LONG_AGO + 1)
    expect(text(await get(transport, 'a.csv', known))).toBe('y')
  })

  test('in pieces where it is long', async () => {
    const folder = await aFolder()
    const long = 'ردیف\n'.repeat(100_000)
    await write(path.join(folder, 'in/a.csv'), long)
    const transport = open(folder, { replyBytes: 2_000_000 })
    const reply = await get(transport, 'a.csv', { stream: 1_000 })
    expect(reply.body.length).toBeLessThan(300_000)
    expect(await all(reply)).toBe(long)
  })
})

describe('a file that is written', () => {
  test('is not taken: the one before it is given', async () => {
    const folder = await aFolder()
    const transport = open(folder)
    const file = path.join(folder, 'in/a.csv')
    await write(file, 'whole')
    await get(transport, 'a.csv')
    await write(file, 'ha', NOW - 500)
    expect(text(await get(transport, 'a.csv'))).toBe('whole')
    await write(file, 'half is whole', NOW - 1_000)
    expect(text(await get(transport, 'a.csv'))).toBe('half is whole')
  })

  test('gives way to an older one of the pattern', async () => {
    const folder = await aFolder()
    await write(path.join(folder, 'in/a-1.csv'), 'old')
    await write(path.join(folder, 'in/a-2.csv'), 'ne', NOW - 1)
    expect(text(await get(open(folder), 'a-*.csv'))).toBe('old')
  })

  test('is not there when there is none before it', async () => {
    const folder = await aFolder()
    await write(path.join(folder, 'in/a.csv'), 'ha', NOW - 500)
    await expect(get(open(folder), 'a.csv')).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      detail: { reason: 'being written' },
    })
  })

  test.each([
    ['grows', (file: string) => writeFile(file, 'x', { flag: 'a' })],
    ['shrinks', (file: string) => truncate(file, 300_000)],
  ])('while it is read is refused at its end: it %s', async (_name, change) => {
    const folder = await aFolder()
    const file = path.join(folder, 'in/a.csv')
    await write(file, 'x'.repeat(600_000))
    const transport = open(folder, { replyBytes: 2_000_000 })
    const reply = await get(transport, 'a.csv', { stream: 1_000 })
    await change(file)
    await expect(all(reply)).rejects.toMatchObject({ detail: { reason: 'being written' } })
  })
})

describe('there is nothing', () => {
  test.each([
    ['no file', 'b.csv'],
    ['no file', 'b-*.csv'],
    ['no file', 'none/b.csv'],
    ['not a file', 'deep'],
    ['outside', '../secret.csv'],
    ['outside', 'deep/../../secret.csv'],
    ['outside', './a.csv'],
    ['outside', 'deep\\..\\a.csv'],
    ['outside', ''],
    ['outside', 'link.csv'],
    ['outside', 'l*.csv'],
    ['outside', 'up/secret.csv'],
  ])('%s: %s', async (reason, file) => {
    const folder = await aFolder()
    await symlink('../secret.csv', path.join(folder, 'in/link.csv'))
    await symlink('..', path.join(folder, 'in/up'))
    const error: unknown = await get(open(folder), file).catch((each: unknown) => each)
    expect(error).toMatchObject({ code: 'SYSTEM_UNAVAILABLE', detail: { reason } })
    expect(everythingOf(error)).not.toMatch(/SECRET|secret\.csv/)
  })

  test.each(['%2e%2e/secret.csv', '..%2fsecret.csv', '%2e%2e%2fsecret.csv', 'a%00.csv', '%ff'])(
    'outside by what a caller writes: %s',
    async (file) => {
      const folder = await aFolder()
      const asked = get(open(folder, { patterns: false }), file)
      await expect(asked).rejects.toMatchObject({ detail: { reason: 'outside' } })
    },
  )

  test('by a pattern of a caller', async () => {
    const folder = await aFolder()
    await write(path.join(folder, 'in/a.csv'), 'x')
    const transport = open(folder, { patterns: false })
    await expect(get(transport, '*')).rejects.toMatchObject({ detail: { reason: 'no file' } })
    await write(path.join(folder, 'in/*'), 'of that name')
    expect(text(await get(transport, '*'))).toBe('of that name')
  })
})

test.each<[string, string, string, Partial<ExchangeRequest>]>([
  ['a post', 'SYSTEM_REFUSED', 'a file is only read', { method: 'POST' }],
  ['a query', 'SYSTEM_REFUSED', 'a file is only read', { path: 'a.csv?x=1' }],
  ['a file of more than the limit', 'SYSTEM_REPLY_INVALID', 'too large', {}],
])('refuses %s', async (_name, code, reason, request) => {
  const folder = await aFolder()
  await write(path.join(folder, 'in/a.csv'), 'x'.repeat(10_001))
  await expect(get(open(folder), 'a.csv', request)).rejects.toMatchObject({
    code,
    detail: { reason },
  })
})
