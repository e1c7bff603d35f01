// What is counted: plain numbers in cells. Whoever observes often keeps the cell of its labels; an observation is then an
// addition, because a request makes about twenty of them. What may be told is a snapshot, plain data; see exposition.ts.

export interface Described {
  /** As Prometheus names metrics: with a unit, counters with `_total`. */
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
}

/** A worker's snapshots travel to the process that answers a scrape. */
export interface Snapshot extends Required<Described> {
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** How the same series of several workers become one. */
  readonly merge: Merge
  /** Upper bounds of a histogram's buckets, without the last one that takes all. */
  readonly bounds: readonly number[]
  readonly series: readonly Series[]
}

export interface Series {
  /** One for each label. */
  readonly values: readonly string[]
  /** One number; of a histogram one for each bucket (not summed up), then the sum of what was observed. */
  readonly numbers: readonly number[]
}

export type Merge = 'sum' | 'max'

export interface Metric {
  snapshot(): Snapshot
}

/** A number that a caller may change. */
export interface Cell {
  value: number
}

/** Labels never come from a client's text, yet a mistake must not fill the memory: what is beyond shares one series. */
const MOST_SERIES = 1000
const BEYOND = 'other'

/** A label's values; that of the last label has the cell. Joining them to one key would cost more than the observation. */
interface Branch<Each> {
  readonly branches: Map<string, Branch<Each>>
  cell?: Each
}

class Cells<Each> {
  readonly #root: Branch<Each> = { branches: new Map() }
  readonly #entries: { readonly values: readonly string[]; readonly cell: Each }[] = []
  readonly #make: () => Each

  constructor(make: () => Each) {
    this.#make = make
  }

  at(values: readonly string[]): Each {
    let branch: Branch<Each> | undefined = this.#root
    for (const value of values) branch = branch?.branches.get(value)
    return branch?.cell ?? this.#add(values)
  }

  #add(given: readonly string[]): Each {
    const values = this.#entries.length < MOST_SERIES ? given : given.map(() => BEYOND)
    let branch = this.#root
    for (const value of values) {
      const next: Branch<Each> = branch.branches.get(value) ?? { branches: new Map() }
      branch.branches.set(value, next)
      branch = next
    }
    if (branch.cell !== undefined) return branch.cell
    const cell = this.#make()
    branch.cell = cell
    this.#entries.push({ values, cell })
    return cell
  }

  series(numbersOf: (cell: Each) => readonly number[]): readonly Series[] {
    return this.#entries.map(({ values, cell }) => ({ values, numbers: numbersOf(cell) }))
  }
}

export class Counter implements Metric {
  readonly #described: Required<Described>
  readonly #cells = new Cells<Cell>(() => ({ value: 0 }))

  constructor({ name, help, labels = [] }: Described) {
    this.#described = { name, help, labels }
  }

  /** The same cell for the same values, one for each label. */
  at(...values: readonly string[]): Cell {
    return this.#cells.at(values)
  }

  snapshot(): Snapshot {
    const series = this.#cells.series(({ value }) => [value])
    return { ...this.#described, type: 'counter', merge: 'sum', bounds: [], series }
  }
}

export interface GaugeOptions extends Described {
  readonly type?: 'counter' | 'gauge'
  readonly merge?: Merge
  /** Read at each scrape. */
  readonly read: () => Iterable<readonly [values: readonly string[], value: number]>
}

/** What is known elsewhere and only read when somebody asks. */
export class Gauge implements Metric {
  readonly #options: GaugeOptions

  constructor(options: GaugeOptions) {
    this.#options = options
  }

  snapshot(): Snapshot {
    const { name, help, labels = [], type = 'gauge', merge = 'sum', read } = this.#options
    const series = [...read()].map(([values, value]) => ({ values, numbers: [value] }))
    return { name, help, labels, type, merge, bounds: [], series }
  }
}

/** From half a millisecond, a shared answer, to beyond the longest deadline. */
const SECONDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

export class Histogram implements Metric {
  readonly #described: Required<Described>
  readonly #cells = new Cells<Distribution>(() => new Distribution(SECONDS))

  constructor({ name, help, labels = [] }: Described) {
    this.#described = { name, help, labels }
  }

  at(...values: readonly string[]): Distribution {
    return this.#cells.at(values)
  }

  snapshot(): Snapshot {
    const series = this.#cells.series((cell) => cell.numbers())
    return { ...this.#described, type: 'histogram', merge: 'sum', bounds: SECONDS, series }
  }
}

export class Distribution {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    let bucket = 0
    while (value > (this.#bounds[bucket] ?? Infinity)) bucket += 1
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
  }

  numbers(): readonly number[] {
    return [...this.#counts, this.#sum]
  }
}
