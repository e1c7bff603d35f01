// Contracts and systems for the SOAP tests: a WSDL around any schema text, in a folder of its own, and a transport that
// keeps what was sent and answers what it is told.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

import type {
  AdapterSource,
  CallContext,
  ExchangeReply,
  ExchangeRequest,
  LoadedAdapter,
  Transport,
  Tree,
} from '../../../adapters/adapter.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import type { Expected } from '../../../adapters/soap/body.ts'
import { loadSoap } from '../../../adapters/soap/load.ts'
import { parseXml } from '../../../adapters/xml/parse.ts'

export const NS = 'urn:test:register'
export const CONTEXT: CallContext = {
  requestId: '0b7f1d1e-58b8-4a5c-9d06-0c1b0c5b1f11',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  signal: new AbortController().signal,
}

/** What a WSDL says around its schema. */
export interface WsdlOptions {
  readonly version?: '1.1' | '1.2'
  readonly action?: string
  /** Replaces the messages' parts. */
  readonly parts?: { readonly input: string; readonly output?: string; readonly header?: string }
  readonly style?: 'document' | 'rpc'
  readonly use?: 'literal' | 'encoded'
  readonly oneWay?: boolean
  readonly schemaAttributes?: string
}

const USUAL: Required<WsdlOptions> = {
  version: '1.1',
  action: 'urn:ask',
  parts: {
    input: '<w:part name="parameters" element="tns:ask"/>',
    output: '<w:part name="parameters" element="tns:answer"/>',
  },
  style: 'document',
  use: 'literal',
  oneWay: false,
  schemaAttributes: 'elementFormDefault="qualified"',
}

/** One operation `ask`, element `tns:ask` in, `tns:answer` out. */
export function toWsdl(schema: string, options: WsdlOptions = {}): string {
  const all = { ...USUAL, ...options }
  const { parts, style, use, action, schemaAttributes, oneWay } = all
  const soap = all.version === '1.2' ? 'soap12' : 'soap'
  const body = `<${soap}:body use="${use}" namespace="${NS}"/>`
  const header = `<${soap}:header message="tns:head" part="head" use="literal"/>`
  const boundInput = parts.header === undefined ? body : header + body
  const output = oneWay ? '' : '<w:output message="tns:out"/>'
  const boundOutput = oneWay ? '' : `<w:output>${body}</w:output>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:tns="${NS}" targetNamespace="${NS}">
<w:types><xs:schema targetNamespace="${NS}" ${schemaAttributes}>
${schema}
</xs:schema></w:types>
<w:message name="in">${parts.input}</w:message>
<w:message name="out">${parts.output ?? ''}</w:message>
<w:message name="head">${parts.header ?? ''}</w:message>
<w:message name="broken"><w:part name="fault" element="tns:brokenRegister"/></w:message>
<w:portType name="Register"><w:operation name="ask">
  <w:input message="tns:in"/>${output}<w:fault name="broken" message="tns:broken"/>
</w:operation></w:portType>
<w:binding name="RegisterSoap" type="tns:Register">
  <${soap}:binding style="${style}" transport="http://schemas.xmlsoap.org/soap/http"/>
  <w:operation name="ask"><${soap}:operation soapAction="${action}"/>
    <w:input>${boundInput}</w:input>${boundOutput}
  </w:operation>
</w:binding>
<w:service name="RegisterService"><w:port name="RegisterPort" binding="tns:RegisterSoap">
  <${soap}:address location="https://register.invalid/"/>
</w:port></w:service>
</w:definitions>`
}

/** A folder with these files, gone when the test is. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soap-contract-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

export function settingsOf(changes: Partial<SystemSettings> = {}): SystemSettings {
  return {
    name: { fa: 'آزمون', en: 'Test' },
    agency: { code: 'T', fa: 'آزمون', en: 'Test' },
    protocol: 'soap',
    contract: 'service.wsdl',
    address: 'TEST_URL',
    auth: [],
    quirks: {},
    limits: { timeout: '5s', concurrency: 1, queue: 1, reply: '1MB' },
    breaker: { failures: 5, halfOpenAfter: '1s' },
    retries: 0,
    maintenance: [],
    operations: { ask: { kind: 'query' } },
    ...changes,
  }
}

export interface Answering {
  readonly status?: number
  readonly contentType?: string
  readonly body: string | Uint8Array
}

/** Remembers the last request. */
export class MemoryTransport implements Transport {
  sent: ExchangeRequest | undefined
  answer: Answering

