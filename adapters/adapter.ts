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
  /** What a login gave for this call: set by with-session.ts, sent by transport/ and soap/. */
  readonly session?: string | undefined
  /** It may change something: whatever its HTTP method, it is not sent again where nobody knows whether it arrived. */
  readonly once?: true | undefined
  /**
   * On whose authority it is asked: equal for callers who may be given each other's answers (caller class, purposes, and
   * the person where a person asks). Absent: nobody else's. Never sent, never logged.
   */
  readonly authority?: string | undefined
}

export interface Reply {
  readonly value: Tree
  /** Epoch milliseconds at which the system's answer arrived (older than now when shared or cached). */
  readonly at: number
  /** Given by another question's call under way, or kept from an earlier one; absent: by a call of its own. */
  readonly via?: 'joined' | 'cache' | undefined
  /** Older than its declared freshness. */
  readonly stale?: true | undefined
  /** Id of the request whose call fetched it, where it is another. */
  readonly askedBy?: string | undefined
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
      /** Where only one of several groups of names may be given. */
      readonly choices?: readonly Choice[]
      /** What may be given in its place, by the name that `$type` then holds. */
      readonly subtypes?: ReadonlyMap<string, Shape>
      /** Names that only subtypes have. */
      readonly added?: ReadonlySet<string>
      /** It cannot be given itself, only one of its subtypes. */
      readonly abstract?: boolean
    }
  | {
      readonly kind: 'list'
      readonly of: Shape
      /** Fewest items, where one is too few. */
      readonly least?: number
    }
  | {
      readonly kind: 'scalar'
      readonly type: ScalarType
      /** All values that the contract allows, when it lists them. */
      readonly values?: readonly string[]
      /** The contract's own name of the type, where its texts are of a form that the type does not tell: `time`. */
      readonly form?: string
    }
  /** Recursive or untyped content: any path below is allowed. */
  | { readonly kind: 'any' }

export interface Choice {
  /** One of them must be given. */
  readonly required: boolean
  readonly of: readonly (readonly string[])[]
}

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
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Encoded `name=value&…`, joined behind the target's own query. Holds credentials, so that `path` never does. */
  readonly query?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  /** A reply longer than so many bytes may come in pieces (`rest`). Absent: it comes whole. */
  readonly stream?: number | undefined
}

export interface ExchangeReply {
  readonly status: number
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  /** All bytes, or the first where there is a `rest`. Never compressed. */
  readonly body: Uint8Array
  /**
   * What comes behind `body`, only where the request said `stream`. Throws SystemError. Has to be read or left
   * (`return`), or else it holds the connection until the call's signal ends it.
   */
  readonly rest?: AsyncIterable<Uint8Array> | undefined
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
