import { createServer, type Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

import { generate } from 'selfsigned'
import { describe, expect, onTestFinished, test } from 'vitest'

import type { CallContext, ExchangeRequest, Transport } from '../../../adapters/adapter.ts'
import { openTransport, type TransportOptions } from '../../../adapters/transport/http.ts'
import { ERRORS } from '../../../schema/errors.ts'
import { type Certificates, createCertificates } from '../../estate/certificates.ts'
import { callContext, everythingOf, listen, serve } from '../wire.ts'

const GET: ExchangeRequest = { method: 'GET', path: '/x', headers: {} }
const LIMITS = { replyBytes: 1_000, concurrency: 2 }

function open(address: string, tls?: TransportOptions['tls']): Transport {
  const transport = openTransport({ system: 'sys', address, limits: LIMITS, ...(tls && { tls }) })
  onTestFinished(() => transport.close())
  return transport
}

/** A port at which bytes are answered that `answer` writes. */
async function raw(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

function tlsOf({ authority, client }: Certificates): NonNullable<TransportOptions['tls']> {
  return { certificate: client.certificate, key: client.key, authority }
}

describe('an exchange', () => {
  test('sends method, path below the address, headers, body, and the ids of the request', async () => {
    const wire = await serve(() => ({ body: 'ok', headers: { 'X-Part': 'a' } }))
    const context = { ...callContext(), traceparent: '00-aa-bb-01' }
    const reply = await open(wire.address).exchange(
      {
        method: 'POST',
        path: '/ask?a=%E6%D1',
        headers: { 'content-type': 'text/plain' },
        body: 'سلام',
      },
      context,
    )
    expect(Buffer.from(reply.body).toString()).toBe('ok')
    expect(reply).toMatchObject({ status: 200, headers: { 'x-part': 'a' } })
    expect(wire.received).toMatchObject([
      {
        method: 'POST',
        url: '/base/ask?a=%E6%D1',
        body: 'سلام',
        headers: { 'x-request-id': context.requestId, traceparent: '00-aa-bb-01' },
      },
    ])
  })

  test('returns a reply whatever its status, and does not follow a redirect', async () => {
    const wire = await serve(() => ({ status: 302, headers: { location: '/elsewhere' } }))
    expect(await open(wire.address).exchange(GET, callContext())).toMatchObject({ status: 302 })
    expect(wire.received).toHaveLength(1)
  })

  test('keeps connections, at most as many as calls are allowed at once', async () => {
    const sockets = new Set<unknown>()
    const origin = await listen((request, response) => {
      sockets.add(request.socket)
      response.end('x')
    })
    const transport = open(origin)
    for (const _ of [1, 2, 3, 4, 5, 6]) await transport.exchange(GET, callContext())
    expect(sockets.size).toBeLessThanOrEqual(LIMITS.concurrency)
  })

  test('does not warn of leaks when many calls share one signal', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): number => warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const wire = await serve(() => ({ body: 'x' }))
    const transport = open(wire.address)
    const context = callContext()
    await Promise.all(Array.from({ length: 30 }, () => transport.exchange(GET, context)))
    expect(warnings).toEqual([])
  })
})

function streaming(address: string, replyBytes = 1_000_000): Transport {
  const limits = { replyBytes, concurrency: 1 }
  const transport = openTransport({ system: 'sys', address, limits })
  onTestFinished(() => transport.close())
  return transport
}

async function text(pieces: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const read: Uint8Array[] = []
  for await (const piece of pieces ?? []) read.push(piece)
  return Buffer.concat(read).toString()
}

/** Answers the first request of every connection, and closes at the second. */
async function forgetful(): Promise<{ readonly address: string; readonly seen: () => number }> {
  let seen = 0
  const server = createServer((socket) => {
    let first = true
    socket.on('error', () => {})
    socket.on('data', () => {
      seen += 1
      if (first) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      else socket.end()
      first = false
    })
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { address: `http://127.0.0.1:${port}`, seen: () => seen }
}

describe('a connection that the system closes as we write', () => {
  const POST: ExchangeRequest = { ...GET, method: 'POST', body: 'x' }

  test('is made anew for what only asks', async () => {
    const { address, seen } = await forgetful()
    const transport = streaming(address)
    for (const _ of [1, 2]) {
      expect(await transport.exchange(GET, callContext())).toMatchObject({ status: 200 })
    }
    expect(seen()).toBe(3)
  })

  test.each<[string, ExchangeRequest, Partial<CallContext>]>([
    ['by its method', POST, {}],
    ['by what we know of it', GET, { once: true }],
  ])('is unavailable for what may change something %s', async (_name, request, known) => {
    const { address, seen } = await forgetful()
    const transport = streaming(address)
    const context = { ...callContext(), ...known }
    await transport.exchange(request, context)
    await expect(transport.exchange(request, context)).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      detail: { reason: 'UND_ERR_SOCKET' },
    })
    expect(seen()).toBe(2)
  })
})

