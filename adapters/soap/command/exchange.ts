// One exchange of the command line. In: a compiled operation and its input. Out: the value of the answer, without its headers.
// Faults are told in full here, because the person who asks is the one who sent the message.

import type { CallContext, ExchangeReply, Tree } from '../../adapter.ts'
import { openTransport } from '../../transport/http.ts'
import { XmlError } from '../../xml/parse.ts'
import { type EnvelopeContent, toHttpHeaders } from '../envelope.ts'
import type { Fault } from '../fault.ts'
import { type CompiledOperation, toAnswerTree } from '../operation.ts'
import { isBlank } from '../read-answer.ts'
import { readSecured } from '../read-secured.ts'
import { Unreadable } from '../unreadable.ts'

/** Largest answer that is taken. */
const REPLY_BYTES = 1_000_000_000
/** An answer longer than so many bytes is read as it comes. */
const STREAM = 1_000_000

/** Neither signed nor addressed. */
const PLAIN = { headers: '', seal: (envelope: string) => envelope }

/** The system answered by a fault. */
export class SoapFailure extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.code)
    this.name = 'SoapFailure'
    this.fault = fault
  }
}

/** The system answered by an HTTP status that is no success, without an envelope. */
export class HttpFailure extends Error {
  readonly status: number
  /** What the body was instead of an envelope: `html`, `empty`… */
  readonly reason: string | undefined

  constructor(status: number, reason: string | undefined) {
    super(String(status))
    this.name = 'HttpFailure'
    this.status = status
    this.reason = reason
  }
}

interface Where {
  readonly address: string
  readonly context: CallContext
}

/** Throws SoapFailure, HttpFailure, Unreadable, XmlError, SystemError, or CallerError for the input. */
export async function exchange(
  compiled: CompiledOperation,
  input: Tree,
  { address, context }: Where,
): Promise<Tree> {
  const { version, action } = compiled.operation
  const body = compiled.encode(input, '')
  const limits = { replyBytes: REPLY_BYTES, concurrency: 1 }
  const transport = openTransport({ system: 'soap', address, limits })
  try {
    const headers = {
      ...toHttpHeaders(version, action),
      accept:
        version === '1.1'
          ? 'text/xml, multipart/related'
          : 'application/soap+xml, multipart/related',
    }
    const request = { method: 'POST', path: '', headers, body, stream: STREAM } as const
    return await toValue(compiled, await transport.exchange(request, context))
  } finally {
    await transport.close()
  }
}

async function toValue(compiled: CompiledOperation, reply: ExchangeReply): Promise<Tree> {
  const success = reply.status >= 200 && reply.status < 300
  // 202: taken, and nothing more is said (Basic Profile 1.1 R1111), whatever the contract promises.
  const accepted = compiled.operation.output === undefined || reply.status === 202
  if (success && accepted && reply.rest === undefined && isBlank(reply.body)) return {}
  const content = await read(compiled, reply, success)
  if (content.kind === 'fault') throw new SoapFailure(content.fault)
  if (!success) throw new HttpFailure(reply.status, undefined)
  return toAnswerTree(content.value, {})
}

async function read(
  compiled: CompiledOperation,
  reply: ExchangeReply,
  success: boolean,
): Promise<EnvelopeContent> {
  const { expected } = compiled
  try {
    return await readSecured(reply, { charset: undefined, expected, outgoing: PLAIN })
  } catch (error) {
    const unreadable = error instanceof XmlError || error instanceof Unreadable
    // Without an envelope the HTTP status says more than the body.
    if (unreadable && !success) throw new HttpFailure(reply.status, error.reason)
    throw error
  }
}
