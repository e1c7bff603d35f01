// The samples of the REST and CSV systems, played against their simulators. In: a sample folder. Out: what comes over
// the wire. `{*}` in a request stands for what is made anew for each call; here it is made from the sample's name.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { addressOf, type Credentials, signIn } from './credentials.ts'
import type { Estate } from './start-estate.ts'
import type { Switches } from './switches.ts'
import { signBatch } from './systems/post-gnaf.ts'

export interface Sample {
  readonly system: string
  readonly name: string
  /** Absolute path. */
  readonly folder: string
  readonly request: string | undefined
  /** By the request's ending. */
  readonly requestType: string | undefined
  /** `wrong`: every credential is another one. */
  readonly account: 'wrong' | undefined
  /** Switches under which the answer was recorded. */
  readonly estate: Partial<Switches>
  readonly wire: {
    /** Default: POST with a request, else GET. */
    readonly method?: string
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

/** What stands for `{*}` in a request, where the sample's name alone will not do. */
const FILLS: Readonly<Record<string, (request: string, name: string) => string>> = {
  'post-gnaf': toSignedBatch,
}

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.form': 'application/x-www-form-urlencoded',
}

const SUBGRAPHS = fileURLToPath(new URL('../../subgraphs/', import.meta.url))

/** Every system folder that is no SOAP. */
export const REST_SYSTEMS: readonly string[] = await systemsBesideSoap()

async function systemsBesideSoap(): Promise<string[]> {
  const files = await readdir(SUBGRAPHS, { recursive: true })
  const ids = files.filter((file) => /^[^/]+\/system\.json$/u.test(file)).map(path.dirname)
  const found: string[] = []
  for (const id of ids.toSorted()) {
    const text = await readFile(path.join(SUBGRAPHS, id, 'system.json'), 'utf8')
    if (!/"protocol": "soap"/u.test(text)) found.push(id)
  }
  return found
}

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
  const { system, wire } = sample
  const { headers, query, token } = spoiled(await signIn(estate, system), sample)
  const init = toInit(sample, token)
  estate.set(system, { latency: 0, ...sample.estate })
  try {
    const response = await fetch(withQuery(addressOf(estate, system) + wire.path, query), {
      ...init,
      headers: { ...init.headers, ...headers },
    })
    const contentType = response.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await response.arrayBuffer())
    return { status: response.status, contentType, bytes }
  } finally {
    estate.reset()
  }
}

interface Init {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** `{*}` stands for the token where the message carries it. */
function toInit({ system, name, request, requestType, wire }: Sample, token?: string): Init {
  const method = wire.method ?? (request === undefined ? 'GET' : 'POST')
  if (request === undefined) return { method, headers: {} }
  const fill = FILLS[system] ?? toNamed
  const type = requestType === undefined ? undefined : TYPES[requestType]
  return {
    method,
    headers: type === undefined ? {} : { 'content-type': type },
    body: token === undefined ? fill(request, name) : request.replaceAll('{*}', token),
  }
}

function toNamed(request: string, name: string): string {
  return request.replaceAll('{*}', `sample-${name}`.padEnd(16, '-'))
}

function spoiled(credentials: Credentials, { account }: Sample): Credentials {
  if (account === undefined) return credentials
  const { headers, query, token } = credentials
  const spoiledToken = token === undefined ? {} : { token: 'sample-wrong-token' }
  return { headers: wrong(headers), query: wrong(query), ...spoiledToken }
}

/** The same members with another end. */
function wrong(held: Credentials['headers']): Credentials['headers'] {
  const pairs = Object.entries(held)
  return Object.fromEntries(pairs.map(([name, value]) => [name, `${value.slice(0, -4)}AAAA`]))
}

/** Credentials stand behind what the contract says; in a recorded path they are `{*}`. */
function withQuery(recorded: string, query: Credentials['query']): string {
  const [place = '', ...rest] = recorded.split('?')
  const asked = rest.join('?').split('&')
  const kept = asked.filter((pair) => pair !== '' && !pair.endsWith('={*}'))
  const held = new URLSearchParams(query).toString()
  const search = [...kept, ...(held === '' ? [] : [held])].join('&')
  return search === '' ? place : `${place}?${search}`
}

async function readSample(system: string, name: string, folder: string): Promise<Sample> {
  const text = await readFile(path.join(folder, 'case.json'), 'utf8')
  const file = (await readdir(folder)).find((each) => each.startsWith('request.'))
  const request = file === undefined ? undefined : await readFile(path.join(folder, file), 'utf8')
  const requestType = file === undefined ? undefined : path.extname(file)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own files, and the test compares what they say
  const { estate = {}, account, wire } = JSON.parse(text) as Pick<Sample, 'wire'> & Partial<Sample>
  return { system, name, folder, request, requestType, account, estate, wire }
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
