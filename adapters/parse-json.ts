// JSON that may be none: contracts and recordings as received.

/** Undefined if it is not JSON: no JSON text means undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
