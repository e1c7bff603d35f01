import { expect, test } from 'vitest'

import { Attempts } from '../../../../../deploy/embedded/sign-on/realm/attempts.ts'

const LIMITS = {
  bruteForceProtected: true,
  failureFactor: 5,
  waitIncrementSeconds: 60,
  maxFailureWaitSeconds: 900,
  maxDeltaTimeSeconds: 43_200,
}

test('whoever has waited, and then has the right password, is asked for the second factor at once', () => {
  let nowMs = 1_000_000
  const attempts = new Attempts(
    () => LIMITS,
    () => nowMs,
  )
  for (let wrong = 0; wrong < 5; wrong += 1) attempts.fail('sara')
  expect(attempts.isLocked('sara')).toBe(true)
  nowMs += 60_000
  attempts.fail('sara')
  attempts.undo('sara')
  expect(attempts.isLocked('sara')).toBe(false)
  // What was wrong before still counts: the next wrong code waits again.
  expect(attempts.fail('sara')).toBe(true)
})
