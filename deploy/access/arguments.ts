// What `npm run access` is asked: for which operation, and who is to be thought of as asking.

import path from 'node:path'
import { parseArgs } from 'node:util'

import { callerOf } from '../../gateway/auth/caller-of.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import { CallerError } from '../../schema/errors.ts'

export const USAGE = `npm run access -- OPERATION.graphql (--as nobody|ROLE,… | --token FILE)
  [--scopes SCOPE,…] [--acr LEVEL] [--age SECONDS] [--national-id ID] [--purpose CODE] [--case NATIONAL-ID]
  [--variables JSON] [--supergraph FILE] [--levels low,substantial,high] [--audience gateway]     "-" is the standard input`

export interface AccessArguments {
  readonly file: string
  readonly supergraph: string
  readonly audience: string
  /** Of assurance, lowest first. */
  readonly levels: readonly string[]
  /** A file with a token, which then says who asks. */
  readonly token: string | undefined
  readonly caller: Caller
  readonly purpose: string | undefined
  readonly caseOf: { readonly applicant: string } | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

const SUPERGRAPH = path.join(import.meta.dirname, '../../schema/supergraph.graphql')
const OWN = '0000000000'

/** @throws {Error} that names the option. */
export function readArguments(args: readonly string[]): AccessArguments | 'help' {
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
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const [file, ...others] = positionals
  const isOne = (values.as === undefined) !== (values.token === undefined)
  if (file === undefined || others.length > 0 || !isOne)
    throw new SyntaxError('One operation, one caller.')
  const { as, token, purpose, supergraph, audience } = values
  const levels = values.levels.split(',')
  return {
    file,
    supergraph,
    audience,
    levels,
    token,
    purpose,
    variables: variablesOf(values.variables),
    caseOf: values.case === undefined ? undefined : { applicant: values.case },
    caller: as === undefined || as === 'nobody' ? ANONYMOUS : namedCaller(as, values, levels),
  }
}

interface Named {
  readonly scopes: string
  readonly acr?: string | undefined
  readonly age: string
  readonly 'national-id': string
  readonly audience: string
}

function namedCaller(as: string, named: Named, levels: readonly string[]): Caller {
  const { scopes, acr, age, 'national-id': nationalId, audience } = named
  if (acr !== undefined && !levels.includes(acr)) {
    throw new SyntaxError(`--acr: one of ${levels.join(', ')}`)
  }
  if (!/^\d{1,9}$/.test(age)) throw new SyntaxError('--age: seconds, a whole number')
  const signedIn = acr && { acr, sid: 's', auth_time: Math.floor(Date.now() / 1000) - Number(age) }
  const claims = {
    sub: 'caller',
    realm_access: { roles: as.split(',') },
    scope: scopes.replaceAll(',', ' '),
    national_id: nationalId,
    ...signedIn,
  }
  try {
    return callerOf(claims, audience)
  } catch (error) {
    if (!(error instanceof CallerError)) throw error
    throw new SyntaxError('--as: nobody, or among the roles citizen, staff or agency')
  }
}

function variablesOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const variables: unknown = JSON.parse(text)
    if (typeof variables === 'object' && variables !== null) return { ...variables }
  } catch {
    // Said below, with the option's name.
  }
  throw new SyntaxError('--variables: a JSON object')
}
