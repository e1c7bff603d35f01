// What a request says of why it is made: for what purpose, and because of which case. In: headers. Out: what the context holds.

import type { IncomingMessage } from 'node:http'

import type { RequestContext } from '../../schema/context.ts'
import { HttpRefusal } from './refuse.ts'

const PURPOSE = 'panjareh-purpose'
const ISSUE = 'x-road-issue'

/** What can stand in a record of who asked what: no blanks at the ends, nothing that breaks a line. */
const ISSUE_FORM = /^[!-~](?:[ -~]{0,62}[!-~])?$/

/** `purposes`: the codes for which something of the graph is read. */
export function askedFor(
  request: Pick<IncomingMessage, 'headers' | 'headersDistinct'>,
  purposes: () => ReadonlySet<string>,
): Pick<RequestContext, 'purpose' | 'issue'> {
  const { headers } = request
  if (headers[PURPOSE] === undefined && headers[ISSUE] === undefined) return NOTHING_SAID
  const purpose = single(request, PURPOSE)
  const issue = single(request, ISSUE)
  if (purpose !== undefined && !purposes().has(purpose)) {
    throw refused('Panjareh-Purpose names no purpose for which anything here is read.')
  }
  if (issue !== undefined && !ISSUE_FORM.test(issue)) {
    throw refused('X-Road-Issue is a text of at most 64 printable ASCII characters.')
  }
  return { purpose, issue }
}

const NOTHING_SAID: Pick<RequestContext, 'purpose' | 'issue'> = {}

/** One request has one purpose: of several lines the gateway and whoever stands before it could each take another one. */
function single(
  { headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>,
  name: string,
): string | undefined {
  const lines = headersDistinct[name] ?? []
  if (lines.length > 1) throw refused('Panjareh-Purpose and X-Road-Issue each stand once.')
  return lines[0]
}

function refused(text: string): HttpRefusal {
  return new HttpRefusal(400, text, { reason: 'parameters' })
}
