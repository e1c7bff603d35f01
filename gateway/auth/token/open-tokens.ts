// All that has to do with tokens, put together once: who verifies them, who ends them, and what both know in common.

import {
  type Authenticate,
  buildAuthenticate,
  LONGEST_TOKEN_MS,
  type SignOn,
} from '../authenticate.ts'
import { EndedSessions, type EndingsChannel } from './endings/ended-sessions.ts'
import { SignOut } from './endings/sign-out.ts'
import { KeySet } from './keys/key-set.ts'
import { DpopNonces } from './proof/dpop-nonces.ts'
import type { IsFirstUse } from './proof/used-once.ts'

export interface TokensOptions extends SignOn {
  /** Tokens from before do not count, milliseconds since 1970. */
  readonly notBeforeMs?: number | undefined
  /** By which copies agree on nonces; undefined: DPoP proofs need none. */
  readonly nonceSecret?: Uint8Array | undefined
}

export interface TokensParts {
  /** By which others learn what has ended, and we from them. */
  readonly endings?: readonly EndingsChannel[] | undefined
  /** By which a proof is used once at all of them. */
  readonly isFirstUse?: IsFirstUse | undefined
  readonly now?: () => number
}

export interface Tokens {
  readonly authenticate: Authenticate
  readonly ended: EndedSessions
  readonly signOut: SignOut
}

export function openTokens(options: TokensOptions, parts: TokensParts = {}): Tokens {
  const { issuer, keysUrl, notBeforeMs, nonceSecret } = options
  const { endings = [], isFirstUse, now = Date.now } = parts
  const keys = new KeySet({ url: keysUrl, now })
  const longestMs = options.longestTokenMs ?? LONGEST_TOKEN_MS
  const ended = new EndedSessions({ longestMs, notBeforeMs, now })
  for (const channel of endings) ended.share(channel)
  const nonces = nonceSecret && new DpopNonces(nonceSecret)
  return {
    authenticate: buildAuthenticate(options, { keys, ended, nonces, isFirstUse, now }),
    ended,
    signOut: new SignOut({ issuer, keys, now }, ended),
  }
}
