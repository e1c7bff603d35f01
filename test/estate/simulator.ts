// The port of a simulated system. A simulator knows its protocol, its quirks and the personas; sockets, switches and
// counting are around it (serve-simulator.ts). It imports nothing of the product; contract files may be read as data.

import type { IncomingHttpHeaders } from 'node:http'

import type { Certificates } from './certificates.ts'
import type { Companies } from './companies.ts'
import type { Flights } from './flights.ts'
import type { Population } from './personas.ts'
import type { Places } from './places.ts'
import type { Rail } from './rail.ts'
import type { Switches } from './switches.ts'
import type { Vessels } from './vessels.ts'

/** What a simulator is made from: `createNocrPerson(world)`. Listed in systems.ts. */
export interface World {
  readonly population: Population
  readonly companies: Companies
  readonly places: Places
  readonly flights: Flights
  readonly rail: Rail
  readonly vessels: Vessels
  /** Seeded, 0 ≤ x < 1. The only source of chance. */
  readonly random: () => number
  /** Epoch milliseconds; the only clock. */
  readonly now: () => number
  readonly certificates: Certificates
}

export type CreateSimulator = (world: World) => Simulator

export interface WireRequest {
  readonly method: string
  /** As sent, with query; host is of no meaning. `url.search` keeps the percent-encoding as sent. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The caller's address without IPv6 mapping, for instance `127.0.0.1`. */
  readonly remoteAddress: string
  /** Subject CN of the client certificate, with mTLS only. */
  readonly clientName: string | undefined
  readonly switches: Switches
}

export interface WireReply {
  readonly status: number
  /** `{charset}` is replaced by the name of the charset in use. */
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text is drifted and encoded on its way out; an XML declaration's encoding follows the charset in use. */
  readonly body: string | Uint8Array
}

export interface Maintenance {
  /** `01:00`, local to `zone`. */
  readonly from: string
  readonly to: string
  /** Last part of the window, in which connections are reset instead of answered by a page. */
  readonly refusedFrom?: string
  readonly zone: string
  /** The HTML page shown with status 200. */
  readonly page: string
}

export interface Simulator {
  /** Id of the system folder. */
  readonly id: string
  /** English name for the table of what is up. */
  readonly name: string
  /** `SOAP 1.1`, `SOAP 1.2`, `REST`, `CSV`. */
  readonly protocol: string
  /** Path of the address, beginning with `/`. */
  readonly path: string
  /** charset of replies as iconv names it. Default utf-8. */
  readonly charset?: string
  /** Usual latency in milliseconds, unless a switch says otherwise. Default 20–60. */
  readonly latency?: readonly [number, number]
  /** More calls at a time than this are answered by `busy`. Default: no limit. */
  readonly parallel?: number
  /** Undefined: the connection is cut. */
  readonly busy?: () => WireReply | undefined
  /** Default: 01:00–05:00 Tehran with a page. */
  readonly maintenance?: Maintenance
  /** mTLS with the world's certificates; the address is https then. */
  readonly mutualTls?: boolean
  /** Variables for the product besides `<ID>_URL`: credentials by the names of system.json. */
  readonly environment: Readonly<Record<string, string>>
  /** Is this a business call (counted, delayed, failing)? Default: every POST. Token and contract requests are not. */
  isBusiness?(request: WireRequest): boolean
  /** Never throws for what a client may send: it answers as the system would. */
  answer(request: WireRequest): WireReply | Promise<WireReply>
  /** How this system breaks down (switch failRate). Default: 500 with an HTML page. */
  failure?(request: WireRequest): WireReply
  /** Renames one field of a reply's text (switch drift). */
  drift(text: string): string
}

/** `Basic` credentials as sent; undefined if there are none. */
export function readBasic(
  headers: IncomingHttpHeaders,
): { user: string; password: string } | undefined {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/u.exec(headers.authorization ?? '')
  if (match?.[1] === undefined) return undefined
  const [user = '', ...rest] = Buffer.from(match[1], 'base64').toString('utf8').split(':')
  return { user, password: rest.join(':') }
}

/** The page that a careless proxy or console of such systems shows. */
export function htmlPage(title: string, text: string): string {
  return `<!DOCTYPE html>\n<html dir="rtl" lang="fa"><head><meta charset="utf-8"><title>${title}</title></head>\n<body><h1>${title}</h1><p>${text}</p></body></html>\n`
}
