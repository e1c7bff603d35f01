// The part of system.json that says what a system can bear and how long its answers hold. What these mean together is in
// docs/resilience.md.

import { Type } from 'typebox'

import { Duration } from './sign-in/auth-settings.ts'

const closed = { additionalProperties: false } as const
const Size = Type.String({ pattern: '^[0-9]+(KB|MB)$', description: 'A size: 256KB, 2MB.' })

export const LimitSettings = Type.Object(
  {
    timeout: Duration,
    concurrency: Type.Integer({ minimum: 1, description: 'Calls under way at once, per copy.' }),
    queue: Type.Integer({
      minimum: 0,
      description: 'Calls that may wait for their turn; further ones are refused as SYSTEM_BUSY.',
    }),
    wait: Type.Optional(
      duration('Longest time in the queue. Absent: as long as the call may take at all.'),
    ),
    rate: Type.Optional(
      Type.Object(
        { calls: Type.Integer({ minimum: 1, maximum: 10_000 }), per: Duration },
        {
          ...closed,
          description:
            'Most calls within any such time, a retry included; over all copies where they share a Valkey.',
        },
      ),
    ),
    reply: Size,
    cache: Type.Optional(
      Type.String({
        pattern: '^[0-9]+(KB|MB)$',
        description: 'Memory for answers that may be given again, per copy. Absent: 4MB.',
      }),
    ),
  },
  closed,
)

/** What one operation may say; each of them of queries only. */
export const OPERATION_LIMITS = {
  timeout: Type.Optional(Duration),
  freshness: Type.Optional(duration('How long an answer may be given again, "no record" too.')),
  stale: Type.Optional(
    duration(
      'How long after its freshness an answer may be given, marked as stale, when the system gives none.',
    ),
  ),
  refresh: Type.Optional(
    duration(
      'How long after its freshness an answer is given at once, marked as stale, while it is asked anew.',
    ),
  ),
  hedgeAfter: Type.Optional(
    duration('A call without an answer by then is sent once more; the first answer counts.'),
  ),
  public: Type.Optional(
    Type.Boolean({
      description:
        'The answer holds no personal data and is the same whoever asks and for whatever purpose: callers share it.',
    }),
  ),
}

function duration(description: string) {
  return Type.String({ pattern: '^[0-9]+(ms|s|m|h|d)$', description })
}
