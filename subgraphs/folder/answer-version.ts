// All that decides what an answer of a system looks like, as one short text. Copies of a gateway that differ in it, as while
// a new release is rolled out, must not be given each other's answers.

import { createHash } from 'node:crypto'

import type { Contract } from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'

export function answerVersion(settings: SystemSettings, { operations }: Contract): string {
  const text = JSON.stringify([settings, operations], (_, value: unknown) => {
    if (value instanceof Map) return [...value]
    return value instanceof Set ? [...value] : value
  })
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
