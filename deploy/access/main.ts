// `npm run access -- OPERATION.graphql --as agency,inquiry:deed`: which fields of an operation one with these roles would see,
// and what each demands (docs/access.md). Exit code 0: all; 1: not all; 2: no such operation or arguments.

import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'

import { type DocumentNode, GraphQLError, parse, validate } from 'graphql'

import { callerOf } from '../../gateway/auth/caller-of.ts'
import { knownPurposes } from '../../gateway/auth/known-purposes.ts'
import type { Caller } from '../../schema/caller.ts'
import { toApiSchema } from '../../schema/compose/api-schema.ts'
import { toFullSchema } from '../../schema/compose/full-schema.ts'
import { CallerError } from '../../schema/errors.ts'
import { readArguments, USAGE } from './arguments.ts'
import { type Explained, explain, type Schemas } from './explain.ts'

export interface Output {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** Resolves with the exit code. */
export async function runAccess(args: readonly string[], { out, error }: Output): Promise<number> {
  try {
    const asked = readArguments(args)
    if (asked === 'help') {
      out(USAGE)
      return 0
    }
    const { levels } = asked
    const sdl = await read(asked.supergraph)
    const schemas = { supergraph: toFullSchema(sdl), api: toApiSchema(sdl), levels }
    const document = documentOf(await read(asked.file), schemas)
    const caller = asked.token === undefined ? asked.caller : await ofToken(asked.token, asked)
    const { purpose, caseOf, variables } = asked
    refuseUnknownPurpose(purpose, schemas)
    const asking = { caller, purpose, caseOf, variables, nowMs: Date.now() }
    const rows = explain(schemas, document, asking)
    const width = Math.max(...rows.map((row) => verdictOf(row).length))
    for (const row of rows) out(toLine(row, width))
    const refused = rows.filter(({ refusal }) => refusal !== undefined).length
    out(`${rows.length - refused} of ${rows.length} fields are seen by this ${caller.kind} caller`)
    return refused === 0 ? 0 : 1
  } catch (cause) {
    if (!isWrongInput(cause)) throw cause
    error(cause.message)
    error(USAGE)
    return 2
  }
}

function verdictOf({ refusal }: Explained): string {
  return refusal === undefined ? 'seen' : refusal.code
}

function toLine(row: Explained, width: number): string {
  const { path: at, demands, coordinate } = row
  const told = demands.length === 0 ? '' : `   needs ${demands.join('; ')}`
  return `${verdictOf(row).padEnd(width)} ${at}  (${coordinate})${told}`
}

/** Text that is no GraphQL, no token or no JSON; files and options that are not there. */
function isWrongInput(cause: unknown): cause is Error {
  const isOurs = cause instanceof GraphQLError || cause instanceof CallerError
  return isOurs || cause instanceof SyntaxError || (cause instanceof Error && 'code' in cause)
}

/** As the gateway would: with 400. */
function refuseUnknownPurpose(purpose: string | undefined, { supergraph, levels }: Schemas): void {
  const known = knownPurposes(supergraph, levels)
  if (purpose === undefined || known.has(purpose)) return
  throw new SyntaxError(
    `--purpose: nothing here is read for it; known are ${[...known].join(', ')}`,
  )
}

function documentOf(source: string, { api }: Schemas): DocumentNode {
  const document = parse(source, { noLocation: true })
  const [wrong] = validate(api, document)
  if (wrong !== undefined) throw wrong
  return document
}

/** Its signature is not looked at: this is what it would be worth if it was good. */
async function ofToken(file: string, { audience }: { audience: string }): Promise<Caller> {
  const [, payload = ''] = (await read(file)).trim().split('.')
  return callerOf(claimsOf(payload), audience)
}

function claimsOf(payload: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (typeof claims === 'object' && claims !== null) return { ...claims }
  } catch {
    // Said below, without quoting what may be a secret.
  }
  throw new SyntaxError('There is no access token in the file.')
}

async function read(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch {
    throw new SyntaxError(`${file}: cannot be read`)
  }
}

if (import.meta.main) {
  process.exitCode = await runAccess(process.argv.slice(2), {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
