// The samples of the SOAP systems, played against their simulators. In: a sample folder. Out: what comes over the wire.
// A request holds `sample-user` and `sample-password`; the account of the running estate is put in their place.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { signInToken } from './soap/sign-in.ts'
import { postSoap, type SoapAnswer, type SoapCall, usernameToken } from './soap/soap-call.ts'
import type { SoapVersion } from './soap/soap-fault.ts'
import { escapeXml } from './soap/soap-xml.ts'
import type { Estate } from './start-estate.ts'
import type { Switches } from './switches.ts'

export interface Sample {
  readonly system: string
  readonly name: string
  readonly request: string
  /** Switches under which the answer was recorded. */
  readonly estate: Partial<Switches>
  /** `outdated`: the account in the body has another password. */
  readonly account: 'outdated' | undefined
  /** How it is asked, and status and content type of what comes back. */
  readonly wire: {
    readonly version: SoapVersion
    readonly action: string
    readonly status: number
    readonly contentType: string
  }
  /** Absolute path of the recorded answer. */
  readonly response: string
}

/** The day on which the samples were recorded: some answers depend on it. */
export const RECORDED_AT = Date.parse('2026-11-22T08:00:00Z')

const SUBGRAPHS = fileURLToPath(new URL('../../subgraphs/', import.meta.url))

export const SOAP_SYSTEMS: readonly string[] = await listSystems()

async function listSystems(): Promise<string[]> {
  const entries = await readdir(SUBGRAPHS, { recursive: true })
  const found = entries.filter((name) => /^[^/]+\/system\.json$/u.test(name)).toSorted()
  const texts = await Promise.all(found.map((name) => readFile(path.join(SUBGRAPHS, name), 'utf8')))
  const isSoap = (_: string, index: number) => /"protocol": "soap"/u.test(texts[index] ?? '')
  return found.filter(isSoap).map((name) => path.dirname(name))
}

export async function readSamples(system: string): Promise<readonly Sample[]> {
  const root = path.join(SUBGRAPHS, system, 'samples')
  const names = (await readdir(root)).toSorted()
  return Promise.all(names.map((name) => readSample(system, name, path.join(root, name))))
}

async function readSample(system: string, name: string, folder: string): Promise<Sample> {
  const [text, request, files] = await Promise.all([
    readFile(path.join(folder, 'case.json'), 'utf8'),
    readFile(path.join(folder, 'request.xml'), 'utf8'),
    readdir(folder),
  ])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own files, and the test compares what they say
  const { estate = {}, account, wire } = JSON.parse(text) as Pick<Sample, 'wire'> & Partial<Sample>
  const response = path.join(folder, files.find((file) => file.startsWith('response.')) ?? '')
  return { system, name, request, estate, account, wire, response }
}

/** Switches are those of the sample during the call, and calm after it. */
export async function playSample(estate: Estate, sample: Sample): Promise<SoapAnswer> {
  estate.set(sample.system, { latency: 0, ...sample.estate })
  try {
    return await postSoap(await toCall(estate, sample))
  } finally {
    estate.reset()
  }
}

async function toCall(estate: Estate, sample: Sample): Promise<SoapCall> {
  const { system, request, account, wire } = sample
  const { environment } = estate
  const prefix = system.toUpperCase().replaceAll('-', '_')
  const variable = (name: string) => environment[`${prefix}_${name}`] ?? ''
  const user = variable('USER')
  const password = variable('PASSWORD') || variable('KEY')
  const token = { user, password, created: new Date(RECORDED_AT).toISOString() }
  const session = request.includes('sample-token') ? await signInToken(estate, system) : ''
  const isTimed = request.includes('<wsu:Timestamp')
  const message = request
    .replace(/<wsse:Security[\s\S]*<\/wsse:Security>/u, () =>
      usernameToken({ ...token, ...(isTimed && { expires: token.created }) }),
    )
    .replace('sample-token', () => account ?? session)
    .replace('sample-user', () => escapeXml(user))
    .replace('sample-company', () => escapeXml(variable('COMPANY')))
    .replace('sample-password', () => account ?? escapeXml(password))
  const authority = variable('AUTHORITY')
  const tls = { ca: authority, cert: variable('CERTIFICATE'), key: variable('KEY') }
  return {
    url: variable('URL'),
    version: wire.version,
    action: wire.action,
    basic: `${user}:${password}`,
    body: '',
    message,
    ...(authority === '' ? {} : { tls }),
  }
}
