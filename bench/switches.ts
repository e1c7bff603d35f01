// The estate's switches, as its control door takes them.

import { invariant } from '../schema/errors.ts'

export interface Switches {
  set(system: string, change: Readonly<Record<string, unknown>>): Promise<void>
  reset(): Promise<void>
  /** Business calls that each system has received. */
  calls(): Promise<Readonly<Record<string, number>>>
}

export function openSwitches(control: string): Switches {
  const send = async (method: string, place: string, body?: unknown): Promise<unknown> => {
    const reply = await fetch(`${control}${place}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    invariant(reply.ok, `the estate refused ${method} ${place}`)
    return reply.json()
  }
  return {
    set: async (system, change) => void (await send('PUT', `/switches/${system}`, change)),
    reset: async () => void (await send('DELETE', '/switches')),
    calls: async () => {
      const calls: unknown = await send('GET', '/calls')
      invariant(typeof calls === 'object' && calls !== null, 'calls are counted by system')
      return Object.fromEntries(Object.entries(calls).map(([name, n]) => [name, Number(n)]))
    },
  }
}
