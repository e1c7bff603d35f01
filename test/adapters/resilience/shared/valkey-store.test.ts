// Against a real server where one is installed; else against a double (test/support/valkey.ts).

import { once } from 'node:events'
import { connect, createServer } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type {
  SharedState,
  SharedStore,
} from '../../../../adapters/resilience/shared/shared-state.ts'
import { openValkey } from '../../../../adapters/resilience/shared/valkey-store.ts'
import { eventually } from '../../../support/eventually.ts'
import { livedTime } from '../../../support/lived-time.ts'
import { startValkey, type TestValkey } from '../../../support/valkey.ts'

const SECRET = new Uint8Array(32).fill(7)
const WAY_TOO_LONG_MS = 1_000

let valkey: TestValkey
let copies: SharedStore[] = []
const said: string[] = []
const log = {
  info: (_: object, text: string) => void said.push(text),
  warn: (_: object, text: string) => void said.push(text),
  error: (_: object, text: string) => void said.push(text),
}

beforeEach(async () => {
  said.length = 0
  copies = []
  valkey = await startValkey()
})
afterEach(async () => {
  await Promise.all(copies.map((each) => each.close()))
  await valkey.close()
})

/** A copy of the gateway that is connected, and its part for one system. It is patient, but where that is what is tested. */
async function copy({
  system = 'sys',
  secret = SECRET,
  withinMs = 10_000,
} = {}): Promise<SharedState> {
  const store = openValkey({ url: valkey.url, secret, log, withinMs })
  copies.push(store)
  const state = store.of(system)
  const probe = crypto.randomUUID()
  await eventually(async () => {
    state.keep(probe, { text: 'x', askedAt: Date.now() + 1_000 }, 1_000)
    expect(await state.read(probe)).toBeDefined()
  })
  return state
}

const kept = (text: string, askedAt = Date.now()) => ({ text, askedAt })

describe('an answer', () => {
  test('that one copy keeps is read by another', async () => {
    const [one, two] = [await copy(), await copy()]
    one.keep('n', kept('سلام'), 60_000)
    await eventually(async () => expect(await two.read('n')).toMatchObject({ text: 'سلام' }))
  })

  test('is not read under another name, by another system or with another secret', async () => {
    const one = await copy()
    one.keep('n', kept('x'), 60_000)
    await eventually(async () => expect(await one.read('n')).toBeDefined())
    expect(await one.read('m')).toBeUndefined()
    expect(await (await copy({ system: 'other' })).read('n')).toBeUndefined()
    const stranger = await copy({ secret: new Uint8Array(32).fill(8) })
    expect(await stranger.read('n')).toBeUndefined()
  })

  test('is gone after its time', async () => {
    const one = await copy()
    one.keep('n', kept('x'), 50)
    await new Promise((resolve) => setTimeout(resolve, 120))
    expect(await one.read('n')).toBeUndefined()
  })

  test('of before the last write is not given', async () => {
    const [one, two] = [await copy(), await copy()]
    const wroteAt = Date.now()
    one.keep('old', kept('x', wroteAt - 1), 60_000)
    one.keep('new', kept('x', wroteAt + 1), 60_000)
    two.wrote(wroteAt, 60_000)
    await eventually(async () => {
      expect(await one.read('old')).toBeUndefined()
      expect(await one.read('new')).toBeDefined()
    })
  })
})

describe('turns', () => {
  test('are those of all copies together', async () => {
    const [one, two] = [await copy(), await copy()]
    const rate = { calls: 3, perMs: 60_000, mostMs: 0 }
    const turns = [await one.turn(rate), await two.turn(rate), await one.turn(rate)]
    expect(turns).toEqual([0, 0, 0])
    expect(await two.turn(rate)).toBe('refused')
  })

  test('that are waited for are taken one after another', async () => {
    const one = await copy()
    const rate = { calls: 1, perMs: 3_600_000, mostMs: 36_000_000 }
    expect(await one.turn(rate)).toBe(0)
    const [second, third] = [await one.turn(rate), await one.turn(rate)]
    expect(Number(second)).toBeGreaterThan(3_500_000)
    expect(Number(third)).toBeGreaterThan(7_100_000)
  })
})

describe('news', () => {
  test('reach the other copies of that system, not the teller', async () => {
    const [one, two, other] = [await copy(), await copy(), await copy({ system: 'other' })]
    const heard: string[] = []
    for (const [name, state] of Object.entries({ one, two, other })) {
      state.heard((news) => heard.push(`${name} ${news.kind}`))
    }
    await eventually(() => {
      one.tell({ kind: 'opened', until: 1 })
      expect(heard).toContain('two opened')
    })
    expect(new Set(heard)).toEqual(new Set(['two opened']))
  })
})