  constructor(answer: Answering = { body: '' }) {
    this.answer = answer
  }

  exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    this.sent = request
    const { status = 200, contentType = 'text/xml; charset=utf-8', body } = this.answer
    return Promise.resolve({
      status,
      headers: { 'content-type': contentType },
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  get text(): string {
    const body = this.sent?.body
    return typeof body === 'string' ? body : ''
  }
}

export function sourceOf(
  folder: string,
  transport: Transport,
  changes: Partial<SystemSettings> = {},
): AdapterSource {
  return {
    system: 'test-register',
    folder,
    settings: settingsOf(changes),
    transport,
    secret: secretOf,
  }
}

function secretOf(variable: string): string {
  return `secret of ${variable}`
}

/** An adapter over a schema text, with the transport behind it. */
export async function adapterOf(
  schema: string,
  options: WsdlOptions = {},
  changes: Partial<SystemSettings> = {},
): Promise<{ readonly loaded: LoadedAdapter; readonly transport: MemoryTransport }> {
  const folder = await folderOf({ 'service.wsdl': toWsdl(schema, options) })
  const transport = new MemoryTransport()
  return { loaded: await loadSoap(sourceOf(folder, transport, changes)), transport }
}

/** An envelope around a body, `tns` and `xsi` declared. */
export function enveloped(body: string, namespace = ENVELOPE_11): string {
  return `<?xml version="1.0"?><e:Envelope xmlns:e="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="${NS}"><e:Body>${body}</e:Body></e:Envelope>`
}

export const ENVELOPE_11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const ENVELOPE_12 = 'http://www.w3.org/2003/05/soap-envelope'

/** An answer that holds nothing. */
export const NOTHING: Expected = {
  style: 'document',
  encoded: false,
  bodies: [],
  headers: new Map(),
  faults: new Map(),
  lenient: false,
}

/** The body sent for an input, its own element only, in canonical form. */
export async function encoded(schema: string, input: Tree, options: WsdlOptions = {}) {
  const { loaded, transport } = await adapterOf(schema, options)
  transport.answer = { body: '' }
  await loaded.adapter.call('ask', input, CONTEXT).catch((error: unknown) => {
    if (transport.sent === undefined) throw error
  })
  return bodyOf(transport.text)
}

/** What is inside the Body, in canonical form. */
export function bodyOf(xml: string): string {
  return /Body>(.*)<\/\{[^}]*\}Body>/s.exec(canonical(xml))?.[1] ?? ''
}

/** The value read from a body. */
export async function decoded(schema: string, body: string, options: WsdlOptions = {}) {
  const { loaded, transport } = await adapterOf(schema, options)
  transport.answer = { body: enveloped(body) }
  const { value } = await loaded.adapter.call('ask', {}, CONTEXT)
  return value
}

/** XML with expanded names, sorted attributes and without prefixes or layout: equal texts mean equal documents. */
export function canonical(xml: string): string {
  let out = ''
  let text = ''
  const names: string[] = []
  const flush = () => {
    out += text.trim() === '' ? '' : JSON.stringify(text)
    text = ''
  }
  parseXml(xml, {
    open(tag) {
      flush()
      const name = `{${tag.namespace}}${tag.local}`
      const attributes = tag.attributes
        .map((each) => ` {${each.namespace}}${each.local}=${JSON.stringify(each.value)}`)
        .toSorted()
      names.push(name)
      out += `<${name}${attributes.join('')}>`
    },
    text(more) {
      text += more
    },
    close() {
      flush()
      out += `</${names.pop()}>`
    },
  })
  return out
}
