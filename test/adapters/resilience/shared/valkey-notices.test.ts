// Against a real server where one is installed; else against a double (test/support/valkey.ts).

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Seal } from '../../../../adapters/resilience/shared/seal.ts'
import type { Notices, SharedStore } from '../../../../adapters/resilience/shared/shared-state.ts'
import { ValkeyNotices } from '../../../../adapters/resilience/shared/valkey-notices.ts'
import { openValkey } from '../../../../adapters/resilience/shared/valkey-store.ts'
import { eventually } from '../../../support/eventually.ts'
import { startValkey, type TestValkey } from '../../../support/valkey.ts'

const SECRET = new Uint8Array(32).fill(7)
const log = { info: () => {}, warn: () => {}, error: () => {} }

let valkey: TestValkey
let stores: SharedStore[] = []
beforeEach(async () => {
  stores = []
  valkey = await startValkey()
})
afterEach(async () => {
  await Promise.all(stores.map((each) => each.close()))
  await valkey.close()
})

function copy({ secret = SECRET, keptMs = 60_000 } = {}): Notices & { readonly got: string[] } {
  const store = openValkey({ url: valkey.url, secret, log })
  stores.push(store)
  const notices = store.notices('endings', keptMs)
  const got: string[] = []
  notices.heard((text) => got.push(text))
  return { tell: (text) => notices.tell(text), heard: (one) => notices.heard(one), got }
}

test('what one copy tells the others hear at once', async () => {
  const [one, two] = [copy(), copy()]
  one.tell('session a')
  await eventually(() => expect(two.got).toContain('session a'))
})

test('a copy that comes later hears of it, too', async () => {
  const one = copy()
  one.tell('session a')
  await eventually(() => expect(one.got).toContain('session a'))
  const late = copy()
  await eventually(() => expect(late.got).toContain('session a'))
})

test('what was told while the store was gone is told when it is back', async () => {
  const [one, two] = [copy(), copy()]
  one.tell('before')
  await eventually(() => expect(two.got).toContain('before'))
  const { port } = valkey
  await valkey.close()
  one.tell('meanwhile')
  valkey = await startValkey(port)
  await eventually(() => expect(two.got).toContain('meanwhile'))
})

test('nobody without the secret is heard, or can read what is told', async () => {
  const [one, two] = [copy(), copy()]
  const stranger = copy({ secret: new Uint8Array(32).fill(8) })
  stranger.tell('session b')
  one.tell('session a')
  await eventually(() => expect(two.got).toContain('session a'))
  expect(two.got).not.toContain('session b')
  expect(stranger.got).not.toContain('session a')
})

test('what was told while the channel was being asked for is heard as soon as it stands', async () => {
  const members: string[] = []
  const client = {
    isReady: true,
    zAdd: async (_key: string, { value }: { value: string }) => members.push(value),
    zRangeByScore: async () => [...members],
    zRemRangeByScore: async () => 0,
    publish: async () => 0,
  }
  const standing = vi.fn<(stands: () => void) => void>()
  const channels = {
    hear: (_name: string, _heard: unknown, stands: () => void) => standing(stands),
  }
  const options = { client, seal: new Seal(SECRET), name: 'endings', keptMs: 60_000, now: Date.now }
  const late = new ValkeyNotices({ ...options, channels })
  const got: string[] = []
  late.heard((text) => got.push(text))
  await new Promise(setImmediate)
  const one = new ValkeyNotices({ ...options, channels: { hear: () => {} } })
  one.tell('session a')
  await new Promise(setImmediate)
  expect(got).toEqual([])
  standing.mock.calls[0]![0]()
  await eventually(() => expect(got).toEqual(['session a']))
  late.close()
  one.close()
})
