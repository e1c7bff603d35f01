// The session of a system whose `auth` has a login. In: settings, the way to the system. Out: the session and where its
// grant goes in the input; nothing for systems without a login.

import { SystemError } from '../../schema/errors.ts'
import type { Adapter, CallContext, Contract, Secret, Transport, Tree } from '../adapter.ts'
import { type TreePath, withValue } from '../mapping/paths.ts'
import { declaredHeader, HEADER, type HeaderName, toHeaderName } from '../soap-header.ts'
import { isTree } from '../tree.ts'
import { toMilliseconds } from '../units.ts'
import type { AuthScheme, AuthSettings, SendSettings } from './auth-settings.ts'
import { isToken } from './header-value.ts'
import { compileReadText, toPath, withValues } from './login-values.ts'
import { compileLogin } from './login.ts'
import { compileOAuth2 } from './oauth2.ts'
import { type Grant, Session } from './session.ts'
import type { SessionUse } from './with-session.ts'

export interface OpenSessionOptions {
  readonly system: string
  readonly secret: Secret
  /** Authorized but for the session itself. */
  readonly transport: Transport
  /** The system's own operations, by the contract's names. */
  readonly adapter: Adapter
  readonly contract: Contract
  /** Clock in epoch milliseconds. */
  readonly now?: (() => number) | undefined
}

/** Secrets are read now. Throws FindingsError. */
export function openSession(
  auth: readonly AuthSettings[],
  options: OpenSessionOptions,
): SessionUse | undefined {
  for (const scheme of auth) {
    const login = toLogin(scheme, options)
    if (login === undefined) continue
    const { system, now = Date.now } = options
    const session = new Session({ system, login, now })
    return { session, fill: toFill('send' in scheme ? scheme.send : undefined, options.contract) }
  }
  return undefined
}

type Login = (context: CallContext) => Promise<Grant>

function toLogin(scheme: AuthSettings, options: OpenSessionOptions): Login | undefined {
  const { transport, adapter } = options
  if (scheme.scheme === 'oauth2') return compileOAuth2(transport, scheme, options)
  if (scheme.scheme === 'login') return compileLogin(transport, scheme, options)
  return scheme.scheme === 'soap-login' ? compileSoapLogin(adapter, scheme, options) : undefined
}

function compileSoapLogin(
  adapter: Adapter,
  scheme: AuthScheme<'soap-login'>,
  { system, secret }: OpenSessionOptions,
): Login {
  const { tree } = withValues(scheme.input, scheme.constants ?? {}, secret)
  const read = compileReadText(scheme.token)
  const lifetimeMs = toMilliseconds(scheme.lifetime)
  const inHeader = scheme.send.header !== undefined
  return async (context) => {
    const { value: answer } = await adapter.call(scheme.operation, tree, context)
    const value = read(answer)
    if (value !== undefined && (!inHeader || isToken(value))) return { value, lifetimeMs }
    throw new SystemError('SYSTEM_REPLY_INVALID', system, {
      operation: scheme.operation,
      detail: { reason: 'no token' },
    })
  }
}

function toFill(send: SendSettings | undefined, contract: Contract): SessionUse['fill'] {
  const header = send?.['soap-header']
  if (header !== undefined) return toHeaderFill(toHeaderName(header), contract)
  if (send?.input === undefined) return (input) => input
  const path = toPath(send.input)
  return (input, value) => place(input, path, value)
}

/** Where the contract does not declare it, soap/security/ writes it from the call's context. */
function toHeaderFill({ local, child }: HeaderName, contract: Contract): SessionUse['fill'] {
  const path = toPath([HEADER, local, ...(child === undefined ? [] : [child])].join('.'))
  return (input, value, operation) =>
    declaredHeader(contract.operations.get(operation), local) === undefined
      ? input
      : place(input, path, value)
}

function place(input: Tree, path: TreePath, value: string): Tree {
  const filled = withValue(input, path, value)
  return isTree(filled) ? filled : input
}
