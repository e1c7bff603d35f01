// An OpenAPI 3 or Swagger 2.0 description (JSON or YAML) → one compiled encoder and decoder per operationId. In: a system folder.
// Out: its contract and an adapter. Never: a name or type guessed from a reply, a number that lost digits.

import { CallerError, invariant } from '../../schema/errors.ts'
import type {
  Adapter,
  AdapterSource,
  CallContext,
  ExchangeReply,
  LoadedAdapter,
  OperationContract,
  Reply,
  Tree,
} from '../adapter.ts'
import { FindingsError } from '../finding.ts'
import { isFileAddress } from '../transport/file-drop.ts'
import { assertAnswered } from '../transport/reply-fault.ts'
import { compileReplies, type Replies } from './decode.ts'
import { Document } from './document.ts'
import { compileRequest, type RequestCodec } from './encode.ts'

interface OperationCodec {
  readonly request: RequestCodec
  readonly replies: Replies
}

/**
 * Input: path, query, header and cookie parameters by name, the body under `body` (files and other bytes as base64).
 * Output: the body (a list under `items`, a single value under `value`). `servers` and `basePath` are not heeded: the
 * address of the settings stands for them. A 404 that the operation declares is its way to say that there is no such
 * record: an empty tree, which is what mapping/operations.ts calls NO_RECORD. Any other 404 is SYSTEM_REFUSED.
 * Throws FindingsError with everything in the description that cannot be spoken, in operations that are asked for:
 * what an agency describes beside them may be of any kind.
 */
export async function loadRest(source: AdapterSource): Promise<LoadedAdapter> {
  const file = source.settings.contract
  const document = await Document.read(source.folder, file)
  const charset = source.settings.charset ?? 'utf-8'
  const asked = new Set(
    Object.entries(source.settings.operations).map(([name, { operation }]) => operation ?? name),
  )
  const codecs = new Map<string, OperationCodec>()
  const operations = new Map<string, OperationContract>()
  const described = document.operations()
  const ids = new Set(described.map(({ id }) => id))
  // A name that nobody knows is told with all that there are.
  const isWanted = asked.size > 0 && [...asked].every((name) => ids.has(name))
  for (const operation of described) {
    const name = operation.id
    if (isWanted && !asked.has(name)) continue
    const before = document.findings.length
    const replies = compileReplies(operation, document)
    const request = compileRequest(operation, document, { accept: replies.accept, charset })
    const isBroken = document.findings.length > before
    if (isBroken && asked.size > 0 && !asked.has(name)) {
      document.findings.length = before
      continue
    }
    codecs.set(name, { request, replies })
    operations.set(name, { name, input: request.shape, output: replies.shape })
  }
  if (document.findings.length > 0) throw new FindingsError(document.findings)
  return {
    contract: { operations },
    adapter: new RestAdapter(source, codecs),
    answer: (name, value) => {
      const codec = codecs.get(name)
      invariant(codec !== undefined, 'an answer is made of an operation of the contract')
      return codec.replies.encode(value)
    },
  }
}

class RestAdapter implements Adapter {
  readonly #source: AdapterSource
  readonly #codecs: ReadonlyMap<string, OperationCodec>
  readonly #isFile: boolean

  constructor(source: AdapterSource, codecs: ReadonlyMap<string, OperationCodec>) {
    this.#source = source
    this.#codecs = codecs
    this.#isFile = isFileAddress(source.secret(source.settings.address))
  }

  async call(operation: string, input: Tree, context: CallContext): Promise<Reply> {
    const codec = this.#codecs.get(operation)
    if (!codec) throw new CallerError('NOT_FOUND', `The contract has no operation ${operation}.`)
    const { system, settings, transport } = this.#source
    const reply = await transport.exchange(codec.request.encode(input), context)
    const at = timeOf(reply, this.#isFile)
    // RFC 8259 §8.1: JSON is UTF-8 unless the system says otherwise.
    const place = { system, operation, charset: settings.charset ?? 'utf-8' }
    if (reply.status === 404 && codec.replies.notFound) return { value: {}, at }
    assertAnswered(reply, place)
    return { value: codec.replies.decode(reply, place), at }
  }
}

/** A file tells the truth of when it was written. */
function timeOf({ headers }: ExchangeReply, isFile: boolean): number {
  return isFile ? Date.parse(headers['last-modified'] ?? '') : Date.now()
}
