// A compiled schema for the tests of contracts: schema texts in, the model out.

import { readContractFiles } from '../../../../adapters/soap/contract/contract-files.ts'
import type { ContractFiles } from '../../../../adapters/soap/contract/documents.ts'
import { SchemaIndex } from '../../../../adapters/soap/contract/schema-index.ts'
import { Schema, type SchemaOptions } from '../../../../adapters/soap/contract/xsd.ts'
import type {
  ComplexType,
  ElementDeclaration,
  Particle,
  Type,
} from '../../../../adapters/soap/model.ts'
import { folderOf, NS } from '../contract.ts'

export const SCHEMA_START = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${NS}" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:enc12="http://www.w3.org/2003/05/soap-encoding" xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="${NS}">`

export interface Compiled {
  readonly schema: Schema
  readonly files: ContractFiles
  readonly element: (local: string) => ElementDeclaration
  readonly type: (local: string) => Type
}

/** `content` stands in the schema of the first file; others by name. */
export async function compiled(
  content: string,
  files: Readonly<Record<string, string>> = {},
  options: SchemaOptions = {},
): Promise<Compiled> {
  const folder = await folderOf({ 'a.xsd': `${SCHEMA_START}${content}</xs:schema>`, ...files })
  const read = await readContractFiles(folder, 'a.xsd', options)
  const schema = new Schema(new SchemaIndex(read.schemas), options)
  const [document] = read.schemas
  if (document === undefined) throw new TypeError('the test has no schema')
  const from = { document, node: document.root }
  return {
    schema,
    files: read,
    element: (local) => schema.element(`{${NS}}${local}`, from),
    type: (local) => schema.type(`{${NS}}${local}`, from),
  }
}

export function complex(type: Type): ComplexType {
  if (type.kind !== 'complex') throw new TypeError(`the type is ${type.kind}`)
  return type
}

/** Names of the elements of a content model, in order. */
export function elementNames(type: Type): readonly string[] {
  const { content } = complex(type)
  return content.kind === 'elements' ? names(content.particle) : []
}

function names(particle: Particle): readonly string[] {
  if (particle.kind === 'element') return [particle.element.local]
  return 'particles' in particle ? particle.particles.flatMap(names) : ['*']
}
