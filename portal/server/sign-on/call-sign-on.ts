// Every call to the sign-on: a deadline, a largest answer, no redirect, and only so many at once.
import { PortalError } from '../portal-error.ts'

const LARGEST_ANSWER = 256 * 1024
const MOST_AT_ONCE = 64

export interface SignOnAnswer {
  readonly status: number
  readonly headers: Headers
  /** The JSON object of the body; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface SignOnRequest {
  readonly form?: URLSearchParams
  readonly headers?: Readonly<Record<string, string>>
}

export type CallSignOn = (url: string, request?: SignOnRequest) => Promise<SignOnAnswer>

/** @throws {PortalError} SIGN_ON_UNAVAILABLE when there is no answer that can be read. */
export function callSignOn(timeoutMs: number): CallSignOn {
  let underWay = 0
  return async (url, { form, headers } = {}) => {
    if (underWay >= MOST_AT_ONCE) throw new PortalError('SIGN_ON_UNAVAILABLE', 'busy')
    underWay += 1
    try {
      const response = await fetch(url, {
        method: form === undefined ? 'GET' : 'POST',
        headers: { accept: 'application/json', ...headers },
        ...(form === undefined ? {} : { body: form }),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await boundedText(response)
      return { status: response.status, headers: response.headers, body: objectOf(text) }
    } catch (cause) {
      if (cause instanceof PortalError) throw cause
      throw new PortalError('SIGN_ON_UNAVAILABLE', 'no-answer', cause)
    } finally {
      underWay -= 1
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > LARGEST_ANSWER) throw new PortalError('SIGN_ON_UNAVAILABLE', 'answer-too-large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}
