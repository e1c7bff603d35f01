// A portal's view of the demo: HTTP and JSON only.

export const GATEWAY = 'http://127.0.0.1:4000'

export interface Seen {
  readonly status: number
  readonly body: unknown
}

export async function ask(query: string, token?: string, variables: object = {}): Promise<Seen> {
  const response = await fetch(`${GATEWAY}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  })
  const body: unknown = await response.json()
  return { status: response.status, body }
}

/** The value at a path of names and indexes; undefined where the path ends early. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const name of path) {
    here = typeof here === 'object' && here !== null ? Reflect.get(here, name) : undefined
  }
  return here
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

export async function flip(control: string, system: string, switches: object): Promise<void> {
  const response = await fetch(`${control}/switches/${system}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  })
  if (!response.ok) throw new Error(`the estate refused the switch: ${response.status}`)
}

export async function resetSwitches(control: string): Promise<void> {
  await fetch(`${control}/switches`, { method: 'DELETE' })
}
