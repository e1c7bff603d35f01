// Does anything listen at an address? Opens a connection and closes it: no business call is made, nothing is logged
// in anybody's register, and a system behind TLS or sign-in answers like any other.

import { connect } from 'node:net'

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

export function isReachable(url: string, withinMs = 500): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (PORTS[protocol] ?? 0) : Number(port),
    })
    // What was reached while this process was held up is found before.
    const timer = setTimeout(() => setImmediate(end, false), withinMs)
    const end = (reached: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reached)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
