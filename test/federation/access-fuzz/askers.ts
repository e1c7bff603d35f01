// Random callers, purposes and cases.

import type { Asking } from '../../../gateway/auth/rights.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { Random } from '../fuzz/random.ts'
import { CODES, LEVELS, ROLES, SCOPES } from './demands.ts'

export type Asker = Omit<Asking, 'variables'>

export const NOW_MS = Date.UTC(2026, 10, 22)
/** What operations of the fuzzer name, so that some name the caller. */
const NAMES = ['', 'a"b', 'کد'] as const

export function makeAsker(random: Random): Asker {
  const caller = makeCaller(random)
  const purpose = random.chance(0.5) ? random.pick(CODES) : undefined
  const applicant = random.pick([...NAMES, null]) ?? undefined
  const caseOf = random.chance(0.4) ? { applicant } : undefined
  return { caller, purpose, caseOf, nowMs: NOW_MS }
}

function makeCaller(random: Random): Caller {
  const kind = random.pick([
    'anonymous',
    'citizen',
    'citizen',
    'agency',
    'agency',
    'staff',
  ] as const)
  if (kind === 'anonymous') return ANONYMOUS
  const likely = random.pick([0.2, 0.5, 0.9, 1])
  const held = (names: readonly string[]) => new Set(names.filter(() => random.chance(likely)))
  const isPerson = kind !== 'agency' || random.chance(0.3)
  const ages = [0, 4, 6, 59, 64, 66, 599, 604, 606, 90_000]
  return {
    ...ANONYMOUS,
    kind,
    subject: 's',
    clientId: 'c',
    nationalId: kind === 'citizen' && random.chance(0.9) ? random.pick(NAMES) : undefined,
    roles: held(ROLES),
    scopes: held(SCOPES),
    ...(isPerson && {
      ...(random.chance(0.8) && { sessionId: 'session' }),
      ...(random.chance(0.9) && { acr: random.pick([...LEVELS, 'top']) }),
      ...(random.chance(0.9) && { authTimeMs: NOW_MS - random.pick(ages) * 1000 }),
    }),
    ...(random.chance(0.1) && { actor: { subject: 'a', clientId: 'c', kind } }),
  }
}
