import { describe, expect, test } from 'vitest'

import type { CallContext, ExchangeReply, Transport } from '../../../adapters/adapter.ts'
import { heedNotice } from '../../../adapters/transport/heed-notice.ts'

const NOTICE = 'ساعت کاری سرویس به پایان رسیده است'
const UTF8 = 'text/html; charset=utf-8'

describe('a page', () => {
  test.each([
    ['with the words', UTF8, `<html><body><p>${NOTICE}</p></body></html>`],
    ['with the words and no declared type', '', `<!DOCTYPE html><p>${NOTICE}</p>`],
  ])('%s is maintenance', async (_name, type, body) => {
    await expect(exchange(type, body)).rejects.toMatchObject({
      code: 'SYSTEM_MAINTENANCE',
      system: 'police',
      detail: { reason: 'notice' },
    })
  })

  test.each([
    ['without the words', UTF8, '<html><body>خوش آمدید</body></html>'],
    ['that is none', 'text/xml; charset=utf-8', `<answer>${NOTICE}</answer>`],
  ])('%s passes as it is', async (_name, type, body) => {
    const reply = await exchange(type, body)
    expect(Buffer.from(reply.body).toString()).toBe(body)
  })

  test('in the old Arabic charset is read as well', async () => {
    const page = Uint8Array.from(Buffer.from('<html>\xda\xd1\xc8</html>', 'latin1'))
    await expect(exchange('text/html', page, ['عرب'])).rejects.toMatchObject({
      code: 'SYSTEM_MAINTENANCE',
    })
  })
})

const CONTEXT: CallContext = {
  requestId: 'r',
  traceparent: '',
  signal: new AbortController().signal,
}

function exchange(
  type: string,
  body: string | Uint8Array,
  notices: readonly string[] = [NOTICE],
): Promise<ExchangeReply> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const transport: Transport = {
    exchange: () =>
      Promise.resolve({ status: 200, headers: { 'content-type': type }, body: bytes }),
    close: () => Promise.resolve(),
  }
  const request = { method: 'GET', path: '', headers: {} } as const
  return heedNotice(transport, { system: 'police', notices }).exchange(request, CONTEXT)
}
