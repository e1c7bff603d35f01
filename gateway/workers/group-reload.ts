// One supergraph for all processes of a gateway: each prepares it and checks it against the operations that it knows; only
// when all are ready do all switch. Runs in the process that watches them; see prepare-for-group.ts for theirs.

import { readFile } from 'node:fs/promises'

import type { Log } from '../../schema/log.ts'
import type { Outcome } from '../reload/reload.ts'
import { type Watch, watchFile } from '../reload/watch-file.ts'
import { memberOf, type WorkerChannel } from './worker-channel.ts'

export interface GroupOptions {
  readonly file: string
  /** Undefined: only when told. */
  readonly everyMs: number | undefined
  /** Those that answer now. */
  readonly members: () => readonly WorkerChannel[]
  readonly log: Log
}

/** Reading, checking and warming up takes a second or two at most. */
const PREPARE_MS = 60_000
const COMMIT_MS = 10_000

interface Vote {
  readonly member: WorkerChannel
  readonly outcome: unknown
  readonly findings: unknown
}

export class GroupReload {
  readonly #options: GroupOptions
  #watch: Watch | undefined
  #supergraph: string | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: GroupOptions) {
    this.#options = options
  }

  /** With what one begins that takes the place of another: never with a file that was refused. */
  get supergraph(): string | undefined {
    return this.#supergraph
  }

  async open(): Promise<void> {
    const { file, everyMs } = this.#options
    this.#supergraph = await readFile(file, 'utf8').catch(() => undefined)
    if (everyMs === undefined) return
    this.#watch = watchFile({
      file,
      everyMs,
      content: this.#supergraph ?? '',
      changed: (content) => this.#next(() => this.#switch(content)),
      unreadable: (error) => this.#unreadable(error),
    })
  }

  /** Reads the file. Never rejects. */
  reload(): Promise<Outcome> {
    return this.#next(async () => {
      try {
        return await this.#switch(await readFile(this.#options.file, 'utf8'))
      } catch (error) {
        this.#unreadable(error)
        return 'failed'
      }
    })
  }

  close(): void {
    this.#watch?.close()
  }

  async #switch(supergraph: string): Promise<Outcome> {
    const votes = await this.#prepare(this.#options.members(), supergraph)
    const ready = votes.filter(({ outcome }) => outcome === 'ready')
    const against = votes.find(({ outcome }) => outcome === 'refused' || outcome === 'failed')
    if (against !== undefined) {
      await tell(ready, 'discard', against.findings)
      const facts = {
        votes: votes.map(({ outcome }) => String(outcome)),
        findings: against.findings,
      }
      this.#options.log.error(facts, 'a new supergraph was not taken')
      return against.outcome === 'failed' ? 'failed' : 'refused'
    }
    this.#supergraph = supergraph
    if (ready.length === 0) return 'unchanged'
    await tell(ready, 'commit')
    await this.#latecomers(votes, supergraph)
    return 'accepted'
  }

  async #prepare(members: readonly WorkerChannel[], supergraph: string): Promise<readonly Vote[]> {
    return Promise.all(
      members.map(async (member) => {
        const vote = await member.ask('prepare', supergraph, PREPARE_MS)
        return { member, outcome: memberOf(vote, 'outcome'), findings: memberOf(vote, 'findings') }
      }),
    )
  }

  /** Those that began with the old one in the meantime, in the place of one that died. */
  async #latecomers(votes: readonly Vote[], supergraph: string): Promise<void> {
    const asked = new Set(votes.map(({ member }) => member))
    const others = this.#options.members().filter((member) => !asked.has(member))
    await tell(await this.#prepare(others, supergraph), 'commit')
  }

  /** One after the other. */
  #next(work: () => Promise<Outcome>): Promise<Outcome> {
    const next = this.#last.then(work)
    this.#last = next.catch(() => undefined)
    return next
  }

  #unreadable(error: unknown): void {
    const { file, log } = this.#options
    log.error({ file, code: String(memberOf(error, 'code')) }, 'the supergraph file cannot be read')
  }
}

async function tell(votes: readonly Vote[], kind: string, value?: unknown): Promise<void> {
  await Promise.all(votes.map(({ member }) => member.ask(kind, value, COMMIT_MS)))
}
