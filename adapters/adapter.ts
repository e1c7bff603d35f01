// The port to a legacy system. In: a named operation and its input tree. Out: the decoded reply tree.
// A codec is compiled per operation at load. An adapter never knows a system's name, only its contract and settings.

import type { SystemSettings } from './settings.ts'

/** A reply or input tree. Identifiers, decimals and 64-bit integers are exact strings, dates are lexical. */
export type Value = null | boolean | number | string | readonly Value[] | Tree
export interface Tree {
  readonly [name: string]: Value
}

export interface CallContext {
  readonly requestId: string
  readonly traceparent: string
  /** Aborted at the call's deadline, or when nobody waits any more. */
  readonly signal: AbortSignal
}

export interface Reply {
  readonly value: Tree
  /** Epoch milliseconds at which the system's answer arrived (older than now when shared or cached). */
  readonly at: number
}

/** Throws SystemError, or CallerError INPUT_REJECTED for an input that the contract does not allow. */
export interface Adapter {
  call(operation: string, input: Tree, context: CallContext): Promise<Reply>
}

/** What a contract says of a value, enough to refuse a mapping that cannot work. */
export type Shape =
  | {
      readonly kind: 'object'
      readonly fields: ReadonlyMap<string, Shape>
      /** Names without which the contract refuses it; absent: not known. */
      readonly required?: ReadonlySet<string>
    }
  | { readonly kind: 'list'; readonly of: Shape }
  | {
      readonly kind: 'scalar'
      readonly type: ScalarType
      /** All values that the contract allows, when it lists them. */
      readonly values?: readonly string[]
    }
  /** Recursive or untyped content: any path below is allowed. */
  | { readonly kind: 'any' }

/** `exact` covers integers wider than 32 bits and decimals; `binary` is base64 text. */
export type ScalarType =
  | 'string'
  | 'boolean'
  | 'int'
  | 'double'
  | 'exact'
  | 'date'
  | 'dateTime'
  | 'binary'

export interface OperationContract {
  readonly name: string
  readonly input: Shape
  readonly output: Shape
}

export interface Contract {
  readonly operations: ReadonlyMap<string, OperationContract>
}

/** What soap/, rest/ and table/ each build from a system folder. */
export interface LoadedAdapter {
  readonly contract: Contract
  readonly adapter: Adapter
  /** What the system would send, by the contract's name of the operation: for samples made from the contract alone. */
  readonly answer?: (operation: string, value: Tree) => ExchangeReply
}

/** One HTTP exchange with a system. `path` is joined to the system's address. */
export interface ExchangeRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
}

export interface ExchangeReply {
  readonly status: number
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Sends bytes, returns bytes, whatever the status. Throws SystemError (TIMEOUT, UNAVAILABLE, REPLY_INVALID when too large). */
export interface Transport {
  exchange(request: ExchangeRequest, context: CallContext): Promise<ExchangeReply>
  close(): Promise<void>
}

/** Reads a secret or an address by the variable's name; throws FindingsError at load, never at a call. */
export type Secret = (variable: string) => string

/** What soap/, rest/ and table/ are each built from: `loadSoap(source)`, `loadRest(source)`, `loadTable(source)`. */
export interface AdapterSource {
  /** Id of the system, only to be named in errors. */
  readonly system: string
  /** Absolute path of the system folder. */
  readonly folder: string
  readonly settings: SystemSettings
  readonly transport: Transport
  readonly secret: Secret
}
