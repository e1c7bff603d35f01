// One suite for both stores of sessions. Valkey is a real server where one is installed; else a double (test/support/valkey.ts).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { DEFAULT_LIMITS } from '../../../portal/server/options.ts'
import { MemorySessions } from '../../../portal/server/session/memory-sessions.ts'
import { RecordSeal } from '../../../portal/server/session/record-seal.ts'
import { MOST_OF_ONE, type SessionStore } from '../../../portal/server/session/session-store.ts'
import type { SignedIn } from '../../../portal/server/session/signed-in.ts'
import { ValkeyLink } from '../../../portal/server/session/valkey-link.ts'
import { ValkeySessions } from '../../../portal/server/session/valkey-sessions.ts'
import { startValkey, type TestValkey } from '../../support/valkey.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const quiet = { info() {}, warn() {}, error() {} }

let valkey: TestValkey
let nowMs = 0
/** Each copy hears of the ends that it tells, too. */
let ended = new Set<string>()
const here = new Set<string>()

beforeAll(async () => {
  valkey = await startValkey()
})
afterAll(() => valkey.close())
beforeEach(() => {
  nowMs = Date.now()
  ended = new Set()
  here.clear()
})

const options = () => ({
  limits: DEFAULT_LIMITS,
  now: () => nowMs,
  onEnd: (id: string) => void ended.add(id),
})

interface Place {
  readonly clientId?: string
  readonly secret?: Uint8Array
  readonly withinMs?: number
  readonly onEnd?: (id: string) => void
}

/** What a test leaves behind is another's person and session. */
let turn = 0
const links: ValkeyLink[] = []
afterEach(() => {
  turn += 1
  for (const link of links.splice(0)) link.close()
})

async function openValkey({
  clientId = 'portal',
  secret = new Uint8Array(32).fill(7),
  withinMs = 5_000,
  onEnd = options().onEnd,
}: Place = {}) {
  const link = new ValkeyLink({ url: valkey.url, withinMs, log: quiet })
  links.push(link)
  await expect.poll(() => link.isUp()).toBe(true)
  const seal = new RecordSeal(secret)
  const store = new ValkeySessions({
    ...options(),
    onEnd,
    clientId,
    link,
    seal,
    openHere: () => here,
  })
  return { link, seal, store }
}

function person(subject = `person-${turn}`, sid: string | undefined = `sid-${turn}`): SignedIn {
  return {
    accessToken: 'access-1',
    accessEndsAtMs: nowMs + 300_000,
    renewedAtMs: nowMs,
    refreshToken: 'refresh-1',
    idToken: 'id',
    subject,
    sid,
    person: { name: 'سارا', kind: 'citizen', roles: [], purposes: [], acr: 'low', authTime: 1 },
    csrf: 'csrf',
    dpopKey: undefined,
    beganAtMs: nowMs,
  }
}

const KINDS: readonly (readonly [string, () => Promise<SessionStore>])[] = [
  ['memory', async () => new MemorySessions(options())],
  ['Valkey', async () => (await openValkey()).store],
]

