import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { ExchangeReply, ExchangeRequest } from '../../../adapters/adapter.ts'
import { openPlayback } from '../../../adapters/playback/playback.ts'
import { callContext } from '../wire.ts'

type Files = Readonly<Record<string, string>>

async function samples(cases: Readonly<Record<string, Files>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'samples-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, files] of Object.entries(cases)) {
    await mkdir(join(folder, name))
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, name, file), text)
  }
  return folder
}

async function play(
  cases: Readonly<Record<string, Files>>,
  request: Partial<ExchangeRequest>,
): Promise<ExchangeReply> {
  const transport = await openPlayback(await samples(cases))
  return transport.exchange({ method: 'POST', path: '', headers: {}, ...request }, callContext())
}

const CASES = {
  'one-json': {
    'case.json': '{"operation": "a", "wire": {"path": "/a?x={*}"}}',
    'request.json': '{"nin": "1", "id": "{*}", "list": [1]}',
    'response.json': '{"ok": 1}',
  },
  'two-xml': {
    'case.json': '{"operation": "b", "wire": {"status": 500}}',
    'request.xml': '<a>\n  <nonce>{*}</nonce>\n  <b>1</b>\n</a>\n',
    'response.xml': '<fault/>',
  },
  'three-page': {
    'case.json': '{"wire": {"path": "/page", "contentType": "text/plain"}}',
    'response.html': '<html/>',
  },
}

describe('a recorded exchange answers', () => {
  test.each<[string, Partial<ExchangeRequest>, number, string, string]>([
    [
      'JSON in any order',
      { path: '/a?x=9', body: '{"id":"zz","list":[1],"nin":"1"}' },
      200,
      'application/json',
      '{"ok": 1}',
    ],
    [
      'XML in any layout',
      { body: Buffer.from('<a><nonce>q</nonce><b>1</b></a>') },
      500,
      'text/xml; charset=utf-8',
      '<fault/>',
    ],
    ['a GET', { method: 'GET', path: '/page' }, 200, 'text/plain', '<html/>'],
  ])('%s', async (...row) => {
    const [, request, status, type, text] = row
    const reply = await play(CASES, request)
    expect(reply).toMatchObject({ status, headers: { 'content-type': type } })
    expect(Buffer.from(reply.body).toString()).toBe(text)
  })
})

describe('a request that matches none', () => {
  test.each<[Partial<ExchangeRequest>, string]>([
    [
      { method: 'GET', path: '/a?x=1', body: '{"nin":"0012345678","list":[2,3]}' },
      'one-json differs in method, body.nin, body.list.0, body.list.1, body.id',
    ],
    [{ path: '/b', body: '{"nin":"1","id":"2","list":[1]}' }, 'one-json differs in path'],
    [{ body: '<a><nonce>q</nonce><b>0012345678</b></a>' }, 'two-xml differs in body at a.b'],
    [
      { body: '<a><nonce>q</nonce><b>1</b></a><more>0012345678</more>' },
      'two-xml differs in body at line 5',
    ],
    [{ method: 'GET', path: '/page', body: '0012345678' }, 'three-page differs in body at line 1'],
  ])('is an error that names the places, not the values', async (request, line) => {
    const error: unknown = await play(CASES, request).catch((each: unknown) => each)
    expect(
      String(error)
        .split('\n')
        .map((each) => each.replace(/^\w+: /, '')),
    ).toContain(line)
    expect(String(error)).not.toContain('0012345678')
  })
})

test('cases that cannot be read are reported at once', async () => {
  const folder = await samples({
    a: {},
    b: { 'case.json': '[' },
    c: { 'case.json': '{"wire": {"status": "x"}}' },
  })
  const error: unknown = await openPlayback(folder).catch((each: unknown) => each)
  expect(String(error).split('\n')).toEqual([
    expect.stringContaining('a/case.json is missing'),
    expect.stringContaining('b/case.json is not a JSON object'),
    expect.stringContaining('c/case.json /wire/status'),
  ])
})
