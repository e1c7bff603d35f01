// `npm run record -- DIR --operation O --args JSON (--case NAME | --check) [--keep A,B]`: asks the live system once. In: a
// system folder, a real input. Out: a sample with invented values, or what differs from the samples (docs/onboarding.md).

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'

import type { Tree } from '../../adapters/adapter.ts'
import { FindingsError, toLine } from '../../adapters/finding.ts'
import { secretsOf } from '../../gateway/config.ts'
import { CallerError } from '../../schema/errors.ts'
import { compareLive, recordLive, type RecordOptions } from '../../subgraphs/onboard/record.ts'
import type { Output } from './main.ts'

const USAGE =
  'npm run record -- DIR --operation OPERATION --args JSON|@FILE (--case NAME | --check) [--keep A,B]'

/** Resolves with the exit code: 0, 1 for drift or findings, 2 for arguments that are none. */
export async function runRecord(
  args: readonly string[],
  output: Output,
  variables = secretsOf(),
): Promise<number> {
  const asked = await readArguments(args)
  if (asked === undefined) {
    output.error(USAGE)
    return 2
  }
  try {
    return await record({ ...asked, secret: required(variables) }, output)
  } catch (error) {
    if (error instanceof FindingsError) {
      for (const finding of error.findings) output.error(toLine(finding))
    } else if (error instanceof CallerError) output.error(error.message)
    else throw error
    return 1
  }
}

interface Asked extends Omit<RecordOptions, 'secret'> {
  /** Undefined: only compare. */
  readonly name: string | undefined
}

async function record(
  { name, ...options }: Asked & RecordOptions,
  { out, error }: Output,
): Promise<number> {
  const { outcome, appeared, vanished } =
    name === undefined ? await compareLive(options) : await recordLive(options, name)
  const place = path.relative(process.cwd(), options.folder)
  out('error' in outcome ? `answered with ${outcome.error}` : 'answered with a value')
  if (name !== undefined) out(`${place}/samples/${name}/ is written: read it before you commit it`)
  for (const each of appeared) error(`new: ${each}`)
  for (const each of vanished) error(`not there this time: ${each}`)
  const drifted = 'error' in outcome && outcome.error === 'SYSTEM_REPLY_INVALID'
  if (drifted) error('the answer is not of the contract')
  return name === undefined && (drifted || appeared.length > 0) ? 1 : 0
}

function required(variables: (name: string) => string | undefined): RecordOptions['secret'] {
  return (variable) => {
    const value = variables(variable)
    if (value !== undefined) return value
    throw new FindingsError([{ file: 'environment', message: `has no ${variable}` }])
  }
}

async function readArguments(args: readonly string[]): Promise<Asked | undefined> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        operation: { type: 'string' },
        args: { type: 'string', default: '{}' },
        case: { type: 'string' },
        check: { type: 'boolean', default: false },
        keep: { type: 'string' },
      },
    })
    const [folder, ...others] = positionals
    const { operation, check, case: name } = values
    if (folder === undefined || others.length > 0 || operation === undefined) return undefined
    if (check === (name !== undefined) || !/^[a-z0-9-]*$/.test(name ?? '')) return undefined
    const input = await readTree(values.args)
    const keep = values.keep?.split(',') ?? []
    return input && { folder: path.resolve(folder), operation, input, keep, name }
  } catch {
    return undefined
  }
}

async function readTree(text: string): Promise<Tree | undefined> {
  const json = text.startsWith('@') ? await readFile(text.slice(1), 'utf8') : text
  const parsed: unknown = JSON.parse(json)
  return isTree(parsed) ? parsed : undefined
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

if (import.meta.main) {
  process.exitCode = await runRecord(process.argv.slice(2), {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
