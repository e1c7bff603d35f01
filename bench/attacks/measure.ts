// One request to a gateway in this process: the CPU time of all of it, the sender's little share included, and how it ended.

import { ORDINARY } from './documents.ts'

export interface Measured {
  readonly cpuMs: number
  readonly verdict: string
}

const WARM_UP = 40

/** Without it the compiler's own work would be counted as the first attack's. */
export async function warmUp(url: string): Promise<void> {
  for (let nth = 1; nth <= WARM_UP; nth += 1) {
    for (const { body } of ORDINARY) await measure(url, body(-nth))
  }
}

export async function measure(url: string, body: string): Promise<Measured> {
  const before = process.cpuUsage()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'keep-alive' },
    body,
  })
  const text = await response.text()
  const { user, system } = process.cpuUsage(before)
  return { cpuMs: (user + system) / 1000, verdict: verdictOf(response.status, text) }
}

function verdictOf(status: number, text: string): string {
  const answer: unknown = JSON.parse(text)
  const errors: unknown = isObject(answer) ? Reflect.get(answer, 'errors') : undefined
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (!isObject(first)) return `answered, ${sizeOf(text.length)}`
  const extensions: unknown = Reflect.get(first, 'extensions')
  const known = isObject(extensions) ? extensions : {}
  const limit: unknown = Reflect.get(known, 'limit')
  const code = String(Reflect.get(known, 'code'))
  return `${status === 413 ? '413' : code}${typeof limit === 'string' ? `: ${limit}` : ''}`
}

export function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