describe.each(KINDS)('sessions in %s', (_name, open) => {
  let store: SessionStore
  beforeEach(async () => {
    store = await open()
  })
  const isLive = async (id: string) => (await store.read(id)) !== undefined

  it('are read as they were opened', async () => {
    const signedIn = { ...person(), dpopKey: undefined }
    await store.open('a', signedIn)
    expect(await store.read('a')).toEqual({
      signedIn,
      idleEndsAtMs: nowMs + 15 * MINUTE,
      endsAtMs: nowMs + 10 * HOUR,
    })
    expect(await isLive('b')).toBe(false)
  })

  it('end after 15 minutes without a sign of the person', async () => {
    const signedIn = person()
    await store.open('a', signedIn)
    nowMs += 14 * MINUTE
    await store.extend('a', signedIn)
    nowMs += 14 * MINUTE
    expect(await isLive('a')).toBe(true)
    nowMs += MINUTE
    expect(await isLive('a')).toBe(false)
  })

  it('end 10 hours after the sign-in, whatever the person does', async () => {
    const signedIn = person()
    await store.open('a', signedIn)
    for (let minutes = 0; minutes < 600; minutes += 10) {
      expect(await isLive('a')).toBe(true)
      nowMs += 10 * MINUTE
      await store.extend('a', signedIn)
    }
    expect(await isLive('a')).toBe(false)
  })

  it('keep new tokens, and do not come back by them', async () => {
    const renewed = { ...person(), accessToken: 'access-2', refreshToken: 'refresh-2' }
    await store.open('a', person())
    await store.renew('a', renewed)
    expect((await store.read('a'))?.signedIn).toEqual(renewed)
    await store.end('a')
    await store.renew('a', renewed)
    await store.extend('a', renewed)
    expect([await isLive('a'), [...ended]]).toEqual([false, ['a']])
  })

  it('end by their sid, and nobody else’s', async () => {
    await store.open('a', person('p', 's'))
    await store.open('b', person('p', 's'))
    await store.open('c', person('p', 'other'))
    await store.open('d', person('q', 'third'))
    expect(await store.endAll({ sid: 's', subject: 'q' })).toBe(0)
    expect(await isLive('a')).toBe(true)
    expect(await store.endAll({ sid: 's', subject: 'p' })).toBe(2)
    expect(await store.endAll({ sid: 's' })).toBe(0)
    const live = await Promise.all(['a', 'b', 'c', 'd'].map(isLive))
    expect([live, [...ended].toSorted()]).toEqual([
      [false, false, true, true],
      ['a', 'b'],
    ])
    expect(await store.endAll({ subject: 'p' })).toBe(1)
    expect(await Promise.all([isLive('c'), isLive('d')])).toEqual([false, true])
    await store.endAll({ subject: 'q' })
  })

  it('end by their sid alone', async () => {
    await store.open('a', person())
    expect(await store.endAll({ sid: `sid-${turn}` })).toBe(1)
    expect(await isLive('a')).toBe(false)
  })

  it('are few of one person: who signs in without end sends nobody else away', async () => {
    await store.open('other', person('somebody else', 'else'))
    for (let index = 0; index < MOST_OF_ONE + 20; index += 1) {
      nowMs += 1
      await store.open(`own ${index}`, person())
    }
    expect([await isLive('other'), await isLive('own 19'), await isLive('own 20')]).toEqual([
      true,
      false,
      true,
    ])
    expect([...ended].filter((id) => id.startsWith('own')).length).toBe(20)
  })

  it('that have ended take nobody’s place', async () => {
    await store.open('at another browser', person())
    for (let index = 0; index <= MOST_OF_ONE; index += 1) {
      nowMs += 1
      await store.open(`own ${index}`, person())
      await store.end(`own ${index}`)
    }
    expect(await isLive('at another browser')).toBe(true)
  })

  it('hold no session that nobody opened', async () => {
    await store.extend('stranger', person())
    await store.renew('stranger', person())
    expect(await isLive('stranger')).toBe(false)
  })

  it('end with their streams when they are over by time', async () => {
    await store.open('a', person())
    here.add('a')
    nowMs += 15 * MINUTE
    await store.sweep()
    expect([...ended]).toEqual(['a'])
  })
})

describe('sessions in memory', () => {
  it('are so many and no more; the one longest unused gives way', async () => {
    const store = new MemorySessions({ ...options(), limits: { ...DEFAULT_LIMITS, sessions: 2 } })
    await store.open('a', person('1', '1'))
    await store.open('b', person('2', '2'))
    await store.extend('a')
    await store.open('c', person('3', '3'))
    const subjects = await Promise.all(['a', 'b', 'c'].map((id) => store.read(id)))
    expect(subjects.map((session) => session?.signedIn.subject)).toEqual(['1', undefined, '3'])
    expect(store.size).toBe(2)
  })

  it('forget by themselves what is over', async () => {
    const store = new MemorySessions(options())
    await store.open('a', person())
    nowMs += DEFAULT_LIMITS.idleMs + 1
    await store.open('b', person())
    expect([store.size, [...ended]]).toEqual([1, ['a']])
  })
})

const keysOf = (client: string, kind: string) => `panjareh:portal:${client}:${kind}`

/** Name in the store of the session `id` of the portal. */
const nameOf = (seal: RecordSeal, id: string) =>
  `${keysOf('portal', 'session')}:${seal.nameOf(`session ${id}`)}`

