// One call of a SOAP operation over a transport. In: operation, input tree. Out: the answer's tree, or a typed error.
// A fault is looked for at any HTTP status, and an answer is judged by its body, not by its content type.

import { invariant, SystemError } from '../../schema/errors.ts'
import type {
  Adapter,
  CallContext,
  ExchangeReply,
  ExchangeRequest,
  Reply,
  Transport,
  Tree,
} from '../adapter.ts'
import { statusMeaning } from '../transport/status.ts'
import { XmlError } from '../xml/parse.ts'
import { type AttachmentKind, Package } from './attachments/package.ts'
import type { EnvelopeContent } from './envelope.ts'
import { toFaultError } from './fault.ts'
import { type CompiledOperation, toAnswerTree } from './operation.ts'
import { isBlank } from './read-answer.ts'
import { readSecured } from './read-secured.ts'
import type { Outgoing, Secure } from './security/security.ts'
import { Unreadable } from './unreadable.ts'

/** An answer longer than so many bytes is read as it comes. */
const STREAM = 1_000_000

export interface SoapEndpoint {
  readonly system: string
  readonly transport: Transport
  readonly operations: ReadonlyMap<string, CompiledOperation>
  /** Charset of answers that declare none and are not UTF-8. */
  readonly charset: string | undefined
  readonly secure: Secure
  /** How binary values of requests travel; undefined: in their place. */
  readonly attachments?: AttachmentKind | undefined
}

export class SoapAdapter implements Adapter {
  readonly #endpoint: SoapEndpoint

  constructor(endpoint: SoapEndpoint) {
    this.#endpoint = endpoint
  }

  /** Throws SystemError, or CallerError INPUT_REJECTED for an input that the contract does not allow. */
  async call(operation: string, input: Tree, context: CallContext): Promise<Reply> {
    const compiled = this.#endpoint.operations.get(operation)
    invariant(compiled !== undefined, `operation ${operation} was not compiled at load`)
    const { contract, operation: named } = compiled
    const outgoing = this.#endpoint.secure({ operation: named, contract, context })
    const request = this.#request(compiled, input, outgoing)
    const reply = await this.#endpoint.transport.exchange(request, context)
    const at = Date.now()
    return { value: await this.#read(compiled, reply, outgoing), at }
  }

  #request(compiled: CompiledOperation, input: Tree, outgoing: Outgoing): ExchangeRequest {
    const { version } = compiled.operation
    const { headers } = compiled
    const { attachments } = this.#endpoint
    // What is verified is read as a whole.
    const stream = outgoing.verify === undefined ? STREAM : undefined
    const parcel = attachments && new Package(attachments)
    const envelope = outgoing.seal(compiled.encode(input, outgoing.headers, parcel?.pack))
    const message = parcel?.message(envelope, { version, headers }) ?? { headers, body: envelope }
    return { method: 'POST', path: '', ...message, stream }
  }

  async #read(
    compiled: CompiledOperation,
    reply: ExchangeReply,
    outgoing: Outgoing,
  ): Promise<Tree> {
    const content = await this.#parse(compiled, reply, outgoing)
    if (content?.kind === 'fault') {
      throw toFaultError(content.fault, {
        system: this.#endpoint.system,
        operation: compiled.contract.name,
        status: reply.status,
        declared: compiled.faults,
      })
    }
    if (!isSuccess(reply.status)) throw this.#httpError(compiled, reply.status)
    return content === undefined ? {} : toAnswerTree(content.value, content.headers)
  }

  /** Undefined when there is nothing to be read and nothing was due. */
  async #parse(
    compiled: CompiledOperation,
    reply: ExchangeReply,
    outgoing: Outgoing,
  ): Promise<EnvelopeContent | undefined> {
    const success = isSuccess(reply.status)
    const oneWay = compiled.operation.output === undefined
    const { body, rest } = reply
    if (success && oneWay && rest === undefined && isBlank(body)) return undefined
    try {
      const { charset } = this.#endpoint
      return await readSecured(reply, { charset, expected: compiled.expected, outgoing })
    } catch (error) {
      if (!(error instanceof XmlError || error instanceof Unreadable)) throw error
      // Without an envelope the HTTP status says more than the body: a proxy's page, an empty 401.
      if (!success) throw this.#httpError(compiled, reply.status, error)
      throw this.#invalid(compiled, reply, error)
    }
  }

  #invalid(
    { contract }: CompiledOperation,
    reply: ExchangeReply,
    cause: XmlError | Unreadable,
  ): SystemError {
    const path = cause instanceof Unreadable ? cause.path : undefined
    return new SystemError('SYSTEM_REPLY_INVALID', this.#endpoint.system, {
      operation: contract.name,
      detail: { reason: cause.reason, path, status: reply.status, bytes: reply.body.length },
      cause,
    })
  }

  #httpError({ contract }: CompiledOperation, status: number, cause?: Error): SystemError {
    return new SystemError(statusMeaning(status), this.#endpoint.system, {
      operation: contract.name,
      detail: { reason: 'http', status },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}
