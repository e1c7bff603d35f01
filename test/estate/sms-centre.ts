// The SMS centre of the estate: takes messages for mobiles and keeps the last ones, so that whoever plays a citizen can
// read them at the control endpoint (`GET /messages`). Not one of the estate's systems: none of an agency.

import { parseObject } from './open-api.ts'
import { isSecret } from './rest-replies.ts'
import type { Simulator, WireReply, WireRequest, World } from './simulator.ts'

export interface ReceivedMessage {
  /** `09000000001` */
  readonly to: string
  readonly text: string
  /** ISO 8601. */
  readonly at: string
}

export interface SmsCentre {
  readonly simulator: Simulator
  /** Newest first. */
  messages(): readonly ReceivedMessage[]
  reset(): void
}

const KEY = 'sms-demo-key'
const KEPT = 100
/** Numbers of a kind that the centre does not take. */
const REFUSED = /^0999/

export function createSmsCentre(world: World): SmsCentre {
  let received: readonly ReceivedMessage[] = []
  let count = 0
  const take = (request: WireRequest): WireReply => {
    const body = parseObject(request.body)
    const { to, text } = { to: String(body?.['to']), text: String(body?.['text']) }
    if (!/^09[0-9]{9}$/u.test(to) || text === '' || body?.['reference'] === undefined) {
      return json(400, { message: 'to, text and reference are needed' })
    }
    if (REFUSED.test(to)) return json(200, { status: 4, messageId: null })
    count += 1
    const message = { to, text, at: new Date(world.now()).toISOString() }
    received = [message, ...received].slice(0, KEPT)
    return json(200, { status: 0, messageId: String(count) })
  }
  const simulator: Simulator = {
    id: 'sms-centre',
    name: 'SMS centre',
    protocol: 'REST',
    path: '/sms',
    environment: { SMS_CENTRE_KEY: KEY },
    isBusiness: () => true,
    answer(request) {
      const { method, url, headers } = request
      if (!isSecret(headers['x-api-key'], KEY)) return json(401, { message: 'unauthorized' })
      const route = `${method} ${url.pathname}`
      if (route === 'GET /sms/v1/credit') return json(200, { status: 0, messages: 10_000 - count })
      return route === 'POST /sms/v1/messages' ? take(request) : json(404, { message: 'not found' })
    },
    failure: () => json(503, { message: 'service unavailable' }),
    drift: (text) => text.replace('"messageId"', '"msgId"'),
  }
  return {
    simulator,
    messages: () => received,
    reset: () => {
      received = []
    },
  }
}

function json(status: number, body: Readonly<Record<string, unknown>>): WireReply {
  return { status, contentType: 'application/json; charset={charset}', body: JSON.stringify(body) }
}
