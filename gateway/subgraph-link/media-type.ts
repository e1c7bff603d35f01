// The media types that a subgraph behind a network may answer in.

export const RESPONSE_TYPE = 'application/graphql-response+json'
export const JSON_TYPE = 'application/json'
export const EVENTS_TYPE = 'text/event-stream'

/** Is this content type that media type, whatever its case and parameters (RFC 9110 §8.3.1)? */
export function isType(contentType: string, wanted: string): boolean {
  if (contentType === wanted) return true
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase() === wanted
}
