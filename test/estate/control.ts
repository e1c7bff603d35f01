// The estate's own door: reads and sets switches, counts calls. Not part of any simulated system.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import type { SimulatorState } from './serve-simulator.ts'
import type { ReceivedMessage } from './sms-centre.ts'
import { checkSwitches, isSwitchesChange, type Switches } from './switches.ts'

export interface Control {
  readonly url: string
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

type States = ReadonlyMap<string, SimulatorState>

/** What is beside the systems: not listed with them, but it can be switched. */
interface Beside {
  readonly messages: () => readonly ReceivedMessage[]
  readonly states: States
}

export async function serveControl(
  states: States,
  initial: Switches,
  beside: Beside,
): Promise<Control> {
  const server = createServer((request, response) => {
    answer({ states, initial, beside }, request)
      .then((result) => send(response, result))
      .catch(() => send(response, { status: 400, body: { error: 'the body is not JSON' } }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Controlled {
  readonly states: States
  readonly initial: Switches
  readonly beside: Beside
}

async function answer(
  { states, initial, beside }: Controlled,
  request: IncomingMessage,
): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const route = `${request.method} ${pathname}`
  if (route === 'GET /switches') return read(states, (state) => state.switches)
  if (route === 'GET /messages') return { status: 200, body: beside.messages() }
  if (route === 'GET /calls') return read(states, (state) => state.calls)
  if (route === 'DELETE /switches') {
    for (const state of [...states.values(), ...beside.states.values()]) state.switches = initial
    return read(states, (state) => state.switches)
  }
  if (route === 'DELETE /calls') {
    for (const state of states.values()) state.calls = 0
    return read(states, (state) => state.calls)
  }
  const system = /^PUT \/switches\/([a-z0-9-]+)$/u.exec(route)?.[1]
  if (system === undefined) return { status: 404, body: { error: 'there is no such place' } }
  return change(states.get(system) ?? beside.states.get(system), await readJson(request))
}

function change(state: SimulatorState | undefined, wanted: unknown): Answer {
  if (state === undefined) return { status: 404, body: { error: 'there is no such system' } }
  if (!isSwitchesChange(wanted)) return { status: 400, body: { findings: checkSwitches(wanted) } }
  state.switches = { ...state.switches, ...wanted }
  return { status: 200, body: state.switches }
}

function read(states: States, value: (state: SimulatorState) => unknown): Answer {
  const entries = Array.from(states, ([system, state]) => [system, value(state)])
  return { status: 200, body: Object.fromEntries(entries) }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return JSON.parse(text)
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}
