/** Of what clients, realm files and the data folder hold as a text. Undefined for what is no JSON, without a word of it. */
export function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
