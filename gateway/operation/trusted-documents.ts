// Documents that somebody reviewed before they were sent: a client names one by the SHA-256 of its text. All of them are
// parsed and checked at start, so that a request costs a look-up, and a schema that breaks one is not started with.

import type { ManifestOperation } from '../../schema/document-manifest.ts'
import { ServiceError } from '../../schema/errors.ts'
import { checkDocument, type Checked, type DocumentOptions } from './check-document.ts'
import { refusal } from './finding.ts'
import type { CheckedOperation, OperationRequest } from './operation.ts'

/** Documents that do not fit the schema: stops a start, or the change to another supergraph. */
class DocumentsError extends ServiceError {
  /** One clear line for each error of each document. */
  readonly findings: readonly string[]

  constructor(findings: readonly string[]) {
    super('OPERATION_INVALID', findings.join('\n'))
    this.findings = findings
  }
}

export interface TrustedDocuments {
  /** By what a request names in place of a text. */
  find(request: OperationRequest): Checked
}

/** Throws DocumentsError with everything that is wrong with any of them. */
export function buildTrustedDocuments(
  operations: readonly ManifestOperation[],
  options: DocumentOptions,
): TrustedDocuments {
  const known = new Map<string, CheckedOperation>()
  const findings: string[] = []
  for (const { id, name, body } of operations) {
    const trust = { introspection: true, author: 'reviewed' } as const
    const checked = checkDocument({ query: body }, trust, options)
    if (checked.operation !== undefined) known.set(id, checked.operation)
    else findings.push(...checked.findings.map(({ message }) => `${name}: ${message}`))
  }
  if (findings.length > 0) throw new DocumentsError(findings)
  return { find: (request) => find(request, known) }
}

function find(
  { document, operationName }: OperationRequest,
  known: ReadonlyMap<string, CheckedOperation>,
): Checked {
  const operation = known.get(document?.sha256 ?? '')
  if (operation === undefined) return document?.automatic === true ? NOT_SUPPORTED : UNKNOWN
  const named = operation.operation.name?.value
  return operationName === undefined || operationName === named ? { operation } : OTHER_NAME
}

const UNKNOWN: Checked = {
  reason: 'document-unknown',
  findings: [refusal('DOCUMENT_UNKNOWN', 'No document of this hash is known here.')],
}

/** The words by which Apollo's clients know that they have to send the text. */
const NOT_SUPPORTED: Checked = {
  reason: 'document-unknown',
  findings: [refusal('DOCUMENT_UNKNOWN', 'PersistedQueryNotSupported')],
}

const OTHER_NAME: Checked = {
  reason: 'operation-name',
  findings: [refusal('OPERATION_INVALID', 'The document holds no operation of this name.')],
}
