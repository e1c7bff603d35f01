// What stands between browsers and Keycloak in production: another address, which passes all on and remembers what was asked.

import { once } from 'node:events'
import { createServer, request } from 'node:http'

export interface FrontDoor {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Paths, as often as they were asked. */
  readonly asked: string[]
  close(): Promise<void>
}

export async function openFrontDoor(behind: string): Promise<FrontDoor> {
  const asked: string[] = []
  const server = createServer((coming, answer) => {
    const { method, headers, url = '/' } = coming
    asked.push(new URL(url, behind).pathname)
    const going = request(new URL(url, behind), { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.rawHeaders)
      answered.pipe(answer)
    })
    going.on('error', () => answer.destroy())
    coming.pipe(going)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
