import { createServer, type RequestListener } from 'node:http'

import { describe, expect, onTestFinished, test } from 'vitest'

import { fetchContract, isPublicAddress } from '../../../../adapters/soap/command/fetch-contract.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? `localhost:${address.port}` : ''
}

const anywhere = () => true

test('gets a file from a host that is allowed', async () => {
  const host = await serve((_, response) => response.end('<a/>'))
  const get = fetchContract({ hosts: [host], isPublic: anywhere })
  expect(Buffer.from((await get(new URL(`http://${host}/a.xsd`))) ?? []).toString()).toBe('<a/>')
})

describe('gets nothing', () => {
  test('from a host that is not allowed, on another port neither', async () => {
    let asked = 0
    const host = await serve((_, response) => {
      asked += 1
      response.end('<a/>')
    })
    const get = fetchContract({ hosts: ['example.org', 'localhost'], isPublic: anywhere })
    expect(await get(new URL(`http://${host}/a.xsd`))).toBeUndefined()
    expect(asked).toBe(0)
  })

  test('from a private address, whatever its name', async () => {
    let asked = 0
    const host = await serve((_, response) => {
      asked += 1
      response.end('<a/>')
    })
    const numeric = host.replace('localhost', '127.0.0.1')
    const get = fetchContract({ hosts: [host, numeric] })
    expect(await get(new URL(`http://${host}/a.xsd`))).toBeUndefined()
    expect(await get(new URL(`http://${numeric}/a.xsd`))).toBeUndefined()
    expect(asked).toBe(0)
  })

  test('by a redirect', async () => {
    const target = await serve((_, response) => response.end('<a/>'))
    const host = await serve((_, response) => {
      response.writeHead(302, { location: `http://${target}/a.xsd` }).end()
    })
    const get = fetchContract({ hosts: [host, target], isPublic: anywhere })
    expect(await get(new URL(`http://${host}/a.xsd`))).toBeUndefined()
  })

  test.each(['file:///etc/passwd', 'ftp://localhost/a.xsd', 'http://user:secret@localhost/a.xsd'])(
    'for %s',
    async (address) => {
      const get = fetchContract({ hosts: ['localhost', ''], isPublic: anywhere })
      expect(await get(new URL(address))).toBeUndefined()
    },
  )

  test('when the server fails', async () => {
    const host = await serve((_, response) => response.writeHead(500).end('<a/>'))
    const get = fetchContract({ hosts: [host], isPublic: anywhere })
    expect(await get(new URL(`http://${host}/a.xsd`))).toBeUndefined()
  })
})

test.each([
  ['8.8.8.8', true],
  ['2a00:1450:4001:80b::200e', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.20.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['no address', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected)
})
