// The clients of bench/soap.ts behind one face: each asks the same operation of the same contract and returns its value.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { createClientAsync } from 'soap'

import type { Transport } from '../../adapters/adapter.ts'
import { loadSoap } from '../../adapters/soap/load.ts'
import { openTransport } from '../../adapters/transport/http.ts'
import { parseSettings } from '../../subgraphs/folder/settings-file.ts'

const WSDL = path.join(import.meta.dirname, 'register.wsdl')
const INPUT = { nationalId: '0012345678', from: '2026-01-01', most: 50 }
const ENVELOPE =
  '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="http://bench.invalid/register"><soap:Body><ns1:find><ns1:nationalId>0012345678</ns1:nationalId><ns1:from>2026-01-01</ns1:from><ns1:most>50</ns1:most></ns1:find></soap:Body></soap:Envelope>'

export interface SoapClient {
  readonly name: string
  call(): Promise<unknown>
  close(): Promise<void>
}

const CONTEXT = { requestId: 'bench', traceparent: '', signal: AbortSignal.timeout(3_600_000) }

/** The same transport and the same request, without any codec: what no client can be faster than. */
export function rawClient(address: string): SoapClient {
  const transport = toTransport(address)
  const headers = {
    'content-type': 'text/xml; charset=utf-8',
    soapaction: '"http://bench.invalid/register/find"',
  }
  return {
    name: 'raw HTTP exchange',
    call: () => transport.exchange({ method: 'POST', path: '', headers, body: ENVELOPE }, CONTEXT),
    close: () => transport.close(),
  }
}

export async function ownClient(address: string): Promise<SoapClient> {
  const transport = toTransport(address)
  const { settings } = parseSettings(
    await readFile(path.join(import.meta.dirname, 'system.json'), 'utf8'),
    'bench/soap/system.json',
  )
  if (settings === undefined) throw new TypeError('bench/soap/system.json is not valid')
  const { adapter } = await loadSoap({
    system: 'bench',
    folder: import.meta.dirname,
    settings,
    transport,
    secret: () => '',
  })
  return {
    name: 'Panjareh',
    call: async () => (await adapter.call('find', INPUT, CONTEXT)).value,
    close: () => transport.close(),
  }
}

export async function nodeSoapClient(address: string): Promise<SoapClient> {
  const client = await createClientAsync(WSDL, { endpoint: address, forceSoap12Headers: false })
  return {
    name: 'node-soap',
    call: async () => {
      const [value]: readonly unknown[] = await client['findAsync'](INPUT)
      return value
    },
    close: () => Promise.resolve(),
  }
}

/** GraphQL Mesh's transport, which is installed with bench/ only. */
export async function omnigraphClient(address: string): Promise<SoapClient> {
  const contract = await readFile(WSDL, 'utf8')
  const peer: { openOmnigraph: OpenPeer } = await import(new URL(PEER, import.meta.url).href)
  const ask = await peer.openOmnigraph(contract.replace('http://register.invalid/', address))
  return { name: '@omnigraph/soap', call: () => ask(INPUT), close: () => Promise.resolve() }
}

type OpenPeer = (contract: string) => Promise<(input: typeof INPUT) => Promise<unknown>>
const PEER = './peers/omnigraph.js'

function toTransport(address: string): Transport {
  return openTransport({
    system: 'bench',
    address,
    limits: { replyBytes: 1_000_000_000, concurrency: 64 },
  })
}
