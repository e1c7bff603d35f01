// Whatever ails one system, an answer holds the truth or says where it does not know: nobody loses data silently.

import { expect, test } from 'vitest'

import { readPopulation } from '../estate/personas.ts'
import type { Switches } from '../estate/switches.ts'
import { calm, openGatewayOver, type Received, untrue } from './gateway-over.ts'
import type { Change } from './two-systems.ts'

const SYSTEMS = ['nocr-person', 'post-gnaf', 'rahvar-licence', 'tamin-history', 'vazife-status']
const WHOLE = `{ me {
  firstName lastName birthDate residence { province city street }
  drivingLicence { number class expiresOn } vehiclePlates { plate }
  insurance { totalDays periods { month employer wage } }
  conscription { status cardNumber }
} }`
const PARTS = [
  WHOLE,
  '{ me { drivingLicence { number class } } }',
  '{ me { firstName residence { city } } }',
  '{ me { insurance { totalDays periods { wage } } conscription { status } } }',
]

/** `always`: no call of it is answered well. */
const FAULTS: readonly { name: string; switches: Partial<Switches>; always?: true }[] = [
  { name: 'dead', switches: { down: true }, always: true },
  { name: 'hanging', switches: { latency: 600_000 }, always: true },
  { name: 'slow, some beyond its time', switches: { latency: [200, 800] } },
  { name: 'answering garbage', switches: { garbage: true }, always: true },
  { name: 'failing one call in ten', switches: { failRate: 0.1 } },
  { name: 'closed', switches: { window: 'on' }, always: true },
]

/** Short times, so that each of them ends within a test. */
const short: Change = (settings) => ({
  ...settings,
  limits: { ...settings.limits, timeout: '400ms' },
  breaker: { failures: 4, halfOpenAfter: '200ms' },
})

const personas = (await readPopulation()).personas.slice(0, 6)

async function truths(ask: (nationalId: string, query: string) => Promise<Received>) {
  const known = new Map<string, unknown>()
  for (const { nationalId, firstName } of personas) {
    const answers = await Promise.all(PARTS.map((query) => calm(() => ask(nationalId, query))))
    for (const [n, query] of PARTS.entries()) known.set(`${nationalId} ${query}`, answers[n])
    expect(answers[0]).toHaveProperty('me.firstName', firstName)
  }
  return known
}

/** All people at once, each with every question, twice. */
async function everybody(
  ask: (nationalId: string, query: string) => Promise<Received>,
  known: ReadonlyMap<string, unknown>,
) {
  const asking = personas.flatMap(({ nationalId }) =>
    [...PARTS, ...PARTS].map(async (query) => {
      const received = await ask(nationalId, query)
      return { received, wrong: untrue(received, known.get(`${nationalId} ${query}`)) }
    }),
  )
  return Promise.all(asking)
}

test.each(['nocr-person', 'rahvar-licence', 'vazife-status'])(
  '%s in any trouble makes no value wrong and no null silent',
  async (sick) => {
    const { estate, ask } = await openGatewayOver(SYSTEMS, { change: short })
    const known = await truths(ask)
    for (const { name: fault, switches, always = false } of FAULTS) {
      estate.set(sick, switches)
      const answers = await everybody(ask, known)
      const errors = answers.flatMap(({ received }) => received.errors)
      expect({ fault, wrong: answers.flatMap(({ wrong }) => wrong) }).toEqual({ fault, wrong: [] })
      expect(answers.every(({ received }) => received.data !== undefined)).toBe(true)
      if (always) expect({ fault, told: errors.length }).not.toEqual({ fault, told: 0 })
      estate.set(sick, { down: false, latency: 0, garbage: false, failRate: 0, window: 'off' })
      await calm(() => ask(personas[0]?.nationalId ?? '', WHOLE))
    }
  },
)

test('a request whose own time ends before its systems have answered tells which places it does not know', async () => {
  const { estate, ask } = await openGatewayOver(SYSTEMS, {
    environment: { PANJAREH_DEADLINE: '1500ms' },
  })
  const known = await truths(ask)
  estate.set('rahvar-licence', { latency: 600_000 })
  estate.set('nocr-person', { latency: 600_000 })
  const answers = await everybody(ask, known)
  expect(answers.flatMap(({ wrong }) => wrong)).toEqual([])
  for (const { received } of answers) expect(received.status).toBe(200)
  const codes = answers.flatMap(({ received }) =>
    received.errors.map(({ extensions }) => extensions?.['code']),
  )
  expect(new Set(codes)).toContain('SYSTEM_TIMEOUT')
})

test('a request whose time ends before its plan is refused as a whole, with a status and without data', async () => {
  const { ask } = await openGatewayOver(['post-gnaf', 'nocr-person'], {
    environment: { PANJAREH_DEADLINE: '1ms' },
  })
  const { status, data, errors } = await ask(personas[0]?.nationalId ?? '', PARTS[2] ?? '')
  expect({ status, data, codes: errors.map(({ extensions }) => extensions?.['code']) }).toEqual({
    status: 504,
    data: undefined,
    codes: ['SYSTEM_TIMEOUT'],
  })
})

test.each<[string, unknown, readonly (readonly (string | number)[])[], readonly string[]]>([
  ['the truth', { me: { a: 1, b: [{ c: 2 }] } }, [], []],
  ['another value', { me: { a: 2, b: [{ c: 2 }] } }, [], ['me.a']],
  ['a silent null', { me: null }, [], ['me']],
  ['a null told elsewhere', { me: { a: null, b: [{ c: 2 }] } }, [['me', 'b']], ['me.a']],
  ['a null told here', { me: { a: null, b: [{ c: 2 }] } }, [['me', 'a']], []],
  ['a null told below', { me: { a: 1, b: null } }, [['me', 'b', 0, 'c']], []],
  ['a null told of nothing', { me: null }, [[]], ['me']],
  ['a list cut short', { me: { a: 1, b: [] } }, [], ['me.b']],
])('what is untrue: %s', (_, data, paths, wrong) => {
  const errors = paths.map((path) => ({ message: '', path }))
  expect(untrue({ status: 200, data, errors }, { me: { a: 1, b: [{ c: 2 }] } })).toEqual(wrong)
})
