// Answers that come in pieces, in any charset, cut anywhere.

import { expect, test } from 'vitest'

import { readAnswer } from '../../../adapters/soap/read-answer.ts'
import { enveloped, NOTHING } from './contract.ts'

const EXPECTED = {
  ...NOTHING,
  bodies: [
    {
      key: 'a',
      local: 'a',
      namespace: '',
      list: false,
      place: 0,
      memory: { tag: undefined, member: undefined },
      plan: { kind: 'simple' as const, parse: (text: string) => text, subtypes: new Map() },
      also: undefined,
    },
  ],
}
const VALUE = 'شیرین😀x'.repeat(30_000)
const TEXT = enveloped(`<a>${VALUE}</a>`)

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-16', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
])('a long answer in %s is the same whole and in pieces', async (_, bytes) => {
  const more = { contentType: 'text/xml', charset: undefined }
  const whole = await readAnswer({ body: bytes, ...more }, EXPECTED)
  const rest = pieces(bytes.subarray(7001), 9973)
  const apart = await readAnswer({ body: bytes.subarray(0, 7001), rest, ...more }, EXPECTED)
  expect(whole).toMatchObject({ kind: 'reply', value: VALUE })
  expect(apart).toEqual(whole)
})

test('bytes outside their charset are refused where they come, not replaced', async () => {
  const body = Buffer.from(TEXT.slice(0, 300))
  const rest = pieces(Buffer.from([0xc3, 0x28]), 1)
  const read = readAnswer(
    { body, rest, contentType: 'text/xml; charset=utf-8', charset: undefined },
    EXPECTED,
  )
  await expect(read).rejects.toMatchObject({ reason: 'charset' })
})

test('others have their turn while a long answer is read', async () => {
  let turns = 0
  const timer = setInterval(() => (turns += 1), 0)
  const bytes = Buffer.from(enveloped(`<a>${'x'.repeat(5_000_000)}</a>`))
  await readAnswer({ body: bytes, contentType: 'text/xml', charset: undefined }, EXPECTED)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(0)
})
