// Real exchanges with public interfaces and toolkits, if their corpus lies beside the project: each goes through the command
// (`npm run soap -- call`) against a server that answers what was recorded. Requests, headers and values are exact.

import { createServer, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { Tree } from '../../adapters/adapter.ts'
import { call } from '../../adapters/soap/command/call.ts'
import { canonical } from '../adapters/soap/contract.ts'
import { type CorpusCase, pick, readCorpus, withoutAbsent } from '../adapters/soap/corpus.ts'

/** node-soap reads every attribute as text and makes objects of mixed content; our conventions type the one and keep the other as XML. */
const OTHER_VALUE = new Set(['E10-nodesoap-login', 'E12-nodesoap-getaccountxml'])

const cases = readCorpus()

describe.skipIf(cases.length === 0)('real exchanges, if the corpus lies beside the project', () => {
  test.each(cases)('$id', async (entry) => {
    const { sent, headers, value } = await play(entry)
    for (const [name, pattern] of Object.entries(entry.requestHeaders)) {
      expect(headers[name]).toMatch(new RegExp(pattern))
    }
    if (entry.request !== undefined) expect(bodyOf(sent)).toBe(bodyOf(entry.request))
    if (entry.value !== undefined && !OTHER_VALUE.has(entry.id)) {
      expect(withoutAbsent(value)).toEqual(withoutAbsent(entry.value))
    }
    for (const [path, expected] of Object.entries(entry.pick)) {
      expect(pick(value, path)).toEqual(expected)
    }
    for (const text of entry.contains) expect(JSON.stringify(value)).toContain(text)
  })
})

interface Played {
  readonly sent: string
  readonly headers: IncomingHttpHeaders
  readonly value: Tree
}

async function play(entry: CorpusCase): Promise<Played> {
  let sent = ''
  let headers: IncomingHttpHeaders = {}
  const { status = 200, contentType = 'text/xml', body } = entry.response
  const server = createServer((request, response) => {
    headers = request.headers
    request.on('data', (data: Buffer) => (sent += data.toString()))
    request.on('end', () => {
      // A sample without an answer has been taken, and that is all.
      response.writeHead(body.length === 0 ? 202 : status, { 'content-type': contentType })
      response.end(body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const args = ['--endpoint', `http://127.0.0.1:${port}/`, '--args', JSON.stringify(entry.args)]
  if (entry.operation !== undefined) args.push('--operation', entry.operation)
  if (entry.port !== undefined) args.push('--port', entry.port)
  if (entry.header !== undefined) args.push('--header', JSON.stringify(entry.header))
  const out: string[] = []
  const output = {
    print: (line: string) => out.push(line),
    warn: (line: string) => expect.unreachable(line),
  }
  expect(await call([join(entry.folder, entry.wsdl), ...args], output)).toBe(0)
  return { sent, headers, value: JSON.parse(out.join('\n')) }
}

/** Header and body, because attributes of the envelope itself mean nothing. */
function bodyOf(xml: string): string {
  return canonical(xml).replace(/^<[^>]*>/, '')
}
