// The signing keys as Keycloak shows them: what signs and what is still understood, and each key as a component of the kind
// KeyProvider, which is made, told to sign no more and taken out. Never: a private part, in or out.

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { type Algorithm, ALGORITHMS } from '../tokens/keys.ts'
import type { KeyFacts } from '../tokens/signing-keys.ts'
import { record } from './record.ts'
import { type Asked, found, NO_CONTENT, ok, Refusal, type Reply, type Route } from './route.ts'

const VIEW = ['view-realm', 'manage-realm']
const MANAGE = ['manage-realm']
const KIND = 'org.keycloak.keys.KeyProvider'

export const KEY_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/keys', roles: VIEW, answer: listKeys },
  { method: 'POST', path: '/components', roles: MANAGE, answer: create },
  { method: 'GET', path: '/components/:id', roles: VIEW, answer: show },
  { method: 'PUT', path: '/components/:id', roles: MANAGE, answer: change },
]

function listKeys({ keys }: Asked): Reply {
  const active = ALGORITHMS.map((algorithm) => [algorithm, keys.signing(algorithm).kid])
  return ok({ active: Object.fromEntries(active), keys: keys.list().map(toKey) })
}

function toKey({ id, priority, enabled, active, kid, kty, algorithm }: KeyFacts) {
  const status = enabled ? (active ? 'ACTIVE' : 'PASSIVE') : 'DISABLED'
  return {
    kid,
    providerId: id,
    providerPriority: priority,
    status,
    type: kty,
    algorithm,
    use: 'SIG',
  }
}

const One = <Value extends string>(...values: Value[]) =>
  Type.Optional(Type.Tuple([Type.Enum(values)]))
const Flag = One('true', 'false')
/** What may be said of a key. Whatever else stands there (a private key, say) is refused and recorded nowhere. */
const Config = Type.Object(
  {
    priority: Type.Optional(Type.Tuple([Type.String({ pattern: '^[0-9]{1,9}$' })])),
    enabled: Flag,
    active: Flag,
    algorithm: One('RS256', 'PS256'),
    keySize: One('2048'),
    ecdsaEllipticCurveKey: One('P-256'),
    eddsaEllipticCurveKey: One('Ed25519'),
  },
  { additionalProperties: false },
)
type Config = Static<typeof Config>
const Component = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    providerId: Type.Enum(['rsa-generated', 'ecdsa-generated', 'eddsa-generated']),
    providerType: Type.Literal(KIND),
    parentId: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    config: Config,
  },
  { additionalProperties: false },
)
type Component = Static<typeof Component>

async function create(asked: Asked): Promise<Reply> {
  const { name, config, providerId } = componentOf(asked.body)
  const facts = { priority: 0, enabled: true, active: true, ...factsOf(config), name }
  const id = await asked.keys.add(algorithmOf({ providerId, config }), facts)
  record(asked, 'CREATE', { type: 'COMPONENT', path: `components/${id}` })
  return { status: 201, made: `/components/${id}` }
}

function show(asked: Asked): Reply {
  return ok(toComponent(asked, keyOf(asked)))
}

async function change(asked: Asked): Promise<Reply> {
  const key = keyOf(asked)
  const { name, providerId, config } = componentOf(asked.body)
  // Keycloak would make another key for another algorithm; here what is asked for is a new one.
  if (algorithmOf({ providerId, config }) !== key.algorithm) {
    throw new Refusal(400, 'the algorithm of a key cannot be changed')
  }
  await asked.keys.change(key.id, { name, ...factsOf(config) })
  record(asked, 'UPDATE', { type: 'COMPONENT', path: `components/${key.id}` })
  return NO_CONTENT
}

function keyOf({ keys, parameters }: Asked): KeyFacts {
  return found(
    keys.list().find(({ id }) => id === parameters['id']),
    'component',
  )
}

/** Of all components of Keycloak the embedded sign-on has this kind only. */
function componentOf(body: unknown): Component {
  if (Value.Check(Component, body)) return body
  const kind: unknown = Reflect.get(Object(body), 'providerType')
  if (typeof kind === 'string' && kind !== KIND) {
    throw new Refusal(501, 'The embedded sign-on does not offer this')
  }
  throw new Refusal(400, 'a member is not valid')
}

/** Keycloak's kind of provider, and what it is told of the key. */
const MADE_BY: Readonly<Record<Algorithm, readonly [Component['providerId'], Config]>> = {
  RS256: ['rsa-generated', { algorithm: ['RS256'], keySize: ['2048'] }],
  PS256: ['rsa-generated', { algorithm: ['PS256'], keySize: ['2048'] }],
  ES256: ['ecdsa-generated', { ecdsaEllipticCurveKey: ['P-256'] }],
  EdDSA: ['eddsa-generated', { eddsaEllipticCurveKey: ['Ed25519'] }],
}

function algorithmOf({ providerId, config }: Pick<Component, 'providerId' | 'config'>): Algorithm {
  if (providerId === 'ecdsa-generated') return 'ES256'
  if (providerId === 'eddsa-generated') return 'EdDSA'
  return config.algorithm?.[0] ?? 'RS256'
}

/** Undefined members are not there: what is not said stays as it is. */
function factsOf({ priority, enabled, active }: Config) {
  return {
    ...(priority === undefined ? {} : { priority: Number(priority[0]) }),
    ...(enabled === undefined ? {} : { enabled: enabled[0] === 'true' }),
    ...(active === undefined ? {} : { active: active[0] === 'true' }),
  }
}

function toComponent({ realm }: Asked, key: KeyFacts) {
  const { id, name, priority, enabled, active, algorithm } = key
  const [providerId, made] = MADE_BY[algorithm]
  return {
    id,
    name,
    providerId,
    providerType: KIND,
    parentId: realm.name,
    config: {
      ...made,
      priority: [String(priority)],
      enabled: [String(enabled)],
      active: [String(active)],
    },
  }
}
