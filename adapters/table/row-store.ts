// Many rows in little memory: texts in a few large buffers, and for each column that is asked a table of hashes. In: rows of
// cells. Out: those that may have a value in a column. Never: a row that has it left out.

import { setImmediate as turnOfTheLoop } from 'node:timers/promises'

type Cells = readonly (string | null)[]

const BLOCK = 1_048_576
/** Rows that are indexed at one go. */
const TURN = 50_000

/** A column of integers that grows. */
class Numbers {
  #items = new Uint32Array(1_024)
  #length = 0

  push(value: number): void {
    if (this.#length === this.#items.length) {
      const larger = new Uint32Array(this.#length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.#length] = value
    this.#length += 1
  }

  at(index: number): number {
    return this.#items[index] ?? 0
  }

  get length(): number {
    return this.#length
  }
}

/** Rows of one hash in a chain: `heads` and `next` hold the number of a row and one. */
interface Index {
  readonly hashes: Numbers
  readonly heads: Uint32Array
  readonly next: Uint32Array
}

export class RowStore {
  readonly #columns: readonly number[]
  readonly #hashes: readonly Numbers[]
  readonly #blocks: Buffer[] = []
  readonly #block = new Numbers()
  readonly #begin = new Numbers()
  readonly #end = new Numbers()
  #used = BLOCK
  #indexes: ReadonlyMap<number, Index> = new Map()

  /** Places of the columns that are asked. */
  constructor(columns: readonly number[]) {
    this.#columns = columns
    this.#hashes = columns.map(() => new Numbers())
  }

  get length(): number {
    return this.#end.length
  }

  add(cells: Cells): void {
    const text = JSON.stringify(cells)
    const bytes = Buffer.byteLength(text)
    if (this.#used + bytes > (this.#blocks.at(-1)?.length ?? 0)) {
      this.#blocks.push(Buffer.allocUnsafeSlow(Math.max(BLOCK, bytes)))
      this.#used = 0
    }
    this.#blocks.at(-1)?.write(text, this.#used)
    this.#block.push(this.#blocks.length - 1)
    this.#begin.push(this.#used)
    this.#used += bytes
    this.#end.push(this.#used)
    for (const [at, column] of this.#columns.entries()) {
      this.#hashes[at]?.push(hashOf(cells[column] ?? ''))
    }
  }

  /** Once, after the last row. Others get their turn meanwhile. */
  async seal(): Promise<this> {
    const indexes = new Map<number, Index>()
    for (const [at, column] of this.#columns.entries()) {
      indexes.set(column, await chained(this.#hashes[at] ?? new Numbers()))
    }
    this.#indexes = indexes
    return this
  }

  /** In their order, with a few that only look alike. */
  *find(column: number, text: string): Generator<Cells> {
    const index = this.#indexes.get(column)
    if (index === undefined) return
    const hash = hashOf(text)
    let row = index.heads[hash % index.heads.length] ?? 0
    while (row > 0) {
      if (index.hashes.at(row - 1) === hash) yield this.#read(row - 1)
      row = index.next[row - 1] ?? 0
    }
  }

  *all(): Generator<Cells> {
    for (let row = 0; row < this.length; row += 1) yield this.#read(row)
  }

  #read(row: number): Cells {
    const block = this.#blocks[this.#block.at(row)]
    const cells: Cells = JSON.parse(
      block?.toString('utf8', this.#begin.at(row), this.#end.at(row)) ?? '[]',
    )
    return cells
  }
}

async function chained(hashes: Numbers): Promise<Index> {
  const { length } = hashes
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, length)))
  const heads = new Uint32Array(size)
  const next = new Uint32Array(length)
  // From the last on, so that a chain is in the order of the rows.
  for (let row = length - 1; row >= 0; row -= 1) {
    const head = hashes.at(row) % size
    next[row] = heads[head] ?? 0
    heads[head] = row + 1
    if (row % TURN === 0) await turnOfTheLoop()
  }
  return { hashes, heads, next }
}

/** FNV-1a. Zeros around a number do not count: whoever looks for it may write others. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of withoutZeros(text)) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  }
  return hash >>> 0
}

function withoutZeros(text: string): string {
  const bare = text.replace(/^-?0*/, '')
  if (!bare.includes('.')) return bare
  let end = bare.length
  while (bare[end - 1] === '0' || bare[end - 1] === '.') end -= 1
  return bare.slice(0, end)
}
