// A system in trouble costs others nothing, and itself no more than it bears.

import { expect, test } from 'vitest'

import { eventually } from '../support/eventually.ts'
import { type Copy, openSystems, told } from './two-systems.ts'

const HANGING_MS = 600_000
const PERSON = { type: 'Person', key: { nationalId: '0004120371' } } as const
const HISTORY = { ...PERSON, fields: 'insurance { totalDays }' } as const
const ADDRESS = { type: 'Address', fields: 'city' } as const
const POST_CODES = ['1593601044', '5166601047', '5166601058', '7615601074']

/** Distinct questions: agencies may ask about anybody. */
function history(nationalId: string) {
  return { ...HISTORY, key: { nationalId } }
}

function callsOf(copy: Copy, system: string) {
  const calls = copy.subgraphs.get(system)?.health()?.calls
  if (calls === undefined) throw new RangeError('nothing is counted')
  return calls
}

test('while one hangs, another answers all, in turn and without a queue', async () => {
  const { estate, copy } = await openSystems(['tamin-history', 'post-gnaf'])
  const gateway = await copy()
  estate.set('tamin-history', { latency: HANGING_MS })
  const leaving = new AbortController()
  const hanging = Array.from({ length: 150 }, (_, n) =>
    gateway.ask('tamin-history', {
      ...history(nationalIdOf(n)),
      signal: leaving.signal,
    }),
  )
  await eventually(() => expect(estate.calls()['tamin-history']).toBeGreaterThan(0))
  const answers: unknown[] = []
  for (let n = 0; n < 40; n += 1) {
    const postCode = POST_CODES[n % POST_CODES.length] ?? ''
    answers.push(told(await gateway.ask('post-gnaf', { ...ADDRESS, key: { postCode } })))
  }
  expect(answers).toEqual(answers.map(() => ({ city: expect.any(String) })))
  expect(callsOf(gateway, 'post-gnaf')).toMatchObject({ queued: 0, shed: 0, notTried: 0 })
  leaving.abort()
  await Promise.all(hanging)
  await eventually(() =>
    expect(callsOf(gateway, 'tamin-history')).toMatchObject({ active: 0, waiting: 0 }),
  )
})

test('under far too many questions its queue stays bounded; who has no place is told at once', async () => {
  const { estate, copy } = await openSystems(['tamin-history'], (settings) => ({
    ...settings,
    limits: { ...settings.limits, concurrency: 2, queue: 20, timeout: '30s' },
  }))
  const gateway = await copy()
  estate.set('tamin-history', { latency: HANGING_MS })
  const leaving = new AbortController()
  let refused = 0
  const all = Array.from({ length: 2_000 }, async (_, n) => {
    const question = { ...history(nationalIdOf(n)), signal: leaving.signal }
    const outcome = told(await gateway.ask('tamin-history', question))
    if (outcome === 'SYSTEM_BUSY') refused += 1
    return outcome
  })
  await eventually(() => expect(refused).toBe(2_000 - 22))
  expect(callsOf(gateway, 'tamin-history')).toMatchObject({ active: 2, waiting: 20, shed: 1_978 })
  leaving.abort()
  const outcomes = await Promise.all(all)
  expect(outcomes.filter((each) => each === 'SYSTEM_TIMEOUT')).toHaveLength(22)
  // All of them went away: that says nothing of the system.
  expect(gateway.subgraphs.get('tamin-history')?.health()?.state).not.toBe('open')
})

test('gone and back: a few calls find out, everybody else is told at once until when', async () => {
  const { estate, copy } = await openSystems(['post-gnaf'], (settings) => ({
    ...settings,
    retries: 0,
    breaker: { failures: 3, halfOpenAfter: '500ms' },
  }))
  const gateway = await copy()
  const ask = async () =>
    told(await gateway.ask('post-gnaf', { ...ADDRESS, key: { postCode: '1593601044' } }))
  estate.set('post-gnaf', { down: true })
  for (let n = 0; n < 50; n += 1) expect(await ask()).toBe('SYSTEM_UNAVAILABLE')
  const { sent, notTried } = callsOf(gateway, 'post-gnaf')
  expect(sent).toBeLessThan(10)
  expect(notTried).toBeGreaterThan(40)
  estate.set('post-gnaf', { down: false })
  await eventually(async () => expect(await ask()).toEqual({ city: expect.any(String) }))
})

test('a tenth of faults, retried within the budget, never becomes a wrong value', async () => {
  const { estate, copy } = await openSystems(['post-gnaf'], (settings) => ({
    ...settings,
    retries: 2,
    breaker: { failures: 1_000, halfOpenAfter: '1s' },
  }))
  const gateway = await copy()
  const ask = async (postCode: string) =>
    told(await gateway.ask('post-gnaf', { ...ADDRESS, key: { postCode } }))
  const truth = new Map<string, unknown>()
  for (const postCode of POST_CODES) truth.set(postCode, await ask(postCode))
  estate.set('post-gnaf', { failRate: 0.1 })
  let whole = 0
  for (let n = 0; n < 200; n += 1) {
    const postCode = POST_CODES[n % POST_CODES.length] ?? ''
    const answer = await ask(postCode)
    if (typeof answer === 'string') continue
    expect(answer).toEqual(truth.get(postCode))
    whole += 1
  }
  expect(whole).toBeGreaterThan(180)
  const { sent, asked, retried } = callsOf(gateway, 'post-gnaf')
  expect(retried).toBeGreaterThan(0)
  expect(sent - asked).toBeLessThanOrEqual(asked / 10 + 10)
})

/** A valid one for each number: the check digit is Σ digit × (10 − place) mod 11. */
function nationalIdOf(n: number): string {
  const digits = `${900_000_000 + n}`
  const sum = Array.from(digits, Number).reduce(
    (total, digit, place) => total + digit * (10 - place),
    0,
  )
  const rest = sum % 11
  return `${digits}${rest < 2 ? rest : 11 - rest}`
}
