// `npm run documents -- extract DIR… --out FILE`: writes the list of documents that a front end may send by their hash
// (docs/trusted-documents.md). `--check` writes nothing and fails if the list is stale.

import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { toApiSchema } from '../../schema/compose/api-schema.ts'
import { writeManifest } from '../../schema/document-manifest.ts'
import { extractDocuments } from './extract.ts'
import { readSources } from './read-sources.ts'
import { toLine } from './source-text.ts'

const USAGE =
  'npm run documents -- extract DIR… --out FILE [--client NAME] [--supergraph FILE] [--check]'
const SUPERGRAPH = path.join(import.meta.dirname, '../../schema/supergraph.graphql')

export interface Output {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** Resolves with the exit code: 0, 1 for findings or a stale list, 2 for arguments that are none. */
export async function runDocuments(
  args: readonly string[],
  { out, error }: Output,
): Promise<number> {
  const asked = readArguments(args)
  if (asked === undefined) {
    error(USAGE)
    return 2
  }
  const schema = toApiSchema(await readFile(asked.supergraph, 'utf8'))
  const read = await readSources(asked.folders)
  const extracted = extractDocuments(read.sources, { schema, client: asked.client })
  const findings = [...read.findings, ...extracted.findings]
  for (const finding of findings) error(toLine(finding))
  if (findings.length > 0) return 1
  const text = writeManifest(extracted.operations)
  if (asked.check) return isFresh(asked.file, text, error)
  await writeFile(asked.file, text)
  out(`${extracted.operations.length} documents in ${asked.file}`)
  return 0
}

async function isFresh(file: string, text: string, error: Output['error']): Promise<number> {
  const before = await readFile(file, 'utf8').catch(() => '')
  if (before === text) return 0
  error(`${file} is stale: extract again`)
  return 1
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        client: { type: 'string' },
        supergraph: { type: 'string', default: SUPERGRAPH },
        check: { type: 'boolean', default: false },
      },
    })
    const [command, ...folders] = positionals
    const { out: file, client, supergraph, check } = values
    if (command !== 'extract' || folders.length === 0 || file === undefined) return undefined
    return { folders, file, client, supergraph, check }
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  process.exitCode = await runDocuments(process.argv.slice(2), {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
