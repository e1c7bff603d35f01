// A system that is closed says so on an HTML page, mostly with status 200. In: the words by which its own page is
// known (system.json). Out: the same transport, on which such a page is SYSTEM_MAINTENANCE and not a broken reply.

import { SystemError } from '../../schema/errors.ts'
import type { ExchangeReply, Transport } from '../adapter.ts'
import { decodeText, isHtml } from './content.ts'

export interface NoticeOptions {
  readonly system: string
  readonly notices: readonly string[]
}

export function heedNotice(transport: Transport, { system, notices }: NoticeOptions): Transport {
  if (notices.length === 0) return transport
  return {
    async exchange(request, context) {
      const reply = await transport.exchange(request, context)
      if (!isNotice(reply, notices)) return reply
      throw new SystemError('SYSTEM_MAINTENANCE', system, { detail: { reason: 'notice' } })
    },
    close: () => transport.close(),
  }
}

function isNotice(reply: ExchangeReply, notices: readonly string[]): boolean {
  if (!isHtml(reply)) return false
  const text = decodeText(reply, 'utf-8') ?? decodeText(reply, 'windows-1256') ?? ''
  return notices.some((notice) => text.includes(notice))
}