describe('a long reply in pieces', () => {
  const LONG = Array.from({ length: 50_000 }, (_, at) => String(100_000 + at)).join('')
  const STREAM: ExchangeRequest = { ...GET, stream: 100_000 }

  test('comes whole, first bytes first', async () => {
    const wire = await serve(() => ({ body: LONG }))
    const { body, rest } = await streaming(wire.address).exchange(STREAM, callContext())
    expect(body.length).toBeGreaterThan(100_000)
    expect(Buffer.from(body).toString() + (await text(rest)) === LONG).toBe(true)
  })

  test.each([
    ['short of the mark', STREAM, 100_000],
    ['of a call that does not ask for it', GET, 300_000],
  ])('is none %s', async (_name, request, length) => {
    const wire = await serve(() => ({ body: 'x'.repeat(length) }))
    const reply = await streaming(wire.address).exchange(request, callContext())
    expect([reply.body.length, reply.rest]).toEqual([length, undefined])
  })

  test('is bounded by the limit of replies', async () => {
    const origin = await listen((_request, response) => {
      response.write(LONG)
      response.end(LONG)
    })
    const { rest } = await streaming(origin, 400_000).exchange(STREAM, callContext())
    await expect(text(rest)).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason: 'too large' },
    })
  })

  test('that stops is a timeout at the deadline', async () => {
    const origin = await listen((_request, response) => void response.write(LONG))
    const deadline = new AbortController()
    const { rest } = await streaming(origin).exchange(STREAM, callContext(deadline.signal))
    const read = expect(text(rest)).rejects.toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    deadline.abort(new DOMException('late', 'TimeoutError'))
    await read
  })

  test('that breaks off is unavailable', async () => {
    const origin = await listen((_request, response) => {
      response.write(LONG, () => setTimeout(() => response.destroy(), 20))
    })
    const { rest } = await streaming(origin).exchange(STREAM, callContext())
    await expect(text(rest)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
  })

  test('that is left gives its connection back for the next call', async () => {
    const wire = await serve(() => ({ body: LONG.repeat(3) }))
    const transport = streaming(wire.address)
    for (const _ of [1, 2, 3]) {
      const { rest } = await transport.exchange(STREAM, callContext())
      for await (const piece of rest ?? []) if (piece.length > 0) break
    }
    expect(wire.received).toHaveLength(3)
  })

  test('is not read ahead of its reader', async () => {
    let written = 0
    const origin = await listen((_request, response) => {
      const more = (): void => {
        if (written >= 200) return void response.end()
        written += 1
        response.write(Buffer.alloc(100_000, 'x'), more)
      }
      more()
    })
    const { rest } = await streaming(origin, 50_000_000).exchange(STREAM, callContext())
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(written).toBeLessThan(150)
    expect((await text(rest)).length).toBeGreaterThan(19_000_000)
    expect(written).toBe(200)
  })
})

describe('a compressed reply', () => {
  const TEXT = 'سلام '.repeat(100)

  test.each([
    ['gzip', gzipSync(TEXT)],
    ['GZip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
  ])('in %s is read, asked for or not', async (encoding, body) => {
    const wire = await serve(() => ({ headers: { 'content-encoding': encoding }, body }))
    const reply = await open(wire.address).exchange({ ...GET, stream: 10 }, callContext())
    expect(Buffer.from(reply.body).toString()).toBe(TEXT)
    expect(reply.headers).not.toHaveProperty('content-encoding')
    expect(wire.received[0]?.headers).not.toHaveProperty('accept-encoding')
  })

  test('is asked for where the settings say so', async () => {
    const wire = await serve(() => ({}))
    const transport = openTransport({
      system: 'sys',
      address: wire.address,
      limits: LIMITS,
      compression: true,
    })
    onTestFinished(() => transport.close())
    await transport.exchange(GET, callContext())
    expect(wire.received[0]?.headers['accept-encoding']).toBe('gzip, deflate, br')
  })

  test.each([
    ['that breaks off', 'gzip', gzipSync('x').subarray(0, 15), 'content encoding'],
    ['that swells over the limit', 'gzip', gzipSync(Buffer.alloc(100_000)), 'too large'],
    [
      'that swells over the limit',
      'br',
      brotliCompressSync(Buffer.alloc(100_000_000)),
      'too large',
    ],
    ['that is broken', 'gzip', Buffer.from('plain'), 'content encoding'],
    ['of a kind nobody knows', 'zstd-x', Buffer.from('x'), 'content encoding'],
    ['packed twice', 'gzip, br', gzipSync('x'), 'content encoding'],
  ])('%s is an invalid reply (%s)', async (_name, encoding, body, reason) => {
    const wire = await serve(() => ({ headers: { 'content-encoding': encoding }, body }))
    await expect(open(wire.address).exchange(GET, callContext())).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason },
    })
  })
})

