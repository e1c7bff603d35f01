// Every sample of every system folder, through the real layers without a socket: input → the recorded request,
// recorded answer → the expected tree or error code.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import type { ExchangeReply, ExchangeRequest, Transport, Tree } from '../adapters/adapter.ts'
import { differences } from '../adapters/playback/match.ts'
import { readRecordings, type Recording } from '../adapters/playback/recording.ts'
import type { SystemSettings } from '../adapters/settings.ts'
import { SystemError } from '../schema/errors.ts'
import { stackLayers } from '../subgraphs/folder/layers.ts'
import { parseSettings } from '../subgraphs/folder/settings-file.ts'
import { startEstate } from './estate/start-estate.ts'
import { signInReply } from './systems/sign-in-reply.ts'

const ROOT = fileURLToPath(new URL('../subgraphs/', import.meta.url))
/** Noon in Tehran: no maintenance window explains a failure away. */
const NOON = Date.parse('2026-11-22T08:30:00Z')
const SYSTEMS = (await readdir(ROOT, { recursive: true }))
  .filter((name) => /^[^/]+\/system\.json$/.test(name))
  .map((name) => name.split('/')[0]!)

interface Case {
  readonly why: string
  readonly operation: string
  readonly input: Tree
  /** Only the answer counts, for the reason given. */
  readonly responseOnly?: string
  /** SOAP: version and action of the request. */
  readonly wire?: { readonly version?: string; readonly action?: string }
  readonly expect: { readonly value?: Tree; readonly error?: string; readonly faultCode?: string }
}

async function readCase(folder: string): Promise<Case> {
  return JSON.parse(await readFile(join(folder, 'case.json'), 'utf8'))
}

/** The case's own exchange, or one of its neighbours for a second page; a token for whoever asks one. */
function playing(
  own: Recording,
  all: readonly Recording[],
  { settings, answerOnly }: { settings: SystemSettings; answerOnly: boolean },
): Transport {
  const exchange = async (request: ExchangeRequest): Promise<ExchangeReply> => {
    const signedIn = signInReply(settings, request)
    if (signedIn !== undefined) return signedIn
    if (answerOnly) return own.reply
    const found = [own, ...all].find((each) => differences(request, each).length === 0)
    expect(found === undefined ? differences(request, own) : []).toEqual([])
    return found!.reply
  }
  return { exchange, close: async () => {} }
}

/** The action stands in the header that the version has for it (SOAP 1.1 §6.1.1, RFC 3902). */
function heard(transport: Transport, { wire }: Case, settings: SystemSettings): Transport {
  const { action, version } = wire ?? {}
  if (action === undefined) return transport
  const parameter = action === '' ? '' : `; action="${action}"`
  const expected =
    version === '1.1'
      ? { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${action}"` }
      : { 'content-type': `application/soap+xml; charset=utf-8${parameter}` }
  return {
    ...transport,
    exchange: async (request, ...rest) => {
      if (signInReply(settings, request) === undefined) {
        expect(request.headers).toMatchObject(expected)
      }
      return transport.exchange(request, ...rest)
    },
  }
}

function secret(variable: string): string {
  if (variable.endsWith('_URL')) return 'http://sample.invalid/'
  const name = /_(USER|COMPANY)$/.exec(variable)?.[1] ?? 'PASSWORD'
  return `sample-${name.toLowerCase()}`
}

describe.each(SYSTEMS)('samples of %s', async (system) => {
  const folder = join(ROOT, system)
  const recordings = await readRecordings(join(folder, 'samples'))
  const { settings } = parseSettings(
    await readFile(join(folder, 'system.json'), 'utf8'),
    'system.json',
  )

  test.each(recordings.map((recording) => [recording.name, recording]))('%s', async (name, own) => {
    const sample = await readCase(join(folder, 'samples', name))
    const transport = heard(
      playing(own, recordings, {
        settings: settings!,
        answerOnly: sample.responseOnly !== undefined,
      }),
      sample,
      settings!,
    )
    const layers = await stackLayers(
      { system, folder, settings: { ...settings!, retries: 0 } },
      { secret, now: () => NOON, open: () => transport },
    )
    const context = { requestId: 'r', traceparent: '', signal: AbortSignal.timeout(5_000) }
    const outcome = await layers.adapter.call(sample.operation, sample.input, context).then(
      ({ value }) => ({ value }),
      (error: unknown) => {
        if (!(error instanceof SystemError)) throw error
        return { error: error.code, ...(sample.expect.faultCode && { faultCode: error.faultCode }) }
      },
    )
    expect(outcome).toEqual(sample.expect)
  })
})

test('every system of the estate has a folder', async () => {
  const estate = await startEstate()
  await estate.close()
  expect(SYSTEMS).toEqual(expect.arrayContaining(estate.systems.map(({ id }) => id)))
})

test('every system has samples of success, drift and garbage', async () => {
  for (const system of SYSTEMS) {
    const names = await readdir(join(ROOT, system, 'samples'))
    expect(names, system).toContain('garbage')
    expect(names.filter((name) => /(?:^|-)drift$/.test(name)).length, system).toBeGreaterThan(0)
    expect(names.length, system).toBeGreaterThan(2)
  }
})
