// `npm run record -- DIR --operation O --args JSON (--case NAME | --check) [--keep A,B]`: asks the live system once. In: a
// system folder, a real input. Out: a sample with invented values, or what differs from the samples (docs/onboarding.md).

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'

import type { Tree } from '../../adapters/adapter.ts'
import { FindingsError, toLine } from '../../adapters/finding.ts'
import { secretsOf } from '../../gateway/config.ts'
import { CallerError } from '../../schema/errors.ts'
import {
  compareLive,
  type Recorded,
  recordLive,
  type RecordOptions,
} from '../../subgraphs/onboard/record.ts'
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
  const recorded = name === undefined ? await compareLive(options) : await recordLive(options, name)
  const { outcome } = recorded
  const place = path.relative(process.cwd(), options.folder)
  out('error' in outcome ? `answered with ${outcome.error}` : 'answered with a value')
  if (name !== undefined) out(`${place}/samples/${name}/ is written: read it before you commit it`)
  const drift = driftOf(recorded)
  for (const line of drift) error(line)
  for (const each of outermost(recorded.vanished)) error(`not there this time: ${each}`)
  return name === undefined && drift.length > 0 ? 1 : 0
}

/** A record says what is in it, too. */
function outermost(names: readonly string[]): readonly string[] {
  const all = new Set(names)
  return names.filter((name) => !all.has(name.slice(0, Math.max(name.lastIndexOf('.'), 0))))
}

/** What must not be; that something optional is not there this time may be. */
function driftOf({ outcome, why, appeared, collapsed, unread }: Recorded): readonly string[] {
  const isRefused = 'error' in outcome && outcome.error === 'SYSTEM_REPLY_INVALID'
  const reason = why === undefined ? '' : `: ${why}`
  return [
    ...outermost(appeared).map((each) => `in no sample until now: ${each}`),
    ...collapsed.map((each) => `no list any more: ${each}`),
    ...unread.map((each) => `schema.graphql cannot read the value of ${each}`),
    ...(isRefused ? [`the answer is not of the contract${reason}`] : []),
  ]
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
