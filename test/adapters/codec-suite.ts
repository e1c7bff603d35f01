// What every codec that speaks HTTP without XML has to do, whichever its contract: one suite for rest/ and table/.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { AdapterSource, LoadedAdapter, Tree } from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { openTransport } from '../../adapters/transport/http.ts'
import { callContext, everythingOf, serve, systemSettings, type WireAnswer } from './wire.ts'

export type Load = (source: AdapterSource) => Promise<LoadedAdapter>

/** Loads a contract text as a system folder in front of that address. */
export async function loadFrom(
  load: Load,
  contract: string,
  place: { readonly address?: string; readonly settings?: Partial<SystemSettings> } = {},
): Promise<LoadedAdapter> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'contract.json'), contract)
  const transport = openTransport({
    system: 'sys',
    address: place.address ?? 'http://127.0.0.1:1',
    limits: { replyBytes: 65_536, concurrency: 2 },
  })
  onTestFinished(() => transport.close())
  const settings = systemSettings(place.settings)
  return load({ system: 'sys', folder, settings, transport, secret: () => '' })
}

/** One operation of a codec and its answers. */
export interface CodecCase {
  readonly load: Load
  readonly contract: string
  readonly operation: string
  readonly input: Tree
  readonly answer: WireAnswer
  readonly value: Tree
  /** The same answer and a reply charset of windows-1256. */
  readonly arabic: WireAnswer
  readonly unknownInput: Tree
  /** Reply bodies that are not the contract, by what is wrong. */
  readonly garbage: Readonly<Record<string, WireAnswer>>
}

const PERSONAL = /0012345678|SECRET|محرمانه/

export function codecSuite(name: string, codec: CodecCase): void {
  async function call(answer: WireAnswer, input: Tree = codec.input): Promise<Tree> {
    const { address } = await serve(() => answer)
    const { adapter } = await loadFrom(codec.load, codec.contract, { address })
    return (await adapter.call(codec.operation, input, callContext())).value
  }
  const faultOf = (answer: WireAnswer, input?: Tree): Promise<unknown> =>
    call(answer, input).then(
      () => undefined,
      (error: unknown) => error,
    )

  describe(`every codec: ${name}`, () => {
    test('answers with the decoded reply and the time of its arrival', async () => {
      const { address } = await serve(() => codec.answer)
      const { adapter } = await loadFrom(codec.load, codec.contract, { address })
      const before = Date.now()
      const reply = await adapter.call(codec.operation, codec.input, callContext())
      expect(reply.value).toEqual(codec.value)
      expect(reply.at).toBeGreaterThanOrEqual(before)
      expect(reply.at).toBeLessThanOrEqual(Date.now())
    })

    test('reads a reply in the charset its header names', async () => {
      expect(await call(codec.arabic)).toEqual(codec.value)
    })

    test.each([
      [400, 'SYSTEM_REFUSED'],
      [401, 'SYSTEM_REFUSED'],
      [403, 'SYSTEM_REFUSED'],
      [404, 'SYSTEM_REFUSED'],
      [422, 'SYSTEM_REFUSED'],
      [429, 'SYSTEM_BUSY'],
      [500, 'SYSTEM_UNAVAILABLE'],
      [302, 'SYSTEM_REPLY_INVALID'],
    ])('status %i is %s, and its body goes no further', async (status, code) => {
      const error = await faultOf({ status, body: 'SECRET 0012345678' })
      expect(error).toMatchObject({
        code,
        system: 'sys',
        operation: codec.operation,
        detail: { status },
      })
      expect(everythingOf(error)).not.toMatch(PERSONAL)
    })

    test.each([
      ['said to be one', { headers: { 'content-type': 'text/html' }, body: 'SECRET' }],
      ['said to be data', { ...codec.answer, body: '<!doctype html><p>SECRET 0012345678' }],
    ])('a web page %s with status 200 is an invalid reply', async (_name, answer) => {
      const error = await faultOf(answer)
      expect(error).toMatchObject({
        code: 'SYSTEM_REPLY_INVALID',
        detail: { reason: 'a web page' },
      })
      expect(everythingOf(error)).not.toMatch(PERSONAL)
    })

    test.each(Object.entries(codec.garbage))(
      '%s is an invalid reply that names the place only',
      async (reason, answer) => {
        const error = await faultOf(answer)
        expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
        expect(everythingOf(error)).not.toMatch(PERSONAL)
      },
    )

    test('refuses input that the contract does not have, by its path alone, before anything is sent', async () => {
      const wire = await serve(() => codec.answer)
      const { adapter } = await loadFrom(codec.load, codec.contract, { address: wire.address })
      const error: unknown = await adapter
        .call(codec.operation, codec.unknownInput, callContext())
        .catch((each: unknown) => each)
      expect(error).toMatchObject({ code: 'INPUT_REJECTED', fields: [expect.any(String)] })
      expect(everythingOf(error)).not.toMatch(PERSONAL)
      expect(wire.received).toEqual([])
    })

    test('refuses an operation that the contract does not have', async () => {
      const { adapter } = await loadFrom(codec.load, codec.contract)
      await expect(adapter.call('none', {}, callContext())).rejects.toMatchObject({
        code: 'NOT_FOUND',
      })
    })

    test('refuses a contract that is not one', async () => {
      await expect(loadFrom(codec.load, '[')).rejects.toMatchObject({
        findings: expect.arrayContaining([expect.objectContaining({ file: 'contract.json' })]),
      })
    })
  })
}
