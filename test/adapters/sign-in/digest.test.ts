import { createHash } from 'node:crypto'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { ExchangeRequest, Transport } from '../../../adapters/adapter.ts'
import { chooseChallenge, parseFields } from '../../../adapters/sign-in/challenge.ts'
import { answerChallenge, withDigest } from '../../../adapters/sign-in/digest.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { callContext, everythingOf, type Received, serve, type WireAnswer } from '../wire.ts'

const GET: ExchangeRequest = { method: 'GET', path: '/x?q=1', headers: {}, query: 'k=v' }
const REALM = 'http-auth@example.org'

/** RFC 7616 §3.9.1, both headers and both answers. */
describe('the example of RFC 7616', () => {
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
  const request = {
    method: 'GET',
    target: '/dir/index.html',
    count: 1,
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  }
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('is answered in %s', (algorithm, response) => {
    const header = `Digest realm="${REALM}", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
    const challenge = chooseChallenge(header)
    if (challenge === undefined) throw new TypeError('no challenge')
    const answer = answerChallenge(
      challenge,
      { user: 'Mufasa', password: 'Circle of Life' },
      request,
    )
    expect(Object.fromEntries(parseFields(answer.slice(7)))).toEqual({
      username: 'Mufasa',
      realm: REALM,
      nonce,
      uri: '/dir/index.html',
      algorithm,
      opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
      qop: 'auth',
      nc: '00000001',
      cnonce: request.cnonce,
      response,
    })
  })

  test('of §3.9.2 hashes the user and answers in SHA-512/256', () => {
    const challenge = chooseChallenge(
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
    )
    if (challenge === undefined) throw new TypeError('no challenge')
    const answer = answerChallenge(
      challenge,
      { user: 'Jäsøn Doe', password: 'Secret, or not?' },
      { ...request, target: '/doe.json' },
    )
    expect(answer).toContain('userhash=true')
    expect(parseFields(answer).get('username')).toMatch(/^[0-9a-f]{64}$/)
    expect(answer).not.toContain('Doe"')
  })
})

describe('a challenge', () => {
  test.each([
    ['Basic realm="x", Digest nonce="n", realm="r"', 'md5'],
    ['Digest nonce="m", algorithm=MD5, Digest nonce="s", algorithm=SHA-256', 'sha256'],
    ['Digest nonce="a, Digest b", algorithm=sha-256', 'sha256'],
    ['Digest nonce="n", algorithm=MD5-sess, qop=auth', 'md5'],
    ['Basic realm="Digest nonce=1"', undefined],
    ['Digest realm="x"', undefined],
    ['Digest nonce="n", qop="auth-int"', undefined],
    ['Digest nonce="n", algorithm=SHA-1', undefined],
    ['', undefined],
  ])('%s is chosen by its hash: %s', (header, hash) => {
    expect(chooseChallenge(header)?.hash).toBe(hash)
  })
})

interface Server {
  readonly nonces: readonly string[]
  /** Answers of one nonce before it is stale. */
  readonly uses?: number
  readonly password?: string
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** A system by RFC 7616 that notices a count that was seen. */
function digestServer({ nonces, uses = Infinity, password = 'pass' }: Server) {
  let current = 0
  const counts = new Map<string, Set<string>>()
  const challenge = (stale: boolean): WireAnswer => ({
    status: 401,
    headers: {
      'www-authenticate': `Digest realm="r", nonce="${nonces[current]}", qop="auth"${stale ? ', stale=true' : ''}`,
    },
  })
  return serve(({ headers, method, url }: Received) => {
    const fields = parseFields(headers.authorization ?? '')
    const of = (name: string): string => fields.get(name) ?? ''
    if (fields.size === 0) return challenge(false)
    const ha1 = md5(`user:r:${password}`)
    const expected = md5(
      `${ha1}:${of('nonce')}:${of('nc')}:${of('cnonce')}:auth:${md5(`${method}:${url}`)}`,
    )
    if (of('uri') !== url || of('response') !== expected) return challenge(false)
    if (of('nonce') !== nonces[current]) return challenge(true)
    const seen = counts.get(of('nonce')) ?? new Set()
    counts.set(of('nonce'), seen)
    if (seen.has(of('nc'))) return { status: 500, body: 'replayed' }
    seen.add(of('nc'))
    if (seen.size < uses) return { body: 'in' }
    current += 1
    return { body: 'in' }
  })
}

function open(address: string): Transport {
  const limits = { replyBytes: 10_000, concurrency: 8 }
  const transport = openTransport({ system: 'sys', address, limits })
  onTestFinished(() => transport.close())
  return withDigest(transport, { system: 'sys', address, user: 'user', password: 'pass' })
}

async function ask(transport: Transport): Promise<string> {
  const { status, body } = await transport.exchange(GET, callContext())
  return `${status} ${Buffer.from(body).toString()}`
}

describe('over a socket', () => {
  test('the first call is challenged, the next ones count on with the same nonce', async () => {
    const wire = await digestServer({ nonces: ['n1'] })
    const transport = open(wire.address)
    for (const _ of [1, 2, 3]) expect(await ask(transport)).toBe('200 in')
    const counted = wire.received.map(({ headers }) =>
      parseFields(headers.authorization ?? '').get('nc'),
    )
    expect(counted).toEqual([undefined, '00000001', '00000002', '00000003'])
    expect(wire.received[1]?.url).toBe('/base/x?q=1&k=v')
  })

  test('many at once never use a count twice', async () => {
    const wire = await digestServer({ nonces: ['n1'] })
    const transport = open(wire.address)
    expect(await Promise.all(Array.from({ length: 8 }, () => ask(transport)))).toEqual(
      Array(8).fill('200 in'),
    )
  })

  test('a stale nonce is replaced', async () => {
    const wire = await digestServer({ nonces: ['n1', 'n2', 'n3'], uses: 2 })
    const transport = open(wire.address)
    for (const _ of [1, 2, 3, 4, 5]) expect(await ask(transport)).toBe('200 in')
    expect(wire.received).toHaveLength(8)
  })

  test('a wrong password is tried once a call, and not shown', async () => {
    const wire = await digestServer({ nonces: ['n1'], password: 'other' })
    const transport = open(wire.address)
    expect(await ask(transport)).toBe('401 ')
    expect(wire.received).toHaveLength(2)
    expect(await ask(transport)).toBe('401 ')
    expect(wire.received).toHaveLength(3)
    expect(JSON.stringify(wire.received)).not.toContain('pass"')
  })

  test.each([
    ['Basic realm="x"', 401],
    ['Digest nonce="n", qop="auth-int"', undefined],
    ['', 401],
  ])('is not answered by anything else: %s', async (header, status) => {
    const wire = await serve(() => ({ status: 401, headers: { 'www-authenticate': header } }))
    const outcome = await open(wire.address)
      .exchange(GET, callContext())
      .catch((error: unknown) => error)
    expect(outcome).toMatchObject(
      status === undefined
        ? { code: 'SYSTEM_REFUSED', detail: { reason: 'digest of another kind' } }
        : { status },
    )
    expect(wire.received).toHaveLength(1)
    expect(wire.received[0]?.headers).not.toHaveProperty('authorization')
    expect(everythingOf(outcome)).not.toContain('pass')
  })
})
