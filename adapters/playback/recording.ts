// One recorded exchange: `<case>/case.json`, `request.*` (absent for GET), `response.*` (absent for an empty body).

import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

import { type Static, Type } from 'typebox'
import { Errors } from 'typebox/value'

import type { ExchangeReply } from '../adapter.ts'
import { type Finding, FindingsError } from '../finding.ts'
import { parseJson } from '../parse-json.ts'

/** The part of case.json that is about the wire; its other members belong to the tests of the mapping. */
const Wire = Type.Object({
  method: Type.Optional(
    Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('PUT')], {
      description: 'Default: POST if there is a request file, else GET.',
    }),
  ),
  path: Type.Optional(Type.String({ description: 'Compared only where it is given.' })),
  status: Type.Optional(Type.Integer({ description: 'Of the reply. Default 200.' })),
  contentType: Type.Optional(Type.String({ description: 'Of the reply. Default by extension.' })),
})

export interface Recording {
  /** The case's folder name. */
  readonly name: string
  readonly method: string
  readonly path: string | undefined
  /** `{*}` in it stands for any text: nonces, times, ids made anew. */
  readonly request: string | undefined
  readonly reply: ExchangeReply
}

const TYPES: Readonly<Record<string, string>> = {
  '.xml': 'text/xml; charset=utf-8',
  '.json': 'application/json',
  '.csv': 'text/csv',
  '.html': 'text/html; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/** In the order of their names. Throws FindingsError with everything that is wrong. */
export async function readRecordings(folder: string): Promise<Recording[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const findings: Finding[] = []
  const recordings: Recording[] = []
  for (const name of names.toSorted()) {
    const recording = await readRecording(join(folder, name), name, findings)
    if (recording) recordings.push(recording)
  }
  if (findings.length > 0) throw new FindingsError(findings)
  return recordings
}

async function readRecording(
  folder: string,
  name: string,
  findings: Finding[],
): Promise<Recording | undefined> {
  const files = await readdir(folder)
  const file = `${name}/case.json`
  const described = files.includes('case.json')
    ? parseWire(await readFile(join(folder, 'case.json'), 'utf8'))
    : { problems: ['is missing'] }
  if (!described.wire) {
    findings.push(...described.problems.map((message) => ({ file, message })))
    return undefined
  }
  const { method, path, status, contentType } = described.wire
  const request = files.find((each) => each.startsWith('request.'))
  const response = files.find((each) => each.startsWith('response.'))
  const type = contentType ?? TYPES[extname(response ?? '')]
  return {
    name,
    method: method ?? (request === undefined ? 'GET' : 'POST'),
    path,
    request: request === undefined ? undefined : await readFile(join(folder, request), 'utf8'),
    reply: {
      status: status ?? 200,
      headers: type === undefined ? {} : { 'content-type': type },
      body: response === undefined ? new Uint8Array() : await readFile(join(folder, response)),
    },
  }
}

interface Described {
  readonly wire?: Static<typeof Wire>
  readonly problems: readonly string[]
}

/** `{"operation": …, "wire": {…}}`; without `wire` all is by default. */
function parseWire(text: string): Described {
  const json = parseJson(text)
  if (typeof json !== 'object' || json === null) return { problems: ['is not a JSON object'] }
  const wire: unknown = 'wire' in json ? json.wire : {}
  if (isWire(wire)) return { wire, problems: [] }
  return { problems: Errors(Wire, wire).map((each) => `/wire${each.instancePath} ${each.message}`) }
}

function isWire(value: unknown): value is Static<typeof Wire> {
  return Errors(Wire, value).length === 0
}
