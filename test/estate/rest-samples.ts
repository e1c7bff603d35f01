// The samples of the REST and CSV systems, played against their simulators. In: a sample folder. Out: what comes over
// the wire. `{*}` in a request stands for what is made anew for each call; here it is made from the sample's name.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Estate } from './start-estate.ts'
import type { Switches } from './switches.ts'
import { signBatch } from './systems/post-gnaf.ts'

export interface Sample {
  readonly system: string
  readonly name: string
  /** Absolute path. */
  readonly folder: string
  readonly request: string | undefined
  /** Switches under which the answer was recorded. */
  readonly estate: Partial<Switches>
  readonly wire: {
    readonly path: string
    readonly status: number
    readonly contentType: string
  }
}

export interface WireAnswer {
  readonly status: number
  readonly contentType: string
  readonly bytes: Buffer
}

/** How a system is called, by its headers and by what stands for `{*}`. */
interface Door {
  readonly headers: (estate: Estate) => Promise<Record<string, string>>
  readonly fill?: (request: string, name: string) => string
}

const DOORS: Readonly<Record<string, Door>> = {
  'cra-shahkar': {
    headers: async (estate) => ({ ...json, ...basic(estate, 'CRA_SHAHKAR') }),
    fill: (request, name) => request.replace('{*}', `sample-${name}`.padEnd(16, '-')),
  },
  'post-gnaf': { headers: async () => json, fill: toSignedBatch },
  'tamin-history': { headers: askToken },
  'vazife-status': { headers: async (estate) => basic(estate, 'VAZIFE_STATUS') },
}

export const REST_SYSTEMS: readonly string[] = Object.keys(DOORS)

const SUBGRAPHS = fileURLToPath(new URL('../../subgraphs/', import.meta.url))
const json = { 'content-type': 'application/json' }

export async function readSamples(system: string): Promise<readonly Sample[]> {
  const root = path.join(SUBGRAPHS, system, 'samples')
  const names = (await readdir(root)).toSorted()
  return Promise.all(names.map((name) => readSample(system, name, path.join(root, name))))
}

/** `csv` of `response.csv`; undefined when the reply has no body. */
export async function responseFile({ folder }: Sample): Promise<string | undefined> {
  const file = (await readdir(folder)).find((each) => each.startsWith('response.'))
  return file === undefined ? undefined : path.join(folder, file)
}

/** Switches are those of the sample during the call, and calm after it. */
export async function playSample(estate: Estate, sample: Sample): Promise<WireAnswer> {
  const door = DOORS[sample.system]
  if (door === undefined) throw new RangeError(`no REST system: ${sample.system}`)
  const headers = await door.headers(estate)
  estate.set(sample.system, { latency: 0, ...sample.estate })
  try {
    const { request, name } = sample
    const body = request === undefined ? undefined : (door.fill?.(request, name) ?? request)
    const response = await fetch(addressOf(estate, sample.system) + sample.wire.path, {
      headers,
      ...(body !== undefined && { method: 'POST', body }),
    })
    const contentType = response.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await response.arrayBuffer())
    return { status: response.status, contentType, bytes }
  } finally {
    estate.reset()
  }
}

async function readSample(system: string, name: string, folder: string): Promise<Sample> {
  const text = await readFile(path.join(folder, 'case.json'), 'utf8')
  const hasRequest = (await readdir(folder)).includes('request.json')
  const request = hasRequest ? await readFile(path.join(folder, 'request.json'), 'utf8') : undefined
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own files, and the test compares what they say
  const { estate = {}, wire } = JSON.parse(text) as Pick<Sample, 'wire'> & Partial<Sample>
  return { system, name, folder, request, estate, wire }
}

function addressOf({ environment }: Estate, system: string): string {
  return environment[`${system.toUpperCase().replaceAll('-', '_')}_URL`] ?? ''
}

function basic({ environment }: Estate, prefix: string): Record<string, string> {
  const account = `${environment[`${prefix}_USER`]}:${environment[`${prefix}_PASSWORD`]}`
  return { authorization: `Basic ${Buffer.from(account).toString('base64')}` }
}

async function askToken(estate: Estate): Promise<Record<string, string>> {
  const { TAMIN_HISTORY_CLIENT: client, TAMIN_HISTORY_SECRET: secret } = estate.environment
  const response = await fetch(`${addressOf(estate, 'tamin-history')}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- RFC 6749 §5.1; a wrong one fails the call after it
  const { access_token: token } = (await response.json()) as { access_token: string }
  return { authorization: `Bearer ${token}` }
}

/** The batch's id, then a signature over it, unless the sample has a signature of its own. */
function toSignedBatch(request: string, name: string): string {
  const batchId = `sample-${name}`
  const postCodes = Array.from(
    request.matchAll(/"PostCode":\s*"([0-9]+)"/gu),
    ([, code]) => code ?? '',
  )
  return request.replace('{*}', batchId).replace('{*}', signBatch(batchId, postCodes))
}