describe('a failure below HTTP', () => {
  test.each([
    ['a reply over the limit', 'x'.repeat(1_001), true],
    ['a reply over the limit without a length', 'x'.repeat(1_001), false],
  ])('%s is an invalid reply', async (_name, body, sized) => {
    const origin = await listen((_request, response) => {
      if (sized) response.setHeader('content-length', body.length)
      response.write(body.slice(0, 500))
      response.end(body.slice(500))
    })
    await expect(open(origin).exchange(GET, callContext())).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      system: 'sys',
      detail: { reason: 'too large' },
    })
  })

  test('a reply of exactly the limit is a reply', async () => {
    const wire = await serve(() => ({ body: 'x'.repeat(1_000) }))
    expect((await open(wire.address).exchange(GET, callContext())).body).toHaveLength(1_000)
  })

  test.each([
    ['before the answer', (): void => {}],
    [
      'within the body',
      (socket: Socket): void => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'),
    ],
  ])('the deadline %s is a timeout', async (_name, answer) => {
    const origin = await raw(answer)
    await expect(
      open(origin).exchange(GET, callContext(AbortSignal.timeout(50))),
    ).rejects.toMatchObject({ code: 'SYSTEM_TIMEOUT', detail: { reason: 'aborted' } })
  })

  test.each([
    ['reset', (socket: Socket): void => void socket.resetAndDestroy(), 'SYSTEM_UNAVAILABLE'],
    ['closed', (socket: Socket): void => void socket.end(), 'SYSTEM_UNAVAILABLE'],
    [
      'cut off',
      (socket: Socket): void => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'),
      'SYSTEM_UNAVAILABLE',
    ],
    [
      'not HTTP',
      (socket: Socket): void => void socket.end('SECRET 0012345678\r\n\r\n'),
      'SYSTEM_REPLY_INVALID',
    ],
  ] as const)('a connection that is %s', async (_name, answer, code) => {
    const error: unknown = await open(await raw(answer))
      .exchange(GET, callContext())
      .catch((each: unknown) => each)
    expect(error).toMatchObject({ code, message: ERRORS[code].text })
    expect(everythingOf(error)).not.toContain('0012345678')
  })

  test.each([
    ['nobody listens', 'http://127.0.0.1:1', 'ECONNREFUSED'],
    ['the name is unknown', 'http://nowhere.invalid', undefined],
  ])('is unavailable when %s', async (_name, address, reason) => {
    await expect(open(address).exchange(GET, callContext())).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      ...(reason && { detail: { reason } }),
    })
  })
})

describe('TLS with a client certificate', () => {
  test('shows the certificate and accepts a server of the authority', async () => {
    const { authority, server, client } = await createCertificates()
    const wire = await serve(() => ({ body: 'ok' }), {
      key: server.key,
      cert: server.certificate,
      ca: authority,
      requestCert: true,
      rejectUnauthorized: true,
    })
    const transport = open(wire.address, {
      certificate: client.certificate,
      key: client.key,
      authority,
    })
    expect(await transport.exchange(GET, callContext())).toMatchObject({ status: 200 })
    await expect(open(wire.address).exchange(GET, callContext())).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
    })
    expect(wire.received).toHaveLength(1)
  })

  test('refuses a server of another authority', async () => {
    const [ours, theirs] = [await createCertificates(), await createCertificates()]
    const wire = await serve(() => ({}), {
      key: theirs.server.key,
      cert: theirs.server.certificate,
    })
    await expect(
      open(wire.address, tlsOf(ours)).exchange(GET, callContext()),
    ).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
    expect(wire.received).toEqual([])
  })

  test('refuses a server whose certificate names another host', async () => {
    const { cert, private: key } = await generate(
      [{ name: 'commonName', value: 'other.example' }],
      {
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'other.example' }] }],
      },
    )
    const wire = await serve(() => ({}), { key, cert })
    const transport = open(wire.address, { certificate: cert, key, authority: cert })
    await expect(transport.exchange(GET, callContext())).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      detail: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
    expect(wire.received).toEqual([])
  })
})
