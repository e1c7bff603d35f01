import { expect, test } from 'vitest'

import { outcomeOfError } from '../../../gateway/http/reply-of.ts'
import { SystemError } from '../../../schema/errors.ts'

test('a request whose own time has passed is counted as one', () => {
  const late = new SystemError('SYSTEM_TIMEOUT', 'gateway')
  expect(outcomeOfError(late, 'application/json', 'r1')).toMatchObject({
    reply: { status: 504 },
    code: 'SYSTEM_TIMEOUT',
    reason: 'deadline',
  })
  const unread = new SystemError('SYSTEM_UNAVAILABLE', 'sign-on')
  expect(outcomeOfError(unread, 'application/json', 'r1').reason).toBeUndefined()
})
