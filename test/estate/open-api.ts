// Reads an agency's OpenAPI file as data, so that a simulator takes only what its contract says.

import { readFileSync } from 'node:fs'

import { Ajv } from 'ajv'

/** Does the value stand in the contract? */
export type InContract = (value: unknown) => boolean

/** A check by one of the contract's `components.schemas`. */
export function readContract(system: string): (schema: string) => InContract {
  const file = new URL(`../../subgraphs/${system}/contract/openapi.json`, import.meta.url)
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const ajv = new Ajv({ strict: false, validateFormats: false })
  if (typeof document === 'object' && document !== null) ajv.addSchema(document, 'contract')
  return (schema) => ajv.compile({ $ref: `contract#/components/schemas/${schema}` })
}

export type Fields = Readonly<Record<string, unknown>>

/** The body as a JSON object; undefined for anything else. */
export function parseObject(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
