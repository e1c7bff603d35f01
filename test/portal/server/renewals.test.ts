// What a store that stands still, and a copy that is slow, do to the renewal of a token.
import { describe, expect, it } from 'vitest'

import { DEFAULT_LIMITS } from '../../../portal/server/options.ts'
import { PortalError } from '../../../portal/server/portal-error.ts'
import { MemorySessions } from '../../../portal/server/session/memory-sessions.ts'
import type { Turn } from '../../../portal/server/session/session-store.ts'
import type { SignedIn } from '../../../portal/server/session/signed-in.ts'
import { Renewals } from '../../../portal/server/sign-on/renewals.ts'

/** Fails as often as it is told to, and can be another copy that has the turn. */
class Faltering extends MemorySessions {
  readonly failures = { renew: 0, readAfterRenew: 0 }
  otherHasTurn = false
  asked = 0
  released = 0
  #isRenewed = false

  override async read(id: string) {
    if (this.#isRenewed && this.failures.readAfterRenew-- > 0) throw down()
    return super.read(id)
  }

  override async renew(id: string, renewed: SignedIn): Promise<void> {
    if (this.failures.renew-- > 0) throw down()
    this.#isRenewed = true
    return super.renew(id, renewed)
  }

  override async turn(): Promise<Turn | undefined> {
    this.asked += 1
    const release = async () => void (this.released += 1)
    return this.otherHasTurn ? undefined : { release }
  }
}

const down = () => new PortalError('SESSIONS_UNAVAILABLE', 'late')
const nowMs = Date.now()

function signedIn(lifetimeMs: number): SignedIn {
  return {
    accessToken: 'access-1',
    accessEndsAtMs: nowMs + lifetimeMs,
    renewedAtMs: nowMs,
    refreshToken: 'refresh-1',
    idToken: 'id',
    subject: 'person',
    sid: 'sid',
    person: {
      name: '',
      kind: 'other',
      roles: [],
      purposes: [],
      acr: undefined,
      authTime: undefined,
    },
    csrf: '',
    dpopKey: undefined,
    beganAtMs: nowMs,
  }
}

async function openRenewals(lifetimeMs: number) {
  const store = new Faltering({ limits: DEFAULT_LIMITS, now: () => nowMs, onEnd: () => {} })
  await store.open('a', signedIn(lifetimeMs))
  const used: string[] = []
  const renewals = new Renewals({
    store,
    endpoint: { refresh: async (token) => (used.push(token), {}) },
    adapter: {
      createGrant: async () => ({
        access: { sub: 'person', exp: nowMs / 1000 + 300 },
        id: undefined,
        accessToken: 'access-2',
        refreshToken: 'refresh-2',
        idToken: undefined,
      }),
    },
    signOnTimeoutMs: 5_000,
    now: () => nowMs,
  })
  return { store, renewals, used }
}

describe('new tokens', () => {
  it('are offered to the store again when it did not take them', async () => {
    const { store, renewals, used } = await openRenewals(-1)
    store.failures.renew = 2
    expect((await renewals.fresh('a')).accessToken).toBe('access-2')
    expect((await store.read('a'))?.signedIn.refreshToken).toBe('refresh-2')
    expect([used, store.released]).toEqual([['refresh-1'], 1])
  })

  it('are not lost, nor is the session ended, because the store stands still after it took them', async () => {
    const { store, renewals, used } = await openRenewals(-1)
    store.failures.readAfterRenew = 1
    await expect(renewals.fresh('a')).rejects.toMatchObject({ code: 'SESSIONS_UNAVAILABLE' })
    expect((await renewals.fresh('a')).accessToken).toBe('access-2')
    expect([used, store.released]).toEqual([['refresh-1'], 1])
  })
})

describe('where another copy has the turn', () => {
  it('a token that is still good is used, and nobody waits', async () => {
    const { store, renewals, used } = await openRenewals(10_000)
    store.otherHasTurn = true
    expect((await renewals.fresh('a')).accessToken).toBe('access-1')
    expect([used, store.asked]).toEqual([[], 1])
  })

  it('one that has ended is waited for, until the other has got it', async () => {
    const { store, renewals, used } = await openRenewals(-1)
    store.otherHasTurn = true
    const fresh = renewals.fresh('a')
    await store.renew('a', { ...signedIn(300_000), accessToken: 'access-of-the-other' })
    expect((await fresh).accessToken).toBe('access-of-the-other')
    expect(used).toEqual([])
  })

  it('one that was refused is not used again', async () => {
    const { store, renewals, used } = await openRenewals(200_000)
    store.otherHasTurn = true
    const fresh = renewals.fresh('a', { refused: 'access-1' })
    store.otherHasTurn = false
    expect((await fresh).accessToken).toBe('access-2')
    expect(used).toEqual(['refresh-1'])
  })
})
