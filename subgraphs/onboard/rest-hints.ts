// What an OpenAPI description says beside shapes. In: the description. Out: its title, the methods of its operations, and
// how one signs in, as far as our schemes can say it.

import type { Document } from '../../adapters/rest/document.ts'
import { asText, type Node } from '../../adapters/rest/nodes.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { toVariable } from './names.ts'

export interface RestHints {
  readonly title: string | undefined
  /** HTTP method by the contract's name of the operation. */
  readonly methods: ReadonlyMap<string, string>
  readonly auth: SystemSettings['auth']
  /** Names of schemes that a person has to look up. */
  readonly unsaid: readonly string[]
}

type Scheme = SystemSettings['auth'][number]

export function restHints(system: string, document: Document): RestHints {
  const { title, schemes } = document.about()
  const known = schemes.map(({ name, scheme }) => ({ name, scheme: toScheme(system, scheme) }))
  // Several schemes are more often a choice than a sum: a person has to choose.
  const [only, ...others] = known
  const auth = only?.scheme !== undefined && others.length === 0 ? [only.scheme] : []
  return {
    title,
    methods: new Map(document.operations().map(({ id, method }) => [id, method])),
    auth,
    unsaid: auth.length > 0 ? [] : known.map(({ name }) => name),
  }
}

function toScheme(system: string, node: Node): Scheme | undefined {
  const key = toVariable(system, 'KEY')
  const account = { user: toVariable(system, 'USER'), password: toVariable(system, 'PASSWORD') }
  const name = asText(node['name'])
  const kind = [node['type'], node['in'] ?? node['scheme']].map((each) => asText(each) ?? '')
  switch (kind.join(' ').toLowerCase()) {
    case 'apikey header':
      return name === undefined ? undefined : { scheme: 'api-key', header: name, key }
    case 'apikey query':
      return name === undefined ? undefined : { scheme: 'api-key', query: name, key }
    case 'http basic':
    case 'basic ':
      return { scheme: 'basic', ...account }
    case 'http digest':
      return { scheme: 'digest', ...account }
    case 'http bearer':
      return { scheme: 'bearer', token: toVariable(system, 'TOKEN') }
    default:
      return undefined
  }
}
