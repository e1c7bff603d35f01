// `call WSDL --operation O [--port P] [--endpoint URL] [--args JSON|@FILE] [--header JSON|@FILE]`: one call through the same encoder,
// transport and decoder as the gateway's. The answer's value is the only line of standard output; what went wrong is one
// JSON line on standard error: `{"fault":…}`, or `{"error":{"kind":…}}`.

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import { CallerError, SystemError } from '../../../schema/errors.ts'
import type { Tree, Value } from '../../adapter.ts'
import { FindingsError, toLine } from '../../finding.ts'
import { isTree } from '../../tree.ts'
import { XmlError } from '../../xml/parse.ts'
import { ContractError } from '../contract/contract-error.ts'
import type { Fault } from '../fault.ts'
import { TEXT } from '../layout.ts'
import { HEADER } from '../message-writer.ts'
import { Unreadable } from '../unreadable.ts'
import { type Command, EXIT, UsageError } from './command.ts'
import { compileNamed } from './compile-named.ts'
import { exchange, HttpFailure, SoapFailure } from './exchange.ts'
import { fetchContract } from './fetch-contract.ts'

const USAGE =
  'usage: npm run -s soap -- call WSDL --operation NAME [--port NAME] [--endpoint URL] [--args JSON|@FILE] [--header JSON|@FILE] [--root DIR] [--fetch HOST]… [--timeout SECONDS]'
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
        fetch: { type: 'string', multiple: true },
      },
    })
    const [path, another] = positionals
    const timeout = Number(values.timeout ?? TIMEOUT_S)
    if (path === undefined || another !== undefined || !(timeout > 0)) throw new UsageError(USAGE)
    const { endpoint, fetch: hosts, ...asked } = values
    assertAddress(endpoint)
    return { ...asked, endpoint, fetch: hosts && fetchContract({ hosts }), path, timeout }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error
    throw new UsageError(`${error.message}; ${USAGE}`)
  }
}

function assertAddress(endpoint: string | undefined): void {
  const protocol = endpoint === undefined ? 'http:' : URL.parse(endpoint)?.protocol
  if (protocol === 'http:' || protocol === 'https:') return
  throw new UsageError('--endpoint is not an http or https address')
}

async function readInput(args: string | undefined, header: string | undefined): Promise<Tree> {
  const input = await readTree('--args', args)
  if (header === undefined) return input
  return { ...input, [HEADER]: await readTree('--header', header) }
}

/** JSON, or `@` and the file that holds it; nothing and null are an empty object, what is no object is the root's own value. */
async function readTree(name: string, given = ''): Promise<Tree> {
  const value = parseValue(name, given.startsWith('@') ? await readNamed(name, given) : given)
  if (value === null) return {}
  return isTree(value) ? value : { [TEXT]: value }
}

async function readNamed(name: string, given: string): Promise<string> {
  try {
    return await readFile(given.slice(1), 'utf8')
  } catch {
    throw new UsageError(`${name}: cannot read ${given.slice(1)}`)
  }
}

function parseValue(name: string, text: string): Value {
  try {
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- whatever JSON holds is a Value
    return (text.trim() === '' ? null : JSON.parse(text)) as Value
  } catch {
    throw new UsageError(`${name} is not JSON; ${USAGE}`)
  }
}

function toTold(error: unknown): { readonly told: Told; readonly exit: number } {
  if (error instanceof UsageError) return refused({ kind: 'usage', message: error.message })
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
  // A bug of ours: still one line.
  return failed({ error: { kind: 'internal', message: error instanceof Error ? error.stack : '' } })
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
