// SOAP faults, 1.1 §4.4 and 1.2 part 1 §5.4. In: the events inside a Fault element. Out: its parts, and the one table that says
// what a fault code means here. Never: the reason or detail of a fault in an error; they may hold personal data.

import { SystemError, type SystemErrorCode } from '../../schema/errors.ts'
import type { Tree, Value } from '../adapter.ts'
import { XmlFragment } from '../xml/fragment.ts'
import type { XmlHandler, XmlPlace, XmlTag } from '../xml/parse.ts'
import { ElementDecoder } from './decode.ts'
import { toKey } from './namespaces.ts'
import type { PlannedMember } from './plan.ts'
import { Unreadable } from './unreadable.ts'

export interface Fault {
  /** Local name of the code's QName. */
  readonly code: string
  readonly subcode: string | undefined
  /** Keys of the elements right inside the detail. */
  readonly detail: readonly string[]
  /** Only where they were asked for, never in an error of the product. */
  readonly said?: FaultWords | undefined
}

/** What a fault says in words: may hold personal data. */
interface FaultWords {
  readonly reason: string | undefined
  /** Raw XML of the detail's content. */
  readonly detail: string | undefined
  /** Values of the details that the contract declares, by local name. */
  readonly declared: Tree
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
    // "The message could not be processed" is what every code says (SOAP 1.1 §4.4.1, 1.2 part 1 §5.4.6).
    notDone: true,
    faultCode: SHOWABLE.test(fault.code) ? fault.code : undefined,
    detail: {
      reason: 'fault',
      status: place.status,
      code: shown,
      declared: known?.slice(known.lastIndexOf('}') + 1),
    },
  })
}

/** Where the codes stand; no other text of a fault is kept unless it is asked for. */
const CODES: ReadonlySet<string> = new Set(['faultcode', 'Code.Value', 'Code.Subcode.Value'])
const REASONS: ReadonlySet<string> = new Set(['faultstring', 'Reason.Text'])

/** Takes the events between the tags of a Fault element. */
export class FaultDecoder implements XmlHandler {
  readonly #names: string[] = []
  readonly #texts = new Map<string, string>()
  readonly #detail: string[] = []
  readonly #words: DetailReader | undefined

  /** `declared`: what the details are by the contract, by key; keeps what the fault says. */
  constructor(declared?: ReadonlyMap<string, PlannedMember>) {
    this.#words = declared === undefined ? undefined : new DetailReader(declared)
  }

  get fault(): Fault {
    const text = (...paths: readonly string[]) =>
      paths.map((path) => this.#texts.get(path)?.trim()).find((found) => found !== undefined)
    const subcode = text('Code.Subcode.Value')
    return {
      code: localName(text('faultcode', 'Code.Value') ?? ''),
      subcode: subcode === undefined ? undefined : localName(subcode),
      detail: this.#detail,
      said: this.#words?.said(text('faultstring', 'Reason.Text')),
    }
  }

  open(tag: XmlTag, place: XmlPlace): void {
    if (this.#names.length === 1 && this.#inDetail()) {
      this.#detail.push(toKey(tag.namespace, tag.local))
    }
    if (this.#names.length > 0 && this.#inDetail()) this.#words?.open(tag, place)
    this.#names.push(tag.local)
  }

  text(text: string): void {
    if (this.#inDetail()) this.#words?.text(text)
    const path = this.#names.join('.')
    const kept = CODES.has(path) || (this.#words !== undefined && REASONS.has(path))
    if (kept) this.#texts.set(path, (this.#texts.get(path) ?? '') + text)
  }

  close(): void {
    this.#names.pop()
    if (this.#names.length > 0 && this.#inDetail()) this.#words?.close()
  }

  #inDetail(): boolean {
    return this.#names[0] === 'detail' || this.#names[0] === 'Detail'
  }
}

/** The content of a detail, raw and, where the contract knows it, as values. */
class DetailReader implements XmlHandler {
  readonly #declared: ReadonlyMap<string, PlannedMember>
  readonly #raw = new XmlFragment()
  readonly #values: Record<string, Value> = {}
  #depth = 0
  #current: { readonly key: string; readonly decoder: ElementDecoder } | undefined

  constructor(declared: ReadonlyMap<string, PlannedMember>) {
    this.#declared = declared
  }

  said(reason: string | undefined): FaultWords {
    const detail = this.#raw.toString().trim()
    return { reason, detail: detail === '' ? undefined : detail, declared: this.#values }
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#raw.open(tag, place)
    this.#depth += 1
    if (this.#depth === 1) {
      const member = this.#declared.get(toKey(tag.namespace, tag.local))
      this.#current =
        member === undefined ? undefined : { key: tag.local, decoder: new ElementDecoder(member) }
    }
    this.#try((decoder) => decoder.open(tag, place))
  }

  text(text: string): void {
    this.#raw.write(text)
    if (this.#depth > 0) this.#try((decoder) => decoder.text(text))
  }

  close(): void {
    this.#raw.close()
    this.#try((decoder) => decoder.close())
    this.#depth -= 1
    if (this.#depth === 0 && this.#current !== undefined) {
      this.#values[this.#current.key] = this.#current.decoder.value ?? null
    }
  }

  /** A detail that is not what the contract says is still a fault. */
  #try(step: (decoder: ElementDecoder) => void): void {
    if (this.#current === undefined) return
    try {
      step(this.#current.decoder)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.#current = undefined
    }
  }
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1)
}
