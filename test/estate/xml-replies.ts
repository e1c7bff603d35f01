// What REST systems that speak XML share: elements written by hand, a reply, the words for a request that is not the contract's.

import type { Objection } from './contract-requests.ts'
import type { WireReply } from './simulator.ts'
import { escapeXml } from './soap/soap-xml.ts'

type Attributes = Readonly<Record<string, string | number>>

/** An element with a text; null and undefined leave it empty. */
export function leaf(
  name: string,
  value: string | number | null | undefined,
  attributes: Attributes = {},
): string {
  return `<${name}${written(attributes)}>${escapeXml(String(value ?? ''))}</${name}>`
}

/** An element around elements, none of them changed. */
export function element(
  name: string,
  children: readonly string[],
  attributes: Attributes = {},
): string {
  return `<${name}${written(attributes)}>${children.join('')}</${name}>`
}

export function xmlReply(
  status: number,
  root: string,
  headers: Readonly<Record<string, string>> = {},
): WireReply {
  return {
    status,
    contentType: 'application/xml; charset={charset}',
    headers,
    body: `<?xml version="1.0" encoding="utf-8"?>\n${root}`,
  }
}

const STATUSES: Readonly<Record<Objection['problem'], number>> = {
  path: 404,
  method: 405,
  'media type': 415,
  malformed: 400,
  missing: 400,
  invalid: 400,
  unknown: 400,
}

/** `<Error><Code>…</Code><Message>…</Message></Error>` */
export function xmlProblem({ problem, name }: Objection): WireReply {
  return xmlError(STATUSES[problem], `${problem} ${name}`.trim())
}

export function xmlError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WireReply {
  return xmlReply(
    status,
    element('Error', [leaf('Code', status), leaf('Message', message)]),
    headers,
  )
}

function written(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('"', '&quot;')}"`)
    .join('')
}
