// A contract as it is read: its files, its SOAP ports and the compiler of its types. In: a folder and a WSDL in it.
// Throws FindingsError for a file that is no contract; what a single operation lacks is told when that is compiled.

import { type Finding, FindingsError } from '../../finding.ts'
import { type ReadOptions, readContractFiles } from './contract-files.ts'
import type { SoapPort } from './port.ts'
import { SchemaIndex } from './schema-index.ts'
import { readPorts } from './wsdl.ts'
import { Schema, type SchemaOptions } from './xsd.ts'

export interface SoapContract {
  /** At least one. */
  readonly ports: readonly SoapPort[]
  readonly schema: Schema
  /** Imports that were not followed, ports that cannot be used: wrong only for what needs them. */
  readonly unmet: readonly Finding[]
}

export async function readContract(
  folder: string,
  file: string,
  options: ReadOptions & SchemaOptions = {},
): Promise<SoapContract> {
  const files = await readContractFiles(folder, file, options)
  if (files.findings.length > 0) throw new FindingsError(files.findings)
  const { ports, findings } = readPorts(files.definitions, options.lenient)
  const unmet = [...files.unmet, ...findings]
  if (ports.length === 0) {
    const none = { file, message: 'has no port with a SOAP binding' }
    throw new FindingsError(unmet.length > 0 ? unmet : [none])
  }
  return { ports, schema: new Schema(new SchemaIndex(files.schemas), options), unmet }
}
