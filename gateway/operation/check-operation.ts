// What a client sends in, one checked operation out, or the findings that refuse it. What passed is kept in a bounded
// cache under its text; known documents are found by their hash.

import { BoundedCache } from '../bounded-cache.ts'
import { checkDocument, type Checked, type DocumentOptions } from './check-document.ts'
import { refusal } from './finding.ts'
import { type CheckedOperation, type OperationRequest, placesOf } from './operation.ts'
import type { TrustedDocuments } from './trusted-documents.ts'

/** What a caller may ask for. */
interface Trust {
  readonly introspection: boolean
  /** Our own document (prefill, inquiries): limits do not apply. */
  readonly trusted: boolean
  /** Names known documents by their hash, and sends no texts. */
  readonly documentsOnly: boolean
}

export type CheckOperation = (request: OperationRequest, trust: Trust) => Checked

export interface CheckOptions extends DocumentOptions {
  readonly documents: TrustedDocuments
  /** Operations remembered, if none is large; a large one takes the place of several. */
  readonly remembered: number
}

/** Longer texts are checked each time: the cache is bounded in bytes, too. */
const LONGEST = 32_768

export function buildCheckOperation(options: CheckOptions): CheckOperation {
  const known = new BoundedCache<string, CheckedOperation>(options.remembered, placesOf)
  return (request, { introspection, trusted, documentsOnly }) => {
    const { query, operationName } = request
    if (query === undefined) return options.documents.find(request)
    if (documentsOnly && !trusted) return DOCUMENTS_ONLY
    const key = `${introspection} ${trusted} ${operationName ?? ''}\n${query}`
    const operation = known.get(key)
    if (operation !== undefined) return { operation }
    const author = trusted ? 'own' : 'stranger'
    const checked = checkDocument({ query, operationName }, { introspection, author }, options)
    if (checked.operation !== undefined && key.length <= LONGEST) known.set(key, checked.operation)
    return checked
  }
}

const DOCUMENTS_ONLY: Checked = {
  reason: 'document-required',
  findings: [
    refusal('FORBIDDEN', 'This client names reviewed documents by their hash and sends no others.'),
  ],
}
