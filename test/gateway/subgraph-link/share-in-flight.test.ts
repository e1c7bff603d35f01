import { afterEach, expect, test } from 'vitest'

import { type Begin, SharedCalls } from '../../../gateway/subgraph-link/share-in-flight.ts'
import type { Answer } from '../../../schema/context.ts'
import { call, json, type Received, remote, serveHttp } from '../support/remote.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

/** A subgraph that answers each call with its number, when told to. */
async function held() {
  const waiting: Received[] = []
  const served = await serveHttp((one) => waiting.push(one))
  const link = remote(served.url, { shareReads: true })
  open.push(served, { close: async () => void link.close() })
  let count = 0
  const release = () => {
    for (const { response } of waiting.splice(0)) json(response, { data: { n: (count += 1) } })
  }
  return { link, release, ...served }
}

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions?.['code']
const texts = (name: string) => [{ variable: 'r', texts: [`{"id":"${name}"}`], values: () => [] }]

test('equal reads in flight are one call, and are counted as shared', async () => {
  const { link, release, arrived, received } = await held()
  const tally = { fetches: 0, shared: 0 }
  const requests = Array.from({ length: 3 }, (_, index) =>
    call('{ a }', { requestId: `r${index}`, tally }, { variables: { x: 1 } }),
  )
  const answers = requests.map((request) => link.send(request))
  await arrived(1)
  release()
  expect(await Promise.all(answers)).toEqual([
    { data: { n: 1 } },
    { data: { n: 1 } },
    { data: { n: 1 } },
  ])
  expect(tally.shared).toBe(2)
  const later = link.send(call('{ a }', { tally }, { variables: { x: 1 } }))
  await arrived(2)
  release()
  expect(await later).toEqual({ data: { n: 2 } })
  expect(received).toHaveLength(2)
})

test.each<[string, Parameters<typeof call>, Parameters<typeof call>]>([
  ['texts', ['{ a }'], ['{ b }']],
  ['variables', ['{ a }', {}, { variables: { x: 1 } }], ['{ a }', {}, { variables: { x: '1' } }]],
  [
    'objects',
    ['{ a }', {}, { representations: texts('1') }],
    ['{ a }', {}, { representations: texts('2') }],
  ],
  [
    'values of a header',
    ['{ a }', { headers: { authorization: 'Bearer 1' } }],
    ['{ a }', { headers: { authorization: 'Bearer 2' } }],
  ],
  ['headers', ['{ a }', { headers: { x: '1' } }], ['{ a }', { headers: { y: '1' } }]],
  ['headers and none', ['{ a }', { headers: { x: '1' } }], ['{ a }', {}]],
  ['numbers of mutation', ['mutation { a }'], ['mutation { a }']],
])('calls of different %s are not shared', async (_, first, second) => {
  const { link, release, arrived } = await held()
  const answers = [link.send(call(...first)), link.send(call(...second))]
  await arrived(2)
  release()
  expect(await Promise.all(answers)).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }])
})

test('what is read after a change is not what was asked before it', async () => {
  const { link, arrived, received } = await held()
  const before = link.send(call('{ a }'))
  await arrived(1)
  const change = link.send(call('mutation { a }'))
  await arrived(2)
  const during = link.send(call('{ a }'))
  json(received[1]?.response ?? expect.fail(), { data: {} })
  await change
  const after = link.send(call('{ a }'))
  await arrived(3)
  json(received[2]?.response ?? expect.fail(), { data: { n: 'new' } })
  expect(await after).toEqual({ data: { n: 'new' } })
  json(received[0]?.response ?? expect.fail(), { data: { n: 'old' } })
  expect([await before, await during]).toEqual([{ data: { n: 'old' } }, { data: { n: 'old' } }])
})

test('the first to ask may leave without harm to the others', async () => {
  const { link, release, arrived, received } = await held()
  const gone = new AbortController()
  const first = link.send(call('{ a }', { signal: gone.signal }))
  const second = link.send(call('{ a }'))
  await arrived(1)
  gone.abort()
  expect(codeOf(await first)).toBe('SYSTEM_TIMEOUT')
  release()
  expect(await second).toEqual({ data: { n: 1 } })
  expect(received).toHaveLength(1)
})

test('when all have left the call is ended, and who comes later begins another', async () => {
  const { link, release, arrived, received } = await held()
  const requests = [new AbortController(), new AbortController()]
  const answers = requests.map(({ signal }) => link.send(call('{ a }', { signal })))
  await arrived(1)
  const closed = new Promise((resolve) => received[0]?.request.socket.once('close', resolve))
  requests[0]?.abort()
  requests[1]?.abort()
  expect((await Promise.all(answers)).map(codeOf)).toEqual(['SYSTEM_TIMEOUT', 'SYSTEM_TIMEOUT'])
  await closed
  const later = link.send(call('{ a }'))
  await arrived(2)
  release()
  expect((await later).data).toMatchObject({ n: 2 })
})

test('a failure is everybody’s', async () => {
  const { link, arrived, received } = await held()
  const answers = [link.send(call()), link.send(call())]
  await arrived(1)
  received[0]?.response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
  expect((await Promise.all(answers)).map(codeOf)).toEqual([
    'SYSTEM_REPLY_INVALID',
    'SYSTEM_REPLY_INVALID',
  ])
  expect(received).toHaveLength(1)
})

/** A call that a test ends by hand. */
function calls() {
  const begun: { done: (result: string) => void; cancelled: boolean }[] = []
  const begin: Begin<string> = (done) => {
    const one = { done, cancelled: false }
    begun.push(one)
    return () => (one.cancelled = true)
  }
  return { begun, begin }
}

test('an old call takes nobody in, and its end does not touch the new one', () => {
  const { begun, begin } = calls()
  const shared = new SharedCalls<string>(0)
  const results: string[] = []
  const first = shared.join('k', begin, (result) => results.push(`1 ${result}`))
  const second = shared.join('k', begin, (result) => results.push(`2 ${result}`))
  expect([first.shared, second.shared]).toEqual([false, false])
  begun[0]?.done('old')
  begun[1]?.done('new')
  expect(results).toEqual(['1 old', '2 new'])
})

test('who left is not told, and leaving twice ends nothing', () => {
  const { begun, begin } = calls()
  const shared = new SharedCalls<string>(1000)
  const results: string[] = []
  const first = shared.join('k', begin, () => results.push('first'))
  shared.join('k', begin, (result) => results.push(`second ${result}`))
  first.leave()
  first.leave()
  expect(begun).toMatchObject([{ cancelled: false }])
  begun[0]?.done('x')
  expect(results).toEqual(['second x'])
})

const atOnce: Begin<string> = (done) => {
  done('at once')
  return () => {}
}

test('a call that ends at once is nobody’s to join', () => {
  const shared = new SharedCalls<string>(1000)
  const results: string[] = []
  shared.join('k', atOnce, (result) => results.push(result))
  const next = shared.join('k', atOnce, (result) => results.push(result))
  expect(next.shared).toBe(false)
  expect(results).toEqual(['at once', 'at once'])
})