describe('sessions in Valkey', () => {
  it('are kept no longer than they may live, idle or in any case', async () => {
    const { store, seal, link } = await openValkey()
    const signedIn = person()
    await store.open('a', signedIn)
    const left = () => link.ask((client) => client.pTTL(nameOf(seal, 'a')))
    expect(await left()).toBeGreaterThan(14 * MINUTE)
    expect(await left()).toBeLessThanOrEqual(15 * MINUTE)
    nowMs += 10 * HOUR - 4 * MINUTE
    await store.extend('a', signedIn)
    expect(await left()).toBeGreaterThan(3 * MINUTE)
    expect(await left()).toBeLessThanOrEqual(4 * MINUTE)
  })

  it('are the same at every copy, and over at every copy', async () => {
    const [one, other] = [await openValkey(), await openValkey()]
    await one.store.open('a', person())
    expect((await other.store.read('a'))?.signedIn).toEqual(person())
    await one.store.end('a')
    expect(await other.store.read('a')).toBeUndefined()
  })

  it('are told to be over to all copies, by a copy only', async () => {
    const heard: string[] = []
    const one = await openValkey()
    await openValkey({ onEnd: (id) => void heard.push(id) })
    const channel = keysOf('portal', 'ended')
    const said = await one.seal.close('["moved"]', 'another name')
    // What is said before the other listens is said to nobody.
    await expect
      .poll(async () => {
        for (const text of ['["forged"]', said]) {
          await one.link.ask((client) => client.publish(channel, text))
        }
        await one.store.open('a', person())
        await one.store.end('a')
        return heard.length
      })
      .toBeGreaterThan(0)
    expect(new Set(heard)).toEqual(new Set(['a']))
  })

  it('say nothing to who reads the store', async () => {
    const { store, seal, link } = await openValkey()
    const signedIn = person('0071234567', 'session-at-the-sign-on')
    await store.open('the-id-in-the-cookie', signedIn)
    const name = nameOf(seal, 'the-id-in-the-cookie')
    const text = String(await link.ask((client) => client.get(name)))
    expect(text).toMatch(/^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/)
    const all = `${name}${text}${Buffer.from(text, 'base64url').toString('latin1')}`
    for (const secret of ['0071234567', 'session-at', 'the-id', 'refresh-1', 'csrf']) {
      expect(all).not.toContain(secret)
    }
    await store.end('the-id-in-the-cookie')
  })

  it.each<readonly [string, (value: string) => string]>([
    [
      'a changed sign',
      (value) => `${value.slice(0, -6)}${value.at(-6) === 'A' ? 'B' : 'A'}${value.slice(-5)}`,
    ],
    ['nothing', () => ''],
    ['no JWE', () => '{"id":"a"}'],
    ['only its head', (value) => value.split('.').slice(0, 3).join('.')],
    [
      'another algorithm',
      (value) =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}${value.slice(value.indexOf('.'))}`,
    ],
  ])('are none when the store has %s in their place', async (_title, change) => {
    const { store, seal, link } = await openValkey()
    await store.open('a', person())
    const name = nameOf(seal, 'a')
    const value = String(await link.ask((client) => client.get(name)))
    await link.ask((client) =>
      client.set(name, change(value), { expiration: { type: 'PX', value: MINUTE } }),
    )
    expect(await store.read('a')).toBeUndefined()
    await link.ask((client) =>
      client.set(name, value, { expiration: { type: 'PX', value: MINUTE } }),
    )
    expect(await store.read('a')).toBeDefined()
  })

  it('do not open under another’s name, for another client, or with another secret', async () => {
    const { store, seal, link } = await openValkey()
    await store.open('mine', person('me', 'my-sid'))
    await store.open('yours', person('you', 'your-sid'))
    const [mine, yours] = [nameOf(seal, 'mine'), nameOf(seal, 'yours')]
    const value = String(await link.ask((client) => client.get(yours)))
    const lasting = { expiration: { type: 'PX', value: MINUTE } } as const
    await link.ask((client) => client.set(mine, value, lasting))
    expect(await store.read('mine')).toBeUndefined()
    expect((await store.read('yours'))?.signedIn.subject).toBe('you')
    const console = await openValkey({ clientId: 'console' })
    const there = yours.replace(':portal:portal:', ':portal:console:')
    await console.store.open('yours', person('you', 'your-sid'))
    await link.ask((client) => client.set(there, value, lasting))
    expect(await console.store.read('yours')).toBeUndefined()
    const stranger = await openValkey({ secret: new Uint8Array(32).fill(8) })
    const asNamed = nameOf(stranger.seal, 'yours')
    await link.ask((client) => client.set(asNamed, value, lasting))
    expect(await stranger.store.read('yours')).toBeUndefined()
    expect(await store.endAll({ subject: 'you' })).toBe(1)
  })

  it('of a version that knew another form are none', async () => {
    const { store, seal, link } = await openValkey()
    const name = nameOf(seal, 'a')
    await store.open('a', person())
    const old = await seal.close(JSON.stringify({ id: 'a', signedIn: { subject: 'x' } }), name)
    await link.ask((client) => client.set(name, old, { expiration: { type: 'PX', value: MINUTE } }))
    expect(await store.read('a')).toBeUndefined()
  })

  it.each(['sign-on', 'person'])(
    'are over when the store has thrown away by what a sign-out finds them: %s',
    async (kind) => {
      const { store, seal, link } = await openValkey()
      await store.open('a', person())
      const text = kind === 'person' ? `person person-${turn}` : `sign-on sid-${turn}`
      await link.ask((client) => client.del(`${keysOf('portal', kind)}:${seal.nameOf(text)}`))
      expect(await store.read('a')).toBeUndefined()
    },
  )

  it('are not opened any more when the sign-on has ended them on the way', async () => {
    const { store } = await openValkey()
    expect(await store.endAll({ sid: `sid-${turn}`, subject: `person-${turn}` })).toBe(0)
    await expect(store.open('a', person())).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' })
    expect(await store.read('a')).toBeUndefined()
  })

  it('are renewed by one copy at a time, which alone gives its turn back', async () => {
    const [one, other] = [await openValkey(), await openValkey()]
    await one.store.open('a', person())
    const first = await one.store.turn('a', MINUTE)
    expect(await other.store.turn('a', MINUTE)).toBeUndefined()
    await first?.release()
    const second = await other.store.turn('a', MINUTE)
    expect(second).toBeDefined()
    // Late, from a copy whose lease was over: it takes nothing away from who has it now.
    await first?.release()
    expect(await one.store.turn('a', MINUTE)).toBeUndefined()
    await second?.release()
  })

  it('end also in a store that is full, and are used there', async () => {
    const { store, link } = await openValkey()
    await store.open('a', person())
    await store.open('b', person('another', 'another'))
    await link.ask((client) => client.configSet('maxmemory', '1'))
    try {
      await store.extend('a', person())
      expect(await store.read('a')).toBeDefined()
      expect(await store.endAll({ sid: `sid-${turn}` })).toBe(1)
      expect(await store.read('a')).toBeUndefined()
      await store.end('b')
      expect(await store.read('b')).toBeUndefined()
    } finally {
      await link.ask((client) => client.configSet('maxmemory', '0'))
    }
  })

  it('are not left when they were opened too late to be told', async () => {
    const { store, link } = await openValkey({ withinMs: 100 })
    valkey.pause()
    try {
      await expect(store.open('a', person())).rejects.toMatchObject({
        code: 'SESSIONS_UNAVAILABLE',
      })
    } finally {
      valkey.resume()
    }
    // Carried out after what was given up.
    await expect.poll(() => link.isUp()).toBe(true)
    expect(await store.read('a')).toBeUndefined()
  })

  it('of which nobody knows any more whether they are alive end their streams', async () => {
    const { store } = await openValkey()
    await store.open('a', person())
    const { store: impatient } = await openValkey({ withinMs: 100 })
    here.add('a')
    valkey.pause()
    try {
      for (const stillOpen of [false, false, true]) {
        await impatient.sweep()
        expect(ended.has('a')).toBe(stillOpen)
      }
    } finally {
      valkey.resume()
    }
    ended.clear()
    await store.sweep()
    expect([ended.has('a'), (await store.read('a')) === undefined]).toEqual([false, false])
  })

  it('are looked at again when the channel stands while a look is under way', async () => {
    const { link, seal } = await openValkey()
    const hear = vi.spyOn(link, 'hear').mockImplementation(() => {})
    const looks: number[] = []
    function* openHere() {
      yield 'a'
      if (looks.push(nowMs) > 1) return
      nowMs += HOUR
      hear.mock.calls[0]?.[2]()
    }
    const store = new ValkeySessions({ ...options(), clientId: 'portal', link, seal, openHere })
    await store.open('a', person())
    await store.sweep()
    expect([looks.length, ended.has('a')]).toEqual([2, true])
  })

  it('are renewed by another when who had the turn is gone', async () => {
    const [one, other] = [await openValkey(), await openValkey()]
    await one.store.turn('a', 50)
    await expect.poll(() => other.store.turn('a', MINUTE)).toBeDefined()
  })
})
