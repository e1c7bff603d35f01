// What a WSDL 1.1 document says of its SOAP ports: operations with their messages as the bindings lay them out. Parts still
// name what the schemas hold; messages.ts gives them types.

import type { Finding } from '../../finding.ts'
import type { Place } from '../model.ts'
import type { SoapVersion } from '../namespaces.ts'

export interface SoapPort {
  readonly service: string
  readonly name: string
  /** Name of the binding. */
  readonly binding: string
  readonly version: SoapVersion
  /** As the contract writes it; '' when it names none. */
  readonly address: string
  readonly operations: readonly SoapOperation[]
  readonly policy: PolicyFacts
  /** Binding operations that cannot be used, with the reason. */
  readonly broken: readonly BrokenOperation[]
}

/** What its binding alone says of it. */
export interface BrokenOperation {
  readonly name: string
  readonly style: 'document' | 'rpc'
  readonly encoded: boolean
  readonly action: string
  readonly finding: Finding
  /** Whole, but the server's to call: it has no input (WSDL 1.1 §2.4.3, §2.4.4). */
  readonly outgoing?: boolean
}

/** All SOAP ports of a contract in the order of its files. */
export interface SoapPorts {
  readonly ports: readonly SoapPort[]
  /** Ports that cannot be used: wrong only for whoever needs them. */
  readonly findings: readonly Finding[]
}

/** What WS-Policy (or an extension beside it) asks of a port or an operation; facts only, nobody acts on them by himself. */
export interface PolicyFacts {
  readonly usernameToken: boolean
  readonly x509: boolean
  readonly timestamp: boolean
  readonly addressing: boolean
  readonly mtom: boolean
  readonly https: boolean
}

export interface SoapOperation {
  /** How we name it: unique in its port. An overloaded operation has its input's name behind it: `add(addInts)`. */
  readonly name: string
  /** How the contract names it, and the wrapper of an rpc call. */
  readonly wireName: string
  readonly version: SoapVersion
  readonly style: 'document' | 'rpc'
  readonly action: string
  /** SOAP 1.2: may the action parameter be left out? (`soapActionRequired="false"`) */
  readonly actionRequired: boolean
  /** WS-Addressing: the contract's own Action, or the default pattern (Metadata 1.0 §4.4.4). */
  readonly addressing: { readonly input: string; readonly output: string | undefined }
  readonly input: SoapMessage
  /** Undefined for a one-way operation. */
  readonly output: SoapMessage | undefined
  /** What declared faults carry in their detail: one part each. */
  readonly faults: readonly FaultPart[]
  readonly policy: PolicyFacts
  readonly place: Place
}

export interface SoapMessage {
  /** Name of the message in the contract. */
  readonly message: string
  readonly encoded: boolean
  /** '' when the contract names none. */
  readonly encodingStyle: string
  /** Of an rpc wrapper (WSDL 1.1 §3.5). */
  readonly namespace: string
  /** Parts of the body, in the order of the call's parameters. */
  readonly parts: readonly Part[]
  readonly headers: readonly HeaderPart[]
  readonly attachments: readonly AttachmentPart[]
}

export interface Part {
  readonly name: string
  /** Keys of the schema's element or type. */
  readonly element: string | undefined
  readonly type: string | undefined
  readonly place: Place
}

export interface HeaderPart extends Part {
  readonly encoded: boolean
  readonly encodingStyle: string
  readonly namespace: string
  /** soap:headerfault: what a fault about this block carries in its own header. */
  readonly faults: readonly Part[]
}

/** A part that travels as a MIME part of its own (WSDL 1.1 §5). */
export interface AttachmentPart extends Part {
  /** Media types that the contract allows; empty for any. */
  readonly contentTypes: readonly string[]
}

export interface FaultPart extends Part {
  /** Name of the fault in the contract. */
  readonly fault: string
  readonly encoded: boolean
  readonly namespace: string
}
