import { Type } from 'typebox'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { ServiceError } from '../../../schema/errors.ts'
import { AdminApi } from '../../../subgraphs/sign-on/admin-api.ts'
import { eventually } from '../../support/eventually.ts'
import { type AdminDouble, openAdminDouble, type Reply } from './admin-double.ts'

const SECRET = 'a-secret-that-must-not-leak'
const BODY = { error: 'leaks', errorMessage: 'leaks 0004120371' }

let double: AdminDouble
let api: AdminApi

beforeEach(async () => {
  double = await openAdminDouble()
  api = apiOf(double.url)
})
afterEach(() => double.close())

function apiOf(url: string, timeoutMs = 20_000): AdminApi {
  return new AdminApi({
    url,
    realm: 'gov',
    clientId: 'sign-on-admin',
    secret: SECRET,
    timeoutMs,
  })
}

const read = () =>
  api.read('users', Type.Array(Type.Object({ id: Type.String() })), (admin) => admin.users.find())
const write = () =>
  api.write('update user', (admin) => admin.users.update({ id: 'u1' }, { enabled: false }))

/** Patience is short only with one who never answers, and has a token already. */
async function answerWith(reply: Reply): Promise<void> {
  if (reply.silent) {
    api = apiOf(double.url, 300)
    double.answer = () => ({ body: [] })
    await eventually(read)
  }
  double.answer = () => reply
}

async function thrownBy(work: () => Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ServiceError) return error
  return expect.unreachable('a typed error is thrown')
}

/** All that a log or an answer could show of it. */
function toText(error: ServiceError): string {
  return JSON.stringify(Object.entries(error).concat([['message', error.message]]))
}

test('signs in once for many calls, also when they come together', async () => {
  double.answer = () => ({ body: [] })
  await Promise.all([read(), read(), read()])
  await read()
  expect(double.tokens()).toBe(1)
  expect(double.asked).toHaveLength(4)
})

test('asks again with a new token, once, when the token was refused', async () => {
  double.answer = ({ authorization }) =>
    authorization?.endsWith('.1') ? { status: 401, body: BODY } : { body: [{ id: 'a' }] }
  expect(await read()).toEqual([{ id: 'a' }])
  expect(double.tokens()).toBe(2)
  double.answer = () => ({ status: 401, body: BODY })
  expect((await thrownBy(read)).code).toBe('SYSTEM_REFUSED')
  expect(double.asked).toHaveLength(4)
})

const READS: readonly (readonly [string, Reply, string])[] = [
  ['403', { status: 403, body: BODY }, 'SYSTEM_REFUSED'],
  ['400', { status: 400, body: BODY }, 'SYSTEM_REFUSED'],
  ['429', { status: 429, body: BODY }, 'SYSTEM_BUSY'],
  ['500', { status: 500, body: BODY }, 'SYSTEM_UNAVAILABLE'],
  ['501', { status: 501, body: BODY }, 'SYSTEM_REFUSED'],
  ['503', { status: 503, body: BODY }, 'SYSTEM_UNAVAILABLE'],
  ['a page', { body: '<html>leaks</html>' }, 'SYSTEM_REPLY_INVALID'],
  ['another shape', { body: [{ name: 'leaks' }] }, 'SYSTEM_REPLY_INVALID'],
  ['no answer', { silent: true }, 'SYSTEM_TIMEOUT'],
  ['a broken connection', { broken: true }, 'SYSTEM_UNAVAILABLE'],
]

test.each(READS)(
  'a read that meets %s is typed and tells nothing of it',
  async (_name, reply, code) => {
    await answerWith(reply)
    const error = await thrownBy(read)
    expect(error).toMatchObject({ code, system: 'sign-on', operation: 'users' })
    expect(error.cause).toBeUndefined()
    expect(toText(error)).not.toMatch(/leak|0004120371|127\.0\.0\.1/)
  },
)

const WRITES: readonly (readonly [string, Reply, string])[] = [
  ['404', { status: 404, body: BODY }, 'NOT_FOUND'],
  ['409', { status: 409, body: BODY }, 'CONFLICT'],
  ['400', { status: 400, body: BODY }, 'INPUT_REJECTED'],
  ['403', { status: 403, body: BODY }, 'SYSTEM_REFUSED'],
  ['500', { status: 500, body: BODY }, 'SYSTEM_OUTCOME_UNKNOWN'],
  ['no answer', { silent: true }, 'SYSTEM_OUTCOME_UNKNOWN'],
  ['a broken connection', { broken: true }, 'SYSTEM_OUTCOME_UNKNOWN'],
]

test.each(WRITES)(
  'a change that meets %s is typed and tells nothing of it',
  async (_name, reply, code) => {
    await answerWith(reply)
    const error = await thrownBy(write)
    expect(error.code).toBe(code)
    expect(toText(error)).not.toMatch(/leak|0004120371/)
  },
)

test('what does not exist is undefined', async () => {
  double.answer = () => ({ status: 404, body: BODY })
  expect(await read()).toBeUndefined()
})

test('a change that could not be sent was not done', async () => {
  await double.close()
  expect(await thrownBy(write)).toMatchObject({ code: 'SYSTEM_UNAVAILABLE', notDone: true })
  double = await openAdminDouble()
})

test('a change for which no token was given was not done', async () => {
  double.refuseToken = { status: 401, body: BODY }
  const error = await thrownBy(write)
  expect(error.code).toBe('SYSTEM_REFUSED')
  expect(double.asked).toEqual([])
})

test('the token follows no redirect to another server', async () => {
  const other = await openAdminDouble()
  other.answer = () => ({ body: [] })
  double.answer = () => ({ status: 302, headers: { location: `${other.url}/users` } })
  expect((await thrownBy(read)).code).toBe('SYSTEM_UNAVAILABLE')
  expect(other.asked).toEqual([])
  await other.close()
})

test('one that could not be reached is tried again by the next who asks', async () => {
  double.refuseToken = { status: 503 }
  expect((await thrownBy(read)).code).toBe('SYSTEM_UNAVAILABLE')
  double.refuseToken = undefined
  double.answer = () => ({ body: [] })
  expect(await read()).toEqual([])
})
