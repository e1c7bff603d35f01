// Which program asks: the OpenID client of its token, or else what it says of itself. For log lines and for telling whom a
// new supergraph would break; nothing is allowed or refused by it.

import type { Caller } from '../../schema/caller.ts'

export type ClientHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface Client {
  readonly name: string | undefined
  readonly version: string | undefined
}

interface Asking {
  readonly caller?: Pick<Caller, 'clientId'> | undefined
  readonly headers?: ClientHeaders | undefined
}

export function clientOf({ caller, headers = {} }: Asking): Client {
  const name = headers['graphql-client-name'] ?? headers['apollographql-client-name']
  const version = headers['graphql-client-version'] ?? headers['apollographql-client-version']
  return { name: caller?.clientId || textOf(name), version: textOf(version) }
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? tellable(header) : undefined
}

const LONGEST = 80
const PLAIN = /^[\w .:/@+-]*$/
const OTHERS = /[^\w .:/@+-]/g
const LONG_NUMBER = /\d{8,}/g

/** A client chooses such a text, so it is short and plain, and a number that may be somebody's does not stay in it. */
export function tellable(text: string): string {
  const short = text.slice(0, LONGEST)
  return (PLAIN.test(short) ? short : short.replaceAll(OTHERS, '_')).replaceAll(LONG_NUMBER, '…')
}
