// Text in, document out, as long as it has no more tokens than allowed.

import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { refusal, toFinding } from './finding.ts'

export type Parsed =
  | { readonly document: DocumentNode; readonly finding?: undefined }
  | {
      readonly document?: undefined
      readonly finding: AnswerError
      readonly reason: RefusalReason
    }

export function parseWithin(text: string, tokens = Infinity): Parsed {
  try {
    return { document: parse(text, { maxLexicalTokens: tokens }) }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    if (!hasMoreTokens(text, tokens)) return { reason: 'syntax', finding: toFinding(error) }
    const limit = { limit: 'tokens', most: tokens }
    const message = `The operation is too long: more than ${tokens} tokens.`
    return { reason: 'tokens', finding: refusal('OPERATION_TOO_COSTLY', message, limit) }
  }
}

/** parse() tells "too many tokens" apart from "not GraphQL" only by its message; we count instead. */
function hasMoreTokens(text: string, tokens: number): boolean {
  const lexer = new Lexer(new Source(text))
  try {
    for (let count = 0; count <= tokens; count += 1) {
      if (lexer.advance().kind === TokenKind.EOF) return false
    }
    return true
  } catch (error) {
    if (error instanceof GraphQLError) return false
    throw error
  }
}
