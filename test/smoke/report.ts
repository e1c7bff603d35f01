// Counts what held and what did not, a line each.

export class Report {
  #passed = 0
  #failed = 0

  check(what: string, holds: boolean, seen?: unknown): void {
    if (holds) this.#passed += 1
    else this.#failed += 1
    const found = holds || seen === undefined ? '' : `: ${JSON.stringify(seen)?.slice(0, 600)}`
    say(`  ${holds ? '✓' : '✗'} ${what}${found}`)
  }

  /** Prints the closing line that CI reads; true if all held. */
  close(): boolean {
    say(`\n${this.#passed} passed, ${this.#failed} failed`)
    return this.#failed === 0
  }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
