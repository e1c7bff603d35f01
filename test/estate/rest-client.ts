// One simulated system for a test of its own. In: its id. Out: a client that signs in as its folder says, and the
// estate behind it. Nothing of the product is used: what is seen is the wire.

import { addressOf, signIn } from './credentials.ts'
import { type Estate, type EstateOptions, startEstate } from './start-estate.ts'

export interface Asking {
  readonly method?: string
  /** In the place of the right credentials, or beside them. */
  readonly headers?: Readonly<Record<string, string>>
  /** Object: JSON. */
  readonly body?: object | string
  /** Sign in first. Default true. */
  readonly signedIn?: boolean
}

export interface RestClient {
  readonly estate: Estate
  ask(path: string, asking?: Asking): Promise<Response>
  /** Body of a reply with status 200. */
  read(path: string, asking?: Asking): Promise<unknown>
}

export async function openRestClient(
  system: string,
  options: Omit<EstateOptions, 'only'> = {},
): Promise<RestClient> {
  const estate = await startEstate({ switches: { latency: 0 }, ...options, only: [system] })
  const ask: RestClient['ask'] = async (path, asking = {}) => {
    const held = asking.signedIn === false ? undefined : await signIn(estate, system)
    const { body } = asking
    const url = new URL(addressOf(estate, system) + path)
    for (const [name, value] of Object.entries(held?.query ?? {})) {
      url.searchParams.append(name, value)
    }
    return fetch(url, {
      method: asking.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(typeof body === 'object' && { 'content-type': 'application/json' }),
        ...held?.headers,
        ...asking.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }
  return {
    estate,
    ask,
    read: async (path, asking) => {
      const reply = await ask(path, asking)
      if (reply.status !== 200) throw new RangeError(`${path}: status ${reply.status}`)
      return reply.json()
    },
  }
}
