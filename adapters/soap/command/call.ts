// `call WSDL --operation O [--port P] [--endpoint URL] [--args JSON|@FILE] [--header JSON|@FILE]`: one call through the same encoder,
// transport and decoder as the gateway's. The answer's value is the only line of standard output; what went wrong is one
// JSON line on standard error: `{"fault":…}`, or `{"error":{"kind":…}}`.

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import { CallerError, SystemError } from '../../../schema/errors.ts'
import type { Tree } from '../../adapter.ts'
import { FindingsError, toLine } from '../../finding.ts'
import { XmlError } from '../../xml/parse.ts'
import { ContractError } from '../contract/contract-error.ts'
import type { Fault } from '../fault.ts'
import { HEADER } from '../message-writer.ts'
import { Unreadable } from '../unreadable.ts'
import { type Command, EXIT, UsageError } from './command.ts'
import { compileNamed } from './compile-named.ts'
import { exchange, HttpFailure, SoapFailure } from './exchange.ts'

const USAGE =
  'usage: npm run -s soap -- call WSDL --operation NAME [--port NAME] [--endpoint URL] [--args JSON|@FILE] [--header JSON|@FILE] [--root DIR] [--timeout SECONDS]'
const TIMEOUT_S = 60

/** What a person is told: the key is its own, so that a program can tell faults from all else. */
type Told =
  | { readonly fault: Readonly<Record<string, unknown>> }
  | { readonly error: Readonly<Record<string, unknown>> & { readonly kind: string } }

export const call: Command = async (args, output) => {
  try {
    const asked = readArguments(args)
    const input = await readInput(asked.args, asked.header)
    const { compiled, address } = await compileNamed(asked)
    const value = await exchange(compiled, input, {
      address: asked.endpoint ?? address,
      context: {
        requestId: randomUUID(),
        traceparent: '',
        signal: AbortSignal.timeout(asked.timeout * 1000),
      },
    })
    output.print(JSON.stringify(value))
    return EXIT.done
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { told, exit } = toTold(error)
    output.warn(JSON.stringify(told))
    return exit
  }
}

function readArguments(args: readonly string[]) {
  const options = { type: 'string' } as const
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        operation: options,
        port: options,
        endpoint: options,
        args: options,
        header: options,
        root: options,
        timeout: options,
      },
    })
    const [path, another] = positionals
    const timeout = Number(values.timeout ?? TIMEOUT_S)
    if (path === undefined || another !== undefined || !(timeout > 0)) throw new UsageError(USAGE)
    return { ...values, path, timeout }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error
    throw new UsageError(`${error.message}\n${USAGE}`)
  }
}

async function readInput(args: string | undefined, header: string | undefined): Promise<Tree> {
  const input = await readTree('--args', args)
  if (header === undefined) return input
  return { ...input, [HEADER]: await readTree('--header', header) }
}

/** A JSON object or null, or `@` and the file that holds it. */
async function readTree(name: string, given: string | undefined): Promise<Tree> {
  if (given === undefined) return {}
  const text = given.startsWith('@') ? await readFile(given.slice(1), 'utf8') : given
  const tree = parseTree(text)
  if (tree === undefined) throw new UsageError(`${name} is not a JSON object\n${USAGE}`)
  return tree
}

function parseTree(text: string): Tree | undefined {
  try {
    const value: unknown = JSON.parse(text) ?? {}
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Tree) // eslint-disable-line typescript/no-unsafe-type-assertion -- whatever JSON holds is a Value
      : undefined
  } catch {
    return undefined
  }
}

function toTold(error: unknown): { readonly told: Told; readonly exit: number } {
  if (error instanceof SoapFailure) return failed({ fault: toFault(error.fault) })
  if (error instanceof HttpFailure) {
    return failed({ error: { kind: 'http', status: error.status, reason: error.reason } })
  }
  if (error instanceof Unreadable) {
    return failed({ error: { kind: error.reason, path: error.path || undefined } })
  }
  if (error instanceof XmlError) return failed({ error: { kind: error.reason } })
  if (error instanceof SystemError) {
    return failed({ error: { kind: toKind(error), reason: error.detail['reason'] } })
  }
  if (error instanceof CallerError) {
    return refused({ kind: 'input', message: error.message, fields: error.fields })
  }
  if (error instanceof FindingsError) {
    const findings = error.findings.map(toLine)
    return refused({ kind: 'contract', message: findings[0], findings })
  }
  if (error instanceof ContractError) {
    return refused({ kind: 'contract', message: toLine(error.finding) })
  }
  throw error
}

function failed(told: Told) {
  return { told, exit: EXIT.failed }
}

function refused(error: Extract<Told, { readonly error: unknown }>['error']) {
  return { told: { error }, exit: EXIT.refused }
}

function toKind(error: SystemError): string {
  if (error.detail['reason'] === 'too large') return 'too-large'
  if (error.code === 'SYSTEM_TIMEOUT') return 'timeout'
  return error.code === 'SYSTEM_REPLY_INVALID' ? 'not-http' : 'unavailable'
}

function toFault({ code, subcode, said }: Fault): Readonly<Record<string, unknown>> {
  const declared = said?.declared ?? {}
  return {
    code,
    subcode: subcode ?? null,
    reason: said?.reason ?? null,
    detail: said?.detail ?? null,
    declared: Object.keys(declared).length === 0 ? null : declared,
  }
}
