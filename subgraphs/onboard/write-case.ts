// One case of a folder's samples as files: what is asked, what is sent, what comes back, what it is read as.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ExchangeReply, ExchangeRequest, Tree } from '../../adapters/adapter.ts'

export type Outcome =
  | { readonly value: Tree }
  | { readonly error: string; readonly faultCode?: string }

export interface Case {
  readonly why: string
  /** Our name. */
  readonly operation: string
  readonly input: Tree
  readonly request: ExchangeRequest
  readonly reply: ExchangeReply
  readonly expect: Outcome
}

export async function writeCase(folder: string, made: Case): Promise<void> {
  const { why, operation, input, request, reply, expect } = made
  await mkdir(folder, { recursive: true })
  const type = reply.headers['content-type'] ?? ''
  const wire = {
    ...(request.method === 'POST' ? {} : { method: request.method }),
    ...(request.path === '' ? {} : { path: request.path }),
    ...soapWire(request),
    status: reply.status,
    contentType: type,
  }
  const described = { why, operation, input, wire, expect }
  await writeFile(join(folder, 'case.json'), `${JSON.stringify(described, null, 2)}\n`)
  await writeFile(join(folder, `response.${extension(type)}`), reply.body)
  const sent = Buffer.from(request.body ?? '')
  const sentType = request.headers['content-type'] ?? ''
  if (sent.length > 0) await writeFile(join(folder, `request.${extension(sentType)}`), sent)
}

/** SOAP 1.1 §6.1.1 and RFC 3902: where version and action stand. */
function soapWire({ headers }: ExchangeRequest): { version?: string; action?: string } {
  const type = headers['content-type'] ?? ''
  if (headers['soapaction'] !== undefined) {
    return { version: '1.1', action: headers['soapaction'].replaceAll(/^"|"$/g, '') }
  }
  if (!type.startsWith('application/soap+xml')) return {}
  return { version: '1.2', action: /action="([^"]*)"/.exec(type)?.[1] ?? '' }
}

function extension(contentType: string): string {
  if (contentType.includes('html')) return 'html'
  if (contentType.includes('xml')) return 'xml'
  if (contentType.includes('json')) return 'json'
  return contentType.includes('csv') ? 'csv' : 'txt'
}
