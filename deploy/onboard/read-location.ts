// The document at a `file:` or `http(s):` address, for the command that brings a contract home. A person names the
// address, and the collector stays on its host; no redirect leads elsewhere.

import { readFile } from 'node:fs/promises'

import type { ReadDocument } from '../../subgraphs/onboard/collect-contract.ts'

const PATIENCE_MS = 30_000
const MOST_BYTES = 32 * 1024 * 1024

/** User and password in the address become HTTP Basic; they are written nowhere. */
export const readLocation: ReadDocument = async (location) => {
  try {
    return location.protocol === 'file:' ? await readFile(location) : await download(location)
  } catch {
    return undefined
  }
}

async function download(location: URL): Promise<Uint8Array | undefined> {
  const { username, password } = location
  const bare = new URL(location)
  bare.username = ''
  bare.password = ''
  const account = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const authorization = `Basic ${Buffer.from(account, 'utf8').toString('base64')}`
  const reply = await fetch(bare, {
    headers: username === '' ? {} : { authorization },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  if (!reply.ok || Number(reply.headers.get('content-length') ?? 0) > MOST_BYTES) return undefined
  const bytes = new Uint8Array(await reply.arrayBuffer())
  return bytes.length > MOST_BYTES ? undefined : bytes
}
