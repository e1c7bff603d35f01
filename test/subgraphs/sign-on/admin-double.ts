// A sign-on of few lines on a real socket: it gives tokens, keeps what was asked of it, and answers as a test wants.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Asked {
  readonly method: string
  /** As it came: percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly authorization: string | undefined
}

export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Nothing is ever answered. */
  readonly silent?: boolean
  /** The connection breaks. */
  readonly broken?: boolean
}

export interface AdminDouble {
  readonly url: string
  readonly asked: Asked[]
  /** Tokens given so far. */
  readonly tokens: () => number
  answer: (asked: Asked) => Reply
  /** Of the token endpoint, in place of a token. */
  refuseToken: Reply | undefined
  close(): Promise<void>
}

export async function openAdminDouble(): Promise<AdminDouble> {
  const asked: Asked[] = []
  let tokens = 0
  const server = createServer((request, response) => void reply(request, response))
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = await read(request)
    const isToken = one.path.endsWith('/protocol/openid-connect/token')
    if (isToken) tokens += 1
    else asked.push(one)
    const given = isToken
      ? (double.refuseToken ?? { body: tokenAnswer(tokens) })
      : double.answer(one)
    if (given.silent) return
    if (given.broken) request.socket.destroy()
    const headers = { 'content-type': 'application/json', ...given.headers }
    response.writeHead(given.status ?? 200, headers)
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const double: AdminDouble = {
    url: `http://127.0.0.1:${port}`,
    asked,
    tokens: () => tokens,
    answer: () => ({ status: 404, body: {} }),
    refuseToken: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return double
}

async function read(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const text = Buffer.concat(parts).toString()
  const { method = '', headers } = request
  return {
    method,
    path,
    query: new URLSearchParams(query),
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    authorization: headers.authorization,
  }
}

function tokenAnswer(count: number) {
  const claims = { exp: Math.floor(Date.now() / 1000) + 300, jti: String(count) }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return { access_token: `e30.${payload}.${count}`, expires_in: 300, token_type: 'Bearer' }
}
