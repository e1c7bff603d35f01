// A SOAP header that carries credentials: as the contract says where it declares one, else as raw text of its own.

import type { OperationContract, Shape } from './adapter.ts'

/** Input member that holds the header blocks of the contract by local name. No XML name has `$`. */
export const HEADER = '$header'

export interface HeaderName {
  readonly namespace: string
  readonly local: string
  /** Child that holds the value; undefined: the element itself. */
  readonly child: string | undefined
}

/** `{urn:x}Local/Child`; the settings' schema has seen to the form. */
export function toHeaderName(text: string): HeaderName {
  const [, namespace = '', local = '', child] = /^\{([^{}]*)\}([^/]+)(?:\/(.+))?$/.exec(text) ?? []
  return { namespace, local, child }
}

/** What the contract of an operation says of the header, if anything. */
export function declaredHeader(
  contract: OperationContract | undefined,
  local: string,
): Shape | undefined {
  const { input } = contract ?? {}
  const headers = input?.kind === 'object' ? input.fields.get(HEADER) : undefined
  return headers?.kind === 'object' ? headers.fields.get(local) : undefined
}
