// A worker's part in a reload of all: prepares what it is given, tells how that went, then switches or forgets it.

import type { Prepared, ReloadFinding } from '../reload/reload.ts'
import type { Answers } from './worker-channel.ts'

export function prepareForGroup(prepare: (supergraph: string) => Promise<Prepared>): Answers {
  let prepared: Prepared | undefined
  return {
    prepare: async (supergraph) => {
      prepared = await prepare(String(supergraph))
      const { outcome, findings } = prepared
      return { outcome, findings }
    },
    commit: () => {
      prepared?.commit()
      prepared = undefined
      return true
    },
    discard: async (findings) => {
      await prepared?.discard(findingsIn(findings))
      prepared = undefined
      return true
    },
  }
}

function findingsIn(value: unknown): readonly ReloadFinding[] {
  return Array.isArray(value) ? value.filter(isFinding) : []
}

function isFinding(value: unknown): value is ReloadFinding {
  return typeof value === 'object' && value !== null && 'message' in value
}
