// Credentials that travel in the body, or in a SOAP header of the contract. In: an adapter and the system's `auth`. Out: an
// adapter that puts them into the input tree. Never: a secret in an error; a caller's value in the place of a credential.

import { createHmac } from 'node:crypto'

import { invariant } from '../../schema/errors.ts'
import type { Adapter, Contract, Secret, Tree, Value } from '../adapter.ts'
import { FindingsError } from '../finding.ts'
import { parsePath, withValue } from '../mapping/paths.ts'
import { declaredHeader, HEADER, toHeaderName } from '../soap-header.ts'
import { isList, isTree } from '../tree.ts'
import type { AuthScheme, AuthSettings } from './auth-settings.ts'
import { withValues } from './login-values.ts'

type Fill = (input: Tree, operation: string) => Tree

export interface CredentialOptions {
  readonly contract: Contract
  readonly secret: Secret
}

/**
 * Schemes `input`, `soap-header` where the contract declares the header, and `body-signature`, in the order they stand;
 * the others are the transport's and the envelope's. Secrets are read now, so that a missing variable is found at load.
 */
export function withCredentials(
  adapter: Adapter,
  auth: readonly AuthSettings[],
  options: CredentialOptions,
): Adapter {
  const fills = auth.flatMap((scheme) => compileFill(scheme, options))
  if (fills.length === 0) return adapter
  return {
    call: (operation, input, context) =>
      adapter.call(
        operation,
        fills.reduce((tree, fill) => fill(tree, operation), input),
        context,
      ),
  }
}

function compileFill(scheme: AuthSettings, { contract, secret }: CredentialOptions): Fill[] {
  if (scheme.scheme === 'input') {
    return Object.entries(scheme.values).map(([path, variable]) => placing(path, secret(variable)))
  }
  if (scheme.scheme === 'soap-header') return [declaredHeaderFill(scheme, contract, secret)]
  if (scheme.scheme !== 'body-signature') return []
  const key = secret(scheme.secret)
  const place = placeAt(scheme.field)
  return [(input) => place(input, sign(key, signedText(input, scheme.over)))]
}

/** Where the contract does not declare it, soap/security/ writes it. */
function declaredHeaderFill(
  { element, values, constants }: AuthScheme<'soap-header'>,
  contract: Contract,
  secret: Secret,
): Fill {
  const { local } = toHeaderName(element)
  const block = withValues(values, constants ?? {}, secret).tree
  return (input, operation) => {
    if (declaredHeader(contract.operations.get(operation), local) === undefined) return input
    const given = input[HEADER]
    return { ...input, [HEADER]: { ...(isTree(given) ? given : {}), [local]: block } }
  }
}

function placing(path: string, value: string): Fill {
  const place = placeAt(path)
  return (input) => place(input, value)
}

function placeAt(text: string): (input: Tree, value: string) => Tree {
  const path = parsePath(text)
  if (path === undefined || path.each || path.steps.length === 0) {
    const message = `auth: "${text}" is not a path of the input; write body.Signature`
    throw new FindingsError([{ file: 'system.json', message }])
  }
  return (input, value) => {
    const filled = withValue(input, path, value)
    invariant(isTree(filled), 'a path of steps leads from a tree to a tree')
    return filled
  }
}

function sign(key: string, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex')
}

/**
 * What is signed: the values at the paths in their order, joined by `|`, as UTF-8. A path may lead through lists
 * (`body.Postcodes[].PostCode`): every item is a part of its own, in the order of the list. Null is an empty part;
 * an absent value or an empty list is none.
 */
export function signedText(input: Tree, over: readonly string[]): string {
  const parts = over.flatMap((path) => collect(input, path.replaceAll('[]', '').split('.')))
  return parts.join('|')
}

function collect(value: Value, steps: readonly string[]): string[] {
  if (isList(value)) return value.flatMap((item) => collect(item, steps))
  const [step, ...rest] = steps
  if (step === undefined)
    return value !== null && typeof value === 'object' ? [] : [String(value ?? '')]
  if (!isTree(value) || !Object.hasOwn(value, step)) return []
  return collect(value[step] ?? null, rest)
}
