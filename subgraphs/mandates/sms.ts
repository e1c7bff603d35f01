// The way to a citizen's mobile: what the message says, and the centre that sends it.

import { join } from 'node:path'

import { parse } from 'graphql'

import type { Secret } from '../../adapters/adapter.ts'
import type { Answer, RequestContext } from '../../schema/context.ts'
import { SystemError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { toPersianDigits } from '../applications/ledger/tracking-code.ts'
import { loadSystem } from '../load.ts'

export interface Sms {
  /** E.164. Rejects with SystemError; a number that the centre does not take is not told. */
  send(message: Message, context: RequestContext): Promise<void>
  /** As much work for the centre as a message, and as likely to fail; nobody gets one. */
  pretend(context: RequestContext): Promise<void>
  close(): Promise<void>
}

interface Message {
  readonly mobile: string
  readonly text: string
  readonly reference: string
}

const SYSTEM = 'sms-centre'
const SEND = parse(`mutation ($mobile: MobileNumber!, $text: String!, $reference: String!) {
  sendMessage(mobile: $mobile, text: $text, reference: $reference) { messageId } }`)
const CREDIT = parse('{ credit { messages } }')

/** Throws FindingsError when its folder or a variable is wrong. */
export async function openSms(options: { secret: Secret; log: Log }): Promise<Sms> {
  const centre = await loadSystem(join(import.meta.dirname, SYSTEM), options)
  return {
    send: async ({ mobile, text, reference }, context) => {
      const variables = { mobile, text, reference }
      refuseFailed(await centre.execute({ document: SEND, variables, context }))
    },
    pretend: async (context) => {
      refuseFailed(await centre.execute({ document: CREDIT, variables: {}, context }))
    },
    close: (): ReturnType<Subgraph['close']> => centre.close(),
  }
}

/**
 * That one number is refused would tell who has which, so it passes for sent; and whether a message or only the question in
 * its place has failed must not be told by the code: a sent message whose answer is lost has one of its own.
 */
function refuseFailed({ errors = [] }: Answer): void {
  const [error] = errors
  const code = error?.extensions?.['code']
  if (error === undefined || code === 'SYSTEM_REFUSED') return
  throw new SystemError('SYSTEM_UNAVAILABLE', SYSTEM)
}

interface Shown {
  readonly code: string
  readonly office: string
  /** In Persian. */
  readonly services: readonly string[]
  readonly minutes: number
}

/** Who asks for what, then the warning, then the code: whoever reads the code out has passed all of it. */
export function messageOf({ code, office, services, minutes }: Shown): string {
  const which = services.map((service) => `«${service}»`).join('، ')
  return [
    `پنجره: دفتر پیشخوان ${toPersianDigits(office)} می‌خواهد ${toPersianDigits(String(minutes))} دقیقه به نمایندگی شما کار کند، تنها برای ${which}.`,
    'اگر خودتان پای پیشخوان نیستید این کد را به هیچ‌کس نگویید.',
    `کد: ${toPersianDigits(code)}`,
  ].join('\n')
}
