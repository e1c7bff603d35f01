// The JSON of a token, read so that it can mean one thing only. RFC 7515 §4 and RFC 7519 §4 let a reader refuse repeated
// members or take the last one; whoever takes the first one would see another token.

import { isUtf8 } from 'node:buffer'

export type Members = Readonly<Record<string, unknown>>

/** Undefined for what is no UTF-8, no JSON, no object, or names a member twice at any depth. */
export function parseStrict(bytes: Uint8Array): Members | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return isMembers(value) && !repeatsMember(text) ? value : undefined
  } catch {
    return undefined
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string with the colon that makes it a name, or a bracket. What stands between does not matter: the text is JSON. */
const PIECES = /"(?<text>(?:[^"\\]|\\.)*)"\s*(?<colon>:?)|[{}[\]]/g

function repeatsMember(json: string): boolean {
  const open: Set<string>[] = []
  for (const { 0: piece, groups } of json.matchAll(PIECES)) {
    if (piece === '{' || piece === '[') open.push(new Set())
    else if (piece === '}' || piece === ']') open.pop()
    else if (groups?.['colon'] === ':' && !isFirst(groups['text'] ?? '', open.at(-1))) return true
  }
  return false
}

function isFirst(raw: string, names: Set<string> | undefined): boolean {
  // "e\u0078p" is "exp".
  const name: unknown = raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw
  if (names === undefined || names.has(String(name))) return false
  names.add(String(name))
  return true
}
