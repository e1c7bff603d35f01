// The list of documents that clients may name by their hash, and who may send nothing else. In: a configuration.
// Throws ConfigError if the list cannot be read or is not one; whether the documents fit the schema is the engine's to say.

import { readFile } from 'node:fs/promises'

import type { Caller } from '../schema/caller.ts'
import { type ManifestOperation, readManifest } from '../schema/document-manifest.ts'
import { type Config, ConfigError } from './config.ts'

export interface KnownDocuments {
  readonly documents: readonly ManifestOperation[]
  readonly documentsOnly: (caller: Caller) => boolean
}

const EVERYBODY = '*'

export async function readDocuments(config: Config): Promise<KnownDocuments> {
  const clients = new Set(config.trustedOnly)
  if (clients.size > 0 && config.documents === undefined) {
    throw new ConfigError([
      'PANJAREH_TRUSTED_ONLY needs PANJAREH_DOCUMENTS: nothing could be asked',
    ])
  }
  const documents = config.documents === undefined ? [] : await read(config.documents)
  if (clients.has(EVERYBODY)) return { documents, documentsOnly: () => true }
  return { documents, documentsOnly: ({ clientId }) => clients.has(clientId) }
}

async function read(file: string): Promise<readonly ManifestOperation[]> {
  const { operations, findings } = readManifest(await textOf(file))
  if (operations !== undefined) return operations
  throw new ConfigError(findings.map((finding) => `PANJAREH_DOCUMENTS: ${file} ${finding}`))
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new ConfigError([`PANJAREH_DOCUMENTS: ${file} cannot be read`])
  }
}
