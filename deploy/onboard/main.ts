// `npm run onboard -- FILE_OR_URL --name NAME [--out DIR] [--port P] [--operations A,B]`: a WSDL or OpenAPI contract to a
// system folder that loads. In: a contract. Out: the folder, and what a person has still to decide (docs/onboarding.md).

import { glob } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { type Finding, FindingsError, toLine } from '../../adapters/finding.ts'
import { type Onboarded, onboard, type OnboardOptions } from '../../subgraphs/onboard/onboard.ts'
import { openQuestions } from '../../subgraphs/onboard/open-questions.ts'
import { readLocation } from './read-location.ts'

const USAGE =
  'npm run onboard -- FILE_OR_URL --name NAME [--out DIR] [--port PORT] [--operations A,B]\n' +
  'npm run onboard -- --check [DIR…]'
const SYSTEMS = path.join(import.meta.dirname, '../../subgraphs')

export interface Output {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** Resolves with the exit code: 0, 1 for findings or open questions, 2 for arguments that are none. */
export async function runOnboard(args: readonly string[], output: Output): Promise<number> {
  const asked = readArguments(args)
  if (asked === undefined) {
    output.error(USAGE)
    return 2
  }
  try {
    return 'check' in asked
      ? await checkAll(asked.check, output)
      : await make({ ...asked, read: readLocation }, output)
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error
    for (const finding of error.findings) output.error(toLine(finding))
    return 1
  }
}

async function make(options: OnboardOptions, { out }: Output): Promise<number> {
  const made = await onboard(options)
  const folder = path.relative(process.cwd(), options.folder)
  for (const line of summary(folder, made)) out(line)
  return 0
}

function summary(folder: string, { protocol, files, operations, samples, settings }: Onboarded) {
  const queries = operations.filter(({ kind }) => kind === 'query').length
  const open = settings.open ?? []
  return [
    `${folder}/`,
    `  contract/        ${files.length} ${files.length === 1 ? 'file' : 'files'} (${protocol})`,
    `  system.json      ${queries} queries, ${operations.length - queries} mutations, ${open.length} open questions`,
    `  schema.graphql   keys and mappings as proposed`,
    `  samples/         ${samples.length} cases`,
    'It loads. To do:',
    ...open.map(({ at, ask }) => `  ${at}  ${ask}`),
    `Then: npm run onboard -- --check ${folder} · npm run record -- ${folder} · npm run compose`,
  ]
}

/** Without a folder: all of this checkout. */
async function checkAll(named: readonly string[], { out, error }: Output): Promise<number> {
  const folders = named.length === 0 ? await systemFolders() : named
  const findings = await Promise.all(folders.map((folder) => findingsOf(path.resolve(folder))))
  for (const finding of findings.flat()) error(toLine(finding))
  if (findings.flat().length > 0) return 1
  const [only] = folders
  out(
    folders.length === 1 && only !== undefined
      ? `${only} loads and has no open question`
      : `${folders.length} folders load and have no open question`,
  )
  return 0
}

/** What is wrong with one folder does not hide what is wrong with the next. */
async function findingsOf(folder: string): Promise<readonly Finding[]> {
  try {
    return await openQuestions(folder)
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error
    return error.findings
  }
}

async function systemFolders(): Promise<readonly string[]> {
  const files = await Array.fromAsync(glob('*/system.json', { cwd: SYSTEMS }))
  return files.map((file) => path.join(SYSTEMS, path.dirname(file))).toSorted()
}

type Asked = Omit<OnboardOptions, 'read'> | { readonly check: readonly string[] }

function readArguments(args: readonly string[]): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        out: { type: 'string' },
        port: { type: 'string' },
        operations: { type: 'string' },
        check: { type: 'boolean', default: false },
      },
    })
    const { name, out, port, operations, check } = values
    if (check) return { check: positionals }
    const [source] = positionals
    if (source === undefined || positionals.length > 1 || name === undefined) return undefined
    return {
      source: toLocation(source),
      name,
      folder: path.resolve(out ?? SYSTEMS, out === undefined ? name : '.'),
      port,
      operations: operations?.split(',').map((each) => each.trim()) ?? [],
    }
  } catch {
    return undefined
  }
}

function toLocation(source: string): URL {
  return /^https?:\/\//i.test(source) ? new URL(source) : pathToFileURL(path.resolve(source))
}

if (import.meta.main) {
  process.exitCode = await runOnboard(process.argv.slice(2), {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
