// Which media types the client takes (RFC 9110 §12.5.1, GraphQL over HTTP §6.1), for whole answers and for streams.

import { BoundedCache } from '../bounded-cache.ts'

export const JSON_TYPE = 'application/json'
export const RESPONSE_TYPE = 'application/graphql-response+json'

export type AnswerType = typeof JSON_TYPE | typeof RESPONSE_TYPE

export interface Wanted {
  /** For one whole answer; undefined: only streams are taken. */
  readonly whole: AnswerType | undefined
  /** For an answer with later parts; undefined: no such stream is taken, or whole answers are liked better. */
  readonly parts: 'multipart' | 'events' | undefined
  /** May a subscription's events be sent? */
  readonly events: boolean
}

interface Range {
  readonly type: string
  readonly parameters: readonly string[]
  readonly quality: number
}

const UNTOLD: Wanted = { whole: JSON_TYPE, parts: undefined, events: false }
/** Front ends send a few headers only. */
const REMEMBERED = 100
const LONGEST = 1000

const known = new BoundedCache<string, Wanted>(REMEMBERED)

/** Undefined: the client takes nothing that is offered. Without a wish application/json, as old clients expect. */
export function negotiate(accept: string | undefined): Wanted | undefined {
  if (accept === undefined) return UNTOLD
  const remembered = known.get(accept)
  if (remembered !== undefined) return remembered
  const wanted = accept.trim() === '' ? UNTOLD : wantedOf(rangesOf(accept))
  if (wanted !== undefined && accept.length <= LONGEST) known.set(accept, wanted)
  return wanted
}

function wantedOf(ranges: readonly Range[]): Wanted | undefined {
  const whole = bestWhole(ranges)
  const events = qualityOf(ranges, ({ type }) => type === 'text/event-stream')
  const parts = partsOf(ranges, events, whole?.quality ?? 0)
  if (whole === undefined && parts === undefined) return undefined
  return { whole: whole?.type, parts, events: events > 0 }
}

interface Choice {
  readonly type: AnswerType
  readonly quality: number
  /** Where among the ranges it is named. */
  readonly at: number
}

/** Of two that are liked equally, the one that is named, then the one named first. */
function bestWhole(ranges: readonly Range[]): Choice | undefined {
  const [first, second] = [choiceOf(ranges, JSON_TYPE), choiceOf(ranges, RESPONSE_TYPE)]
  const isSecond =
    second.quality > first.quality || (second.quality === first.quality && second.at < first.at)
  const best = isSecond ? second : first
  return best.quality > 0 ? best : undefined
}

/** A wildcard speaks only of what is not named (RFC 9110 §12.5.1). */
function choiceOf(ranges: readonly Range[], type: AnswerType): Choice {
  const at = ranges.findIndex((range) => range.type === type)
  const named = ranges[at]
  if (named !== undefined) return { type, quality: named.quality, at }
  const wild = ['application/*', '*/*'].find((name) => ranges.some((range) => range.type === name))
  const quality = qualityOf(ranges, (range) => range.type === wild)
  return { type, quality, at: ranges.length }
}

/**
 * A stream is taken where it is liked as well as a whole answer; multipart first, as those who name it mean `@defer`.
 * Of multipart there are several forms: ours is the one that Apollo's clients and routers call deferSpec=20220824.
 */
function partsOf(ranges: readonly Range[], events: number, least: number): Wanted['parts'] {
  const multipart = qualityOf(
    ranges,
    ({ type, parameters }) =>
      type === 'multipart/mixed' &&
      parameters.some((text) => /^deferspec="?20220824"?$/.test(text)),
  )
  const best = Math.max(multipart, events)
  if (best === 0 || best < least) return undefined
  return multipart >= events ? 'multipart' : 'events'
}

/** Streams must be named: who says only "anything" reads no stream. */
function qualityOf(ranges: readonly Range[], fits: (range: Range) => boolean): number {
  return ranges.find((range) => fits(range))?.quality ?? 0
}

/** Does a browser ask for a page? */
export function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && rangesOf(accept)[0]?.type === 'text/html'
}

function rangesOf(accept: string): readonly Range[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    const given = quality === undefined ? 1 : Number(quality.slice(2))
    return { type, parameters, quality: Number.isNaN(given) ? 0 : given }
  })
}
