import { createHmac } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import type { Adapter, Contract, Tree } from '../../../adapters/adapter.ts'
import type { AuthSettings } from '../../../adapters/settings.ts'
import { signedText, withCredentials } from '../../../adapters/sign-in/credentials.ts'
import { callContext } from '../wire.ts'

const SECRETS: Record<string, string> = { USER: 'u', PASSWORD: 'p', HMAC: 'کلید' }
const NONE: Contract = { operations: new Map() }
const secret = (variable: string): string => SECRETS[variable] ?? ''

/** What reaches the codec. */
async function filled(auth: readonly AuthSettings[], input: Tree): Promise<Tree> {
  const echo: Adapter = { call: async (_operation, value) => ({ value, at: 0 }) }
  return (
    await withCredentials(echo, auth, { secret, contract: NONE }).call('op', input, callContext())
  ).value
}

describe('credentials in the input', () => {
  test('stand at their paths, beside what the caller gave and in its stead', async () => {
    const auth: AuthSettings[] = [
      { scheme: 'input', values: { 'request.user': 'USER', password: 'PASSWORD' } },
    ]
    const input = { request: { nin: '1', user: 'mine' }, password: { odd: 1 } }
    expect(await filled(auth, input)).toEqual({ request: { nin: '1', user: 'u' }, password: 'p' })
    expect(input.request.user).toBe('mine')
  })

  test('are none for schemes of the transport', async () => {
    expect(
      await filled([{ scheme: 'basic', user: 'USER', password: 'PASSWORD' }], { a: '1' }),
    ).toEqual({ a: '1' })
  })

  test.each(['', '.', 'a..b', 'list[]'])('are refused at load at the path "%s"', (path) => {
    const auth: AuthSettings[] = [{ scheme: 'input', values: { [path]: 'USER' } }]
    expect(() =>
      withCredentials({ call: () => Promise.reject(new TypeError()) }, auth, {
        secret,
        contract: NONE,
      }),
    ).toThrow('auth: ')
  })
})

describe('a signature in the body', () => {
  const batch = {
    id: 'b-1',
    list: [
      { code: '11', row: 1 },
      { code: '22', row: 2 },
    ],
  }

  test('is HMAC-SHA256 in lower-case hex over the values, credentials of the input included', async () => {
    const auth: AuthSettings[] = [
      { scheme: 'input', values: { 'body.user': 'USER' } },
      {
        scheme: 'body-signature',
        field: 'body.sign',
        over: ['body.user', 'body.id', 'body.list[].code'],
        secret: 'HMAC',
      },
    ]
    const sign = createHmac('sha256', 'کلید').update('u|b-1|11|22').digest('hex')
    expect(await filled(auth, { body: batch })).toEqual({ body: { ...batch, user: 'u', sign } })
  })

  test.each<[string, readonly string[], Tree]>([
    ['b-1|11|22', ['id', 'list[].code'], batch],
    ['11|22|b-1', ['list.code', 'id'], batch],
    ['7|true|', ['n', 'b', 'z'], { n: 7, b: true, z: null }],
    ['1|2', ['l[]', 'none', 'e'], { l: [1, '2'], e: [] }],
    ['', ['tree'], { tree: { a: 1 } }],
  ])('signs %j over %j', (text, over, input) => {
    expect(signedText(input, over)).toBe(text)
  })
})
