// `npm run access -- OPERATION.graphql --as agency,inquiry:deed`: which fields of an operation one with these roles would see,
// and what each demands (docs/access.md). Exit code 0: all; 1: not all; 2: no such operation or arguments.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

import { type DocumentNode, GraphQLError, parse, validate } from 'graphql'

import { callerOf } from '../../gateway/auth/caller-of.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import { toApiSchema } from '../../schema/compose/api-schema.ts'
import { toFullSchema } from '../../schema/compose/full-schema.ts'
import { CallerError } from '../../schema/errors.ts'
import { type Explained, explain, type Schemas } from './explain.ts'

const USAGE = `npm run access -- OPERATION.graphql (--as nobody|ROLE,… | --token FILE)
  [--scopes SCOPE,…] [--acr LEVEL] [--age SECONDS] [--national-id ID] [--purpose CODE] [--case NATIONAL-ID]
  [--variables JSON] [--supergraph FILE] [--levels low,substantial,high] [--audience gateway]     "-" is the standard input`
const SUPERGRAPH = path.join(import.meta.dirname, '../../schema/supergraph.graphql')
const OWN = '0000000000'

export interface Output {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** Resolves with the exit code. */
export async function runAccess(args: readonly string[], { out, error }: Output): Promise<number> {
  try {
    const asked = readArguments(args)
    const { levels } = asked
    const sdl = await readFile(asked.supergraph, 'utf8')
    const schemas = { supergraph: toFullSchema(sdl), api: toApiSchema(sdl), levels }
    const document = documentOf(await read(asked.file), schemas)
    const caller = asked.token === undefined ? asked.caller : await ofToken(asked.token, asked)
    const { purpose, caseOf, variables } = asked
    const asking = { caller, purpose, caseOf, variables, nowMs: Date.now() }
    const rows = explain(schemas, document, asking)
    for (const row of rows) out(toLine(row))
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

function toLine({ path: at, refusal, demands, coordinate }: Explained): string {
  const verdict = refusal === undefined ? 'seen' : refusal.code
  const told = demands.length === 0 ? '' : `   needs ${demands.join('; ')}`
  return `${verdict.padEnd(12)} ${at}  (${coordinate})${told}`
}

/** Text that is no GraphQL, no token or no JSON; files and options that are not there. */
function isWrongInput(cause: unknown): cause is Error {
  const isOurs = cause instanceof GraphQLError || cause instanceof CallerError
  return isOurs || cause instanceof SyntaxError || (cause instanceof Error && 'code' in cause)
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      as: { type: 'string' },
      token: { type: 'string' },
      scopes: { type: 'string', default: '' },
      acr: { type: 'string' },
      age: { type: 'string', default: '0' },
      'national-id': { type: 'string', default: OWN },
      purpose: { type: 'string' },
      case: { type: 'string' },
      variables: { type: 'string', default: '{}' },
      supergraph: { type: 'string', default: SUPERGRAPH },
      levels: { type: 'string', default: 'low,substantial,high' },
      audience: { type: 'string', default: 'gateway' },
    },
  })
  const [file, ...others] = positionals
  const isOne = (values.as === undefined) !== (values.token === undefined)
  if (file === undefined || others.length > 0 || !isOne)
    throw new SyntaxError('One operation, one caller.')
  const variables: Record<string, unknown> = JSON.parse(values.variables)
  const { as = '', scopes, acr, age, 'national-id': nationalId } = values
  const signedIn = acr && { acr, sid: 's', auth_time: Math.floor(Date.now() / 1000) - Number(age) }
  const claims = {
    sub: 'caller',
    realm_access: { roles: as.split(',') },
    scope: scopes.replaceAll(',', ' '),
    national_id: nationalId,
    ...signedIn,
  }
  const isNobody = as === 'nobody' || values.token !== undefined
  return {
    ...values,
    file,
    variables,
    levels: values.levels.split(','),
    caseOf: values.case === undefined ? undefined : { applicant: values.case },
    caller: isNobody ? ANONYMOUS : callerOf(claims, values.audience),
  }
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

function read(file: string): Promise<string> {
  return file === '-' ? text(process.stdin) : readFile(file, 'utf8')
}

if (import.meta.main) {
  process.exitCode = await runAccess(process.argv.slice(2), {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  })
}
