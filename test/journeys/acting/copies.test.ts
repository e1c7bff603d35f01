// What becomes of a mandate at one copy is known at another one at once, where they have a store in common. The other one's
// clock stands still: of itself it would look up nothing again.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openValkey } from '../../../adapters/resilience/shared/valkey-store.ts'
import { type Mandates, openMandates } from '../../../subgraphs/mandates/mandates.ts'
import { eventually } from '../../support/eventually.ts'
import { startValkey, type TestValkey } from '../../support/valkey.ts'
import {
  activeMandate,
  CLERK,
  CONFIRM,
  END,
  fieldOf,
  KAVEH,
  KAVEH_ID,
  KAVEH_MOBILE,
  openWorld,
  REQUEST,
  SERVICE,
  type World,
} from './counter.ts'

const SECRET = 'ab'.repeat(32)
const log = { info() {}, warn() {}, error() {} }

const rooms = new AsyncDisposableStack()
let valkey: TestValkey
let world: World
beforeAll(async () => {
  valkey = await startValkey()
  rooms.defer(() => valkey.close())
  world = await openWorld({
    PANJAREH_VALKEY_URL: valkey.url,
    PANJAREH_VALKEY_SECRET: SECRET,
  })
  rooms.defer(() => world.close())
})
afterAll(() => rooms.disposeAsync())

interface Other extends Mandates {
  ahead(ms: number): void
}

async function otherCopy({ isTold }: { readonly isTold: boolean }): Promise<Other> {
  const shared = openValkey({ url: valkey.url, secret: Buffer.from(SECRET, 'hex'), log })
  rooms.defer(() => shared.close())
  const news = isTold ? shared.notices('mandates', 10_000) : undefined
  let at = Date.now()
  const databaseUrl = world.database.url
  const catalogue = { services: new Map() }
  const mandates = await openMandates({ databaseUrl, catalogue, log, news, now: () => at })
  rooms.defer(() => mandates.close())
  return { ...mandates, ahead: (ms) => void (at += ms) }
}

const end = (id: string) => world.ask({ as: KAVEH, query: END, variables: { id } })

test('a mandate that was ended at one copy is none at another', async () => {
  const id = await activeMandate(world)
  const other = await otherCopy({ isTold: true })
  expect(await other.find(id)).toMatchObject({ id })
  expect((await end(id)).codes).toEqual([])
  await eventually(async () => expect(await other.find(id)).toBeUndefined())
})

test('one that was confirmed at one copy is good at another that had found none', async () => {
  const variables = { nationalId: KAVEH_ID, mobile: KAVEH_MOBILE, services: [SERVICE] }
  const { data } = await world.ask({ as: CLERK, query: REQUEST, variables })
  const id = String(fieldOf(data, 'requestCounterMandate', 'id'))
  const other = await otherCopy({ isTold: true })
  expect(await other.find(id)).toBeUndefined()
  const code = world.codeFor(KAVEH_MOBILE)
  await world.ask({ as: CLERK, query: CONFIRM, variables: { id, code } })
  await eventually(async () => expect(await other.find(id)).toMatchObject({ id }))
  await end(id)
})

test('a copy that is not told asks again after three seconds', async () => {
  const id = await activeMandate(world)
  const other = await otherCopy({ isTold: false })
  expect(await other.find(id)).toMatchObject({ id })
  await end(id)
  other.ahead(2_999)
  expect(await other.find(id)).toMatchObject({ id })
  other.ahead(1)
  expect(await other.find(id)).toBeUndefined()
})
