// Stops asking a system that keeps failing, and finds out with one call at a time whether it is back. One operation that
// keeps failing while others are answered is stopped alone. A call whose outcome says nothing of the system (its caller went
// away) changes nothing.

import { SystemError } from '../../schema/errors.ts'

/** `well`: the system answered, if only to refuse. */
export type Outcome = 'well' | 'unwell' | 'unknown'

/** Failures that say the system is unwell. A refusal or "busy" is an answer of a system that works. */
const UNWELL: ReadonlySet<string> = new Set([
  'SYSTEM_TIMEOUT',
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_REPLY_INVALID',
  'SYSTEM_MAINTENANCE',
])

export function isUnwell(error: unknown): error is SystemError {
  return error instanceof SystemError && UNWELL.has(error.code)
}

/** `detail.reason` of a call that was not tried. */
export const NOT_TRIED = 'not tried'

export interface BreakerOptions {
  readonly system: string
  /** In a row. */
  readonly failures: number
  readonly restMs: number
  readonly now: () => number
  /** Told when the whole system is stopped, with the end of its rest. */
  readonly opened: (until: number) => void
}

/** What let a call through; given back with its outcome. */
export interface Pass {
  readonly system: Circuit
  readonly operation: Circuit
  readonly probes: readonly Circuit[]
}

class Circuit {
  failures = 0
  /** Epoch milliseconds at which a call is let through again; 0: closed. */
  until = 0
  isProbed = false

  get isOpen(): boolean {
    return this.until > 0
  }

  /** A clock that was set back does not make a rest longer. */
  refuses(now: number, restMs: number): boolean {
    if (this.until === 0) return false
    return this.isProbed || (now < this.until && this.until - now <= restMs)
  }

  close(): void {
    this.failures = 0
    this.until = 0
    this.isProbed = false
  }

  open(until: number): void {
    this.failures = 0
    this.until = until
    this.isProbed = false
  }
}

const NO_PROBES: readonly Circuit[] = []

export class Breaker {
  readonly #options: BreakerOptions
  readonly #system = new Circuit()
  readonly #operations = new Map<string, Circuit>()
  /** Epoch milliseconds until which another copy has found the system unwell. */
  #warnedUntil = 0

  constructor(options: BreakerOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#system.isOpen
  }

  /** Throws SYSTEM_UNAVAILABLE while open (with `until`), and while another call is the probe. */
  assertTried(operation: string): void {
    const { now: clock, restMs } = this.#options
    const now = clock()
    const own = this.#circuitOf(operation)
    if (this.#system.refuses(now, restMs)) throw this.#refusal(this.#system, operation)
    if (own.refuses(now, restMs)) throw this.#refusal(own, operation)
  }

  /** Lets a call through, or throws as `assertTried` does. */
  admit(operation: string): Pass {
    this.assertTried(operation)
    const own = this.#circuitOf(operation)
    const pass = { system: this.#system, operation: own }
    if (!this.#system.isOpen && !own.isOpen) return { ...pass, probes: NO_PROBES }
    const probes = [this.#system, own].filter(({ isOpen }) => isOpen)
    for (const circuit of probes) circuit.isProbed = true
    return { ...pass, probes }
  }

  /** Once for each pass. */
  settle({ system, operation, probes }: Pass, outcome: Outcome): void {
    const circuits = [system, operation].filter(
      // A late answer of before the rest says nothing of now.
      (circuit) => !circuit.isOpen || probes.includes(circuit),
    )
    if (outcome === 'unknown') for (const circuit of probes) circuit.isProbed = false
    if (outcome === 'well') for (const circuit of circuits) circuit.close()
    if (outcome !== 'unwell') return
    const now = this.#options.now()
    for (const circuit of circuits) circuit.failures += 1
    if (circuits.includes(system) && this.#isTooMuch(system, probes, now)) this.#stop(now)
    else if (circuits.includes(operation) && this.#isTooMuch(operation, probes, now)) {
      operation.open(now + this.#options.restMs)
    }
  }

  /** Another copy found the system unwell: here one failure is enough then. */
  warned(until: number): void {
    const { now, restMs } = this.#options
    // A rest of that copy's is as long as one here; whatever says more is no copy.
    this.#warnedUntil = Math.max(this.#warnedUntil, Math.min(until, now() + restMs))
  }

  #stop(now: number): void {
    const until = now + this.#options.restMs
    this.#system.open(until)
    // Else each operation would have to be found well again by itself.
    for (const circuit of this.#operations.values()) circuit.close()
    this.#options.opened(until)
  }

  #isTooMuch(circuit: Circuit, probes: readonly Circuit[], now: number): boolean {
    if (probes.includes(circuit)) return true
    const enough = circuit === this.#system && now < this.#warnedUntil ? 1 : this.#options.failures
    return circuit.failures >= enough
  }

  #circuitOf(operation: string): Circuit {
    const known = this.#operations.get(operation)
    if (known !== undefined) return known
    const circuit = new Circuit()
    this.#operations.set(operation, circuit)
    return circuit
  }

  #refusal({ until }: Circuit, operation: string): SystemError {
    // While another call is the probe the rest is over, and nobody knows yet until when.
    const isKnown = until > this.#options.now()
    return new SystemError('SYSTEM_UNAVAILABLE', this.#options.system, {
      operation,
      until: isKnown ? new Date(until).toISOString() : undefined,
      detail: { reason: NOT_TRIED },
    })
  }
}
