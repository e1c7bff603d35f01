import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'

import { portOf } from './port-of.ts'

export interface GatewayRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answering = (request: GatewayRequest, response: ServerResponse) => void

/** A gateway on a real socket that keeps what it was asked and answers what a test wants. */
export class GatewayDouble {
  readonly server: Server
  readonly asked: GatewayRequest[] = []
  /** Answers of the next questions, before `answer` is asked again. */
  readonly queue: Answering[] = []
  logoutStatus = 200

  constructor() {
    this.server = createServer((request, response) => {
      void this.#answer(request, response)
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of request) body += String(part)
    const asked = { path: request.url ?? '', headers: request.headers, body }
    this.asked.push(asked)
    const next = this.queue.shift() ?? GatewayDouble.fine
    if (asked.path === '/backchannel-logout') response.writeHead(this.logoutStatus).end()
    else next(asked, response)
  }

  static readonly fine: Answering = (_request, response) => {
    response.writeHead(200, {
      'content-type': 'application/graphql-response+json',
      'set-cookie': 'stolen=1',
      server: 'inner',
      'x-request-id': 'r-1',
    })
    response.end('{"data":{"fine":true}}')
  }

  static refusing(challenge: string, status = 401): Answering {
    return (_request, response) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'www-authenticate': challenge,
      })
      response.end('{"errors":[{"message":"no"}]}')
    }
  }

  static async start(): Promise<GatewayDouble> {
    const double = new GatewayDouble()
    await new Promise<void>((resolve) => double.server.listen(0, '127.0.0.1', resolve))
    return double
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}`
  }

  questions(): readonly GatewayRequest[] {
    return this.asked.filter(({ path }) => path === '/graphql')
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