const first = (store: SharedStore, id: string, kind = 'proof', keptMs = 60_000) =>
  store.isFirstUse(kind, id, keptMs)

/** Of copies with these secrets. */
async function stores(...secrets: (typeof SECRET)[]): Promise<readonly SharedStore[]> {
  for (const secret of secrets) await copy({ secret, withinMs: 1_000 })
  // While they were not connected, that was said, too.
  said.length = 0
  return copies
}

describe('a use', () => {
  test('is the first one at one copy only, however many say it at once', async () => {
    const all = await stores(SECRET, SECRET, SECRET)
    for (let turn = 0; turn < 50; turn += 1) {
      const answers = await Promise.all([...all, ...all].map((each) => first(each, `id ${turn}`)))
      expect(answers.filter((isFirst) => isFirst === true)).toHaveLength(1)
      expect(answers.filter((isFirst) => isFirst === false)).toHaveLength(5)
    }
  })

  test('is not that of another kind, or of copies with another secret', async () => {
    const [one, stranger] = await stores(SECRET, new Uint8Array(32).fill(8))
    expect(await first(one!, 'id')).toBe(true)
    expect(await first(one!, 'id', 'other')).toBe(true)
    expect(await first(stranger!, 'id')).toBe(true)
    expect(await first(one!, 'id')).toBe(false)
  })

  test('is forgotten after its time', async () => {
    const [one] = await stores(SECRET)
    expect(await first(one!, 'id', 'proof', 50)).toBe(true)
    await eventually(async () => expect(await first(one!, 'id', 'proof', 50)).toBe(true))
  })

  test('is not shown to the store', async () => {
    const sent: Buffer[] = []
    const between = createServer((socket) => {
      const onward = connect(valkey.port, '127.0.0.1')
      socket.on('data', (chunk) => sent.push(Buffer.from(chunk)))
      socket.pipe(onward).pipe(socket)
      for (const end of [socket, onward]) end.on('error', () => undefined)
    }).listen(0, '127.0.0.1')
    await once(between, 'listening')
    const address = between.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const store = openValkey({ url: `redis://127.0.0.1:${port}`, secret: SECRET, log })
    copies.push(store)
    await eventually(async () => expect(await first(store, 'a-thumbprint a-jti')).toBe(false))
    const text = Buffer.concat(sent).toString('latin1')
    expect(text).toContain('panjareh:used:proof:')
    expect(text).not.toMatch(/a-thumbprint|a-jti/)
    between.close()
  })

  test('is known to nobody while the store is gone, and the log says so', async () => {
    const [one] = await stores(SECRET)
    await valkey.close()
    for (let turn = 0; turn < 4; turn += 1) expect(await first(one!, `${turn}`)).toBeUndefined()
    expect(said).toEqual([
      'the shared store does not answer: what was used is known to this copy alone',
    ])
  })

  test('is asked for also while other questions are left alone', async () => {
    const [one] = await stores(SECRET)
    const sys = one!.of('sys')
    // What a store refuses: whoever could bring that about must not make it forget what was used.
    const refused = { calls: 1, perMs: Number.NaN, mostMs: 0 }
    for (let turn = 0; turn < 3; turn += 1) expect(await sys.turn(refused)).toBeUndefined()
    expect(said).toEqual(['the shared store does not answer: this copy goes on alone'])
    expect([await first(one!, 'id'), await first(one!, 'id')]).toEqual([true, false])
  })
})

describe('a store that', () => {
  test('hangs is not waited for, and soon not asked; it is asked again when it is back', async () => {
    const one = await copy({ withinMs: 20 })
    one.keep('n', kept('x'), 60_000)
    await eventually(async () => expect(await one.read('n')).toBeDefined())
    valkey.pause()
    const lived = livedTime()
    for (let n = 0; n < 50; n += 1) expect(await one.read('n')).toBeUndefined()
    // Fifty times its own patience would be a second; after three it is not asked any more.
    expect(lived()).toBeLessThan(WAY_TOO_LONG_MS)
    expect(said).toContain('the shared store does not answer: this copy goes on alone')
    valkey.resume()
    await eventually(async () => expect(await one.read('n')).toBeDefined())
    expect(said.at(-1)).toBe('the shared store answers again')
  })

  test('is gone says nothing, and is found again at the same place', async () => {
    const one = await copy()
    const { port } = valkey
    await valkey.close()
    expect(await one.read('n')).toBeUndefined()
    expect(await one.turn({ calls: 1, perMs: 1_000, mostMs: 0 })).toBeUndefined()
    valkey = await startValkey(port)
    await eventually(async () => {
      one.keep('n', kept('x'), 60_000)
      expect(await one.read('n')).toBeDefined()
    })
  })
})
