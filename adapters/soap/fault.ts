// SOAP faults, 1.1 §4.4 and 1.2 part 1 §5.4. In: the events inside a Fault element. Out: its parts, and the one table that says
// what a fault code means here. Never: the reason or detail of a fault in an error; they may hold personal data.

import { SystemError, type SystemErrorCode } from '../../schema/errors.ts'
import type { XmlHandler, XmlTag } from '../xml/parse.ts'
import { toKey } from './namespaces.ts'

export interface Fault {
  /** Local name of the code's QName. */
  readonly code: string
  readonly subcode: string | undefined
  /** Keys of the elements right inside the detail. */
  readonly detail: readonly string[]
}

/** What a code means for the caller, by the part before the first dot (`Client.Authentication`). All others: refused. */
const MEANING: Readonly<Record<string, SystemErrorCode>> = {
  Client: 'SYSTEM_REFUSED',
  Sender: 'SYSTEM_REFUSED',
  MustUnderstand: 'SYSTEM_REFUSED',
  VersionMismatch: 'SYSTEM_REFUSED',
  DataEncodingUnknown: 'SYSTEM_REFUSED',
  Server: 'SYSTEM_UNAVAILABLE',
  Receiver: 'SYSTEM_UNAVAILABLE',
}

/** Letters with few digits: a code that could be a person's number or a sentence is not shown. */
const SHOWABLE = /^[A-Za-z]{1,40}\d{0,4}(?:[._-][A-Za-z]{1,40}\d{0,4}){0,3}$/

export interface FaultPlace {
  readonly system: string
  readonly operation: string
  readonly status: number
  /** Keys of the detail elements that the contract declares. */
  readonly declared: ReadonlySet<string>
}

export function toFaultError(fault: Fault, place: FaultPlace): SystemError {
  const [head = ''] = fault.code.split('.', 1)
  const meaning = Object.hasOwn(MEANING, head) ? MEANING[head] : undefined
  const known = fault.detail.find((key) => place.declared.has(key))
  const shown = [fault.subcode, fault.code].find(
    (code) => code !== undefined && SHOWABLE.test(code),
  )
  return new SystemError(meaning ?? 'SYSTEM_REFUSED', place.system, {
    operation: place.operation,
    faultCode: SHOWABLE.test(fault.code) ? fault.code : undefined,
    detail: {
      reason: 'fault',
      status: place.status,
      code: shown,
      declared: known?.slice(known.lastIndexOf('}') + 1),
    },
  })
}

/** Where the codes stand; no other text of a fault is even kept. */
const CODES: ReadonlySet<string> = new Set(['faultcode', 'Code.Value', 'Code.Subcode.Value'])

/** Takes the events between the tags of a Fault element. */
export class FaultDecoder implements XmlHandler {
  readonly #names: string[] = []
  readonly #texts = new Map<string, string>()
  readonly #detail: string[] = []

  get fault(): Fault {
    const text = (...paths: readonly string[]) =>
      paths.map((path) => this.#texts.get(path)?.trim()).find((found) => found !== undefined)
    const subcode = text('Code.Subcode.Value')
    return {
      code: localName(text('faultcode', 'Code.Value') ?? ''),
      subcode: subcode === undefined ? undefined : localName(subcode),
      detail: this.#detail,
    }
  }

  open(tag: XmlTag): void {
    const [first] = this.#names
    if (this.#names.length === 1 && (first === 'detail' || first === 'Detail')) {
      this.#detail.push(toKey(tag.namespace, tag.local))
    }
    this.#names.push(tag.local)
  }

  text(text: string): void {
    const path = this.#names.join('.')
    if (CODES.has(path)) this.#texts.set(path, (this.#texts.get(path) ?? '') + text)
  }

  close(): void {
    this.#names.pop()
  }
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1)
}
