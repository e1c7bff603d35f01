// A transport that answers from recorded exchanges: no system, no socket. In: a folder of cases. Out: the recorded
// reply of the case whose request matches. Never: a guess; a request that matches no case is an error that names what
// differs, without the values.

import type { ExchangeReply, ExchangeRequest, Transport } from '../adapter.ts'
import { FindingsError } from '../finding.ts'
import { differences } from './match.ts'
import { readRecordings, type Recording } from './recording.ts'

/** All cases of `samples/`. Throws FindingsError for cases that cannot be read. */
export async function openPlayback(folder: string): Promise<Transport> {
  return new Playback(await readRecordings(folder))
}

class Playback implements Transport {
  readonly #recordings: readonly Recording[]

  constructor(recordings: readonly Recording[]) {
    this.#recordings = recordings
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    const findings = []
    for (const recording of this.#recordings) {
      const message = differences(request, recording).join(', ')
      if (message === '') return recording.reply
      findings.push({ file: recording.name, message: `differs in ${message}` })
    }
    throw new FindingsError(findings)
  }

  async close(): Promise<void> {}
}
