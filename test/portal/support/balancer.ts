// What stands before several copies: one address, without affinity. A test says which copy gets the next request.
import { createServer, request } from 'node:http'
import { pipeline } from 'node:stream'

import { portOf } from './port-of.ts'

export interface Balancer {
  readonly url: string
  /** Asked for each request: the address of a copy. */
  choose: () => string
  close(): Promise<void>
}

export async function openBalancer(): Promise<Balancer> {
  const server = createServer((coming, answer) => {
    const { method, headers, url = '/' } = coming
    const going = request(new URL(url, balancer.choose()), { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.rawHeaders)
      pipeline(answered, answer, () => undefined)
    })
    going.on('error', () => answer.destroy())
    coming.pipe(going)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const balancer = {
    url: `http://127.0.0.1:${portOf(server)}`,
    choose: () => '',
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return balancer
}
