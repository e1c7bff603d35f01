// Does anything listen at an address? Opens a connection and closes it: no business call is made, nothing is logged
// in anybody's register, and a system behind TLS or sign-in answers like any other.

import { connect } from 'node:net'

import { whenLate } from '../schema/when-late.ts'

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

export function isReachable(url: string, withinMs = 500): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (PORTS[protocol] ?? 0) : Number(port),
    })
    const inTime = whenLate(withinMs, () => end(false))
    const end = (reached: boolean) => {
      inTime()
      socket.destroy()
      resolve(reached)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
