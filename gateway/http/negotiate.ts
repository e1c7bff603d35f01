// Which media type the client wants (RFC 9110 §12.5.1, GraphQL over HTTP §6.1).

export const JSON_TYPE = 'application/json'
export const RESPONSE_TYPE = 'application/graphql-response+json'

export type AnswerType = typeof JSON_TYPE | typeof RESPONSE_TYPE

interface Range {
  readonly type: string
  readonly quality: number
}

/** Undefined: the client takes neither. Without a wish, or with a wildcard, application/json, as old clients expect. */
export function negotiate(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept.trim() === '') return JSON_TYPE
  const ranges = rangesOf(accept)
  let best: { readonly type: AnswerType; readonly quality: number } | undefined
  for (const { type, quality } of ranges) {
    const answer = type === RESPONSE_TYPE ? RESPONSE_TYPE : JSON_TYPE
    if (quality > (best?.quality ?? 0) && MET.has(type)) best = { type: answer, quality }
  }
  return best?.type
}

const MET: ReadonlySet<string> = new Set([JSON_TYPE, RESPONSE_TYPE, '*/*', 'application/*'])

/** Does a browser ask for a page? */
export function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && rangesOf(accept)[0]?.type === 'text/html'
}

function rangesOf(accept: string): readonly Range[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    const given = quality === undefined ? 1 : Number(quality.slice(2))
    return { type, quality: Number.isNaN(given) ? 0 : given }
  })
}
