// The distinct representations of one call, as text, each with a number. Most objects of a list are told apart by one key,
// so most repeats are known by its value and never written.

import { type Overlay, read, type Spot } from './overlay.ts'
import type { Writer } from './representation.ts'
import { type Tree, valueAt } from './tree.ts'

export class Texts {
  readonly list: string[] = []
  readonly #overlay: Overlay
  readonly #byText = new Map<string, number>()
  readonly #byValue = new Map<Writer, Map<unknown, number>>()

  constructor(overlay: Overlay) {
    this.#overlay = overlay
  }

  /** The number of the object's text; undefined if it cannot be asked for. */
  numberOf(writer: Writer, tree: Tree, spot: Spot | undefined): number | undefined {
    if (writer.only === undefined) return this.#numberOf(writer.write(this.#overlay, tree, spot))
    const value = spot === undefined ? valueAt(tree, writer.only) : read(spot, writer.only)
    const byValue = this.#valuesOf(writer)
    const known = byValue.get(value)
    if (known !== undefined) return known
    const number = this.#numberOf(writer.write(this.#overlay, tree, spot))
    if (number !== undefined) byValue.set(value, number)
    return number
  }

  #valuesOf(writer: Writer): Map<unknown, number> {
    const known = this.#byValue.get(writer)
    if (known !== undefined) return known
    const fresh = new Map<unknown, number>()
    this.#byValue.set(writer, fresh)
    return fresh
  }

  #numberOf(text: string | undefined): number | undefined {
    if (text === undefined) return undefined
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const number = this.list.push(text) - 1
    this.#byText.set(text, number)
    return number
  }
}
