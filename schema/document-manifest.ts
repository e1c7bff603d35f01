// The list of documents that a front end may send by their hash, in the form that Apollo's tools write and read.
// In: text. Out: documents, or everything that is wrong with the list.

import { createHash } from 'node:crypto'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const Operation = Type.Object({
  /** SHA-256 of the body in lower-case hex. */
  id: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  name: Type.String(),
  type: Type.Union([Type.Literal('query'), Type.Literal('mutation'), Type.Literal('subscription')]),
  body: Type.String(),
  clientName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})

const Manifest = Type.Object({
  format: Type.Literal('apollo-persisted-query-manifest'),
  version: Type.Literal(1),
  operations: Type.Array(Operation),
})

export type ManifestOperation = Static<typeof Operation>

type Read =
  | { readonly operations: readonly ManifestOperation[]; readonly findings?: undefined }
  | { readonly operations?: undefined; readonly findings: readonly string[] }

/** Findings are lines without the file's name. */
export function readManifest(text: string): Read {
  const value = parseJson(text)
  if (!Value.Check(Manifest, value)) {
    const [first] = Value.Errors(Manifest, value)
    const place = first === undefined || first.instancePath === '' ? '/' : first.instancePath
    return { findings: [`is not a manifest of persisted queries, version 1: ${place}`] }
  }
  const findings = value.operations
    .filter(({ id, body }) => id !== hashOf(body))
    .map(({ name }) => `the id of ${name} is not the SHA-256 of its body`)
  return findings.length > 0 ? { findings } : { operations: value.operations }
}

/** The same list gives the same bytes: sorted by client, then name. */
export function writeManifest(operations: readonly ManifestOperation[]): string {
  const key = ({ clientName, name, id }: ManifestOperation) => `${clientName ?? ''}\n${name}\n${id}`
  const sorted = operations.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: sorted }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

export function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
