// Items of a SOAP-encoded array to lists: sizes, positions and offsets (SOAP 1.1 §5.4.2; SOAP 1.2 part 2 §3.1.6).
// Never: a list longer than what was sent and a small gap, whatever the sender says of sizes.

import type { Value } from '../adapter.ts'
import type { XmlPlace, XmlTag } from '../xml/parse.ts'
import { SOAP_ENCODING, SOAP_ENCODING_12, toKey } from './namespaces.ts'
import { Unreadable } from './unreadable.ts'

type Sizes = readonly (number | undefined)[]

/** Places that may be left open in all before a value (sparse arrays): more is no array but an attack. */
const MOST_GAPS = 10_000

/** Lengths by the `arrayType` or `arraySize` of an array's element; undefined when it has none. */
export function arraySizes(tag: XmlTag): Sizes | undefined {
  const arrayType = attribute(tag, SOAP_ENCODING, 'arrayType')
  if (arrayType !== undefined) {
    const last = /\[([\d,\s]*)\]\s*$/.exec(arrayType)?.[1]
    return last === undefined ? undefined : last.split(',').map(toSize)
  }
  const arraySize = attribute(tag, SOAP_ENCODING_12, 'arraySize')
  return arraySize === undefined ? undefined : arraySize.trim().split(/\s+/).map(toSize)
}

/** Key of the items' type; undefined when it is not said, or the items are arrays themselves. */
export function itemTypeKey(tag: XmlTag, place: XmlPlace): string | undefined {
  const arrayType = attribute(tag, SOAP_ENCODING, 'arrayType')
  const name =
    arrayType === undefined
      ? attribute(tag, SOAP_ENCODING_12, 'itemType')
      : /^([^[]+)\[[^\]]*\]$/.exec(arrayType.trim())?.[1]
  if (name === undefined) return undefined
  const [first = '', second] = name.trim().split(':')
  const namespace = place.resolve(second === undefined ? '' : first)
  return namespace === undefined ? undefined : toKey(namespace, second ?? first)
}

/** Puts items where they belong, and makes rows of them at the end. */
export class ItemPlacer {
  readonly #sizes: Sizes
  readonly #items: Value[] = []
  #at: number

  constructor(sizes: Sizes, tag: XmlTag) {
    this.#sizes = sizes
    const offset = attribute(tag, SOAP_ENCODING, 'offset')
    this.#at = (offset === undefined ? undefined : this.#index(offset)) ?? 0
  }

  /** An item begins. */
  next(tag: XmlTag): void {
    if (tag.attributes.length === 0) return
    const position = attribute(tag, SOAP_ENCODING, 'position')
    this.#at = (position === undefined ? undefined : this.#index(position)) ?? this.#at
  }

  take(value: Value): void {
    if (this.#at - this.#items.length > MOST_GAPS) throw new Unreadable('value')
    while (this.#items.length < this.#at) this.#items.push(null)
    this.#items[this.#at] = value
    this.#at += 1
  }

  value(): Value {
    let rows: Value[] = this.#items
    for (const size of this.#sizes.slice(1).toReversed()) {
      // Without its length a row could not be told from the next.
      if (size === undefined || size === 0) break
      const length = Math.ceil(rows.length / size)
      const flat = rows
      rows = Array.from({ length }, (_, row) => flat.slice(row * size, (row + 1) * size))
    }
    return rows
  }

  /** `[3]`, or `[1,2]` in a table whose rows have a length. */
  #index(brackets: string): number | undefined {
    const parts = /^\s*\[([\d,\s]*)\]\s*$/.exec(brackets)?.[1]?.split(',').map(toSize)
    if (parts === undefined) return undefined
    let index = 0
    for (const [dimension, part] of parts.entries()) {
      const size = dimension === 0 ? 1 : (this.#sizes[dimension] ?? 1)
      index = index * size + (part ?? 0)
    }
    return index
  }
}

function toSize(text: string): number | undefined {
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined
}

function attribute(tag: XmlTag, namespace: string, local: string): string | undefined {
  return tag.attributes.find((each) => each.namespace === namespace && each.local === local)?.value
}
