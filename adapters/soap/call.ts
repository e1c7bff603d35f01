// One call of a SOAP operation over a transport. In: operation, input tree. Out: the answer's tree, or a typed error.
// A fault is looked for at any HTTP status, and an answer is judged by its body, not by its content type.

import { invariant, SystemError } from '../../schema/errors.ts'
import type { Adapter, CallContext, ExchangeReply, Reply, Transport, Tree } from '../adapter.ts'
import { statusMeaning } from '../transport/status.ts'
import { decodeXmlBytes } from '../xml/charset.ts'
import { XmlError } from '../xml/parse.ts'
import { type EnvelopeContent, parseEnvelope, toHttpHeaders } from './envelope.ts'
import { toFaultError } from './fault.ts'
import type { SoapVersion } from './namespaces.ts'
import { type CompiledOperation, toAnswerTree } from './operation.ts'
import { Unreadable } from './unreadable.ts'

export interface SoapEndpoint {
  readonly system: string
  readonly transport: Transport
  readonly operations: ReadonlyMap<string, CompiledOperation>
  /** Charset of answers that declare none and are not UTF-8. */
  readonly charset: string | undefined
  /** Security header block of one call, '' for none. */
  security(version: SoapVersion): string
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
    const { version, action } = compiled.operation
    const reply = await this.#endpoint.transport.exchange(
      {
        method: 'POST',
        path: '',
        headers: {
          ...toHttpHeaders(version, action),
          accept: version === '1.1' ? 'text/xml' : 'application/soap+xml',
        },
        body: compiled.encode(input, this.#endpoint.security(version)),
      },
      context,
    )
    const at = Date.now()
    return { value: this.#read(compiled, reply), at }
  }

  #read(compiled: CompiledOperation, reply: ExchangeReply): Tree {
    const content = this.#parse(compiled, reply)
    if (content?.kind === 'fault') {
      throw toFaultError(content.fault, {
        system: this.#endpoint.system,
        operation: compiled.contract.name,
        status: reply.status,
        declared: compiled.faults,
      })
    }
    if (!isSuccess(reply.status)) throw this.#httpError(compiled, reply.status)
    return toAnswerTree(content?.value)
  }

  /** Undefined when there is nothing to be read and nothing was due. */
  #parse(compiled: CompiledOperation, reply: ExchangeReply): EnvelopeContent | undefined {
    const success = isSuccess(reply.status)
    const oneWay = compiled.operation.output === undefined
    if (success && oneWay && isBlank(reply.body)) return undefined
    try {
      return parseEnvelope(this.#text(reply), compiled.answer)
    } catch (error) {
      if (!(error instanceof XmlError || error instanceof Unreadable)) throw error
      // Without an envelope the HTTP status says more than the body: a proxy's page, an empty 401.
      if (!success) throw this.#httpError(compiled, reply.status, error)
      throw this.#invalid(compiled, reply, error)
    }
  }

  #text(reply: ExchangeReply): string {
    const type = reply.headers['content-type']
    if (/^\s*multipart\//i.test(type ?? '')) throw new Unreadable('multipart')
    if (isBlank(reply.body)) throw new Unreadable('empty')
    return decodeXmlBytes(reply.body, type, this.#endpoint.charset)
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

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
}
