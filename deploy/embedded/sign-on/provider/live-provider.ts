// In: the realm and its keys. Out: the provider that answers with them. oidc-provider is given its keys when it is made and
// never again, so a change of keys makes another one; what people and applications have begun stands in stores and cookies
// that all of them share, and a request that one has begun it also ends.
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Provider } from 'oidc-provider'

import type { LiveRealm } from '../realm/live-realm.ts'
import type { AddressLimits } from '../sign-in/address-limits.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'
import { offerTokenExchange } from '../tokens/token-exchange.ts'
import { shapeIdTokens } from '../tokens/token-shape.ts'
import type { Tokens } from '../tokens/tokens.ts'
import { providerConfiguration, type ProviderParts } from './configuration.ts'
import { DevicePolls } from './device-polls.ts'
import { finishAnswers } from './finish-answers.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { recordEndings, recordEvents } from './record-events.ts'
import { storesOf } from './stores.ts'

export interface LiveProviderParts {
  readonly realm: LiveRealm
  readonly keys: SigningKeys
  readonly tokens: Tokens
  readonly issuer: string
  readonly tlsAddress: string | undefined
  readonly oidc: ProviderParts['oidc']
  readonly addresses: AddressLimits
  /** Told of faults of our own. */
  readonly report: (error: unknown) => void
}

/** With what every provider of one sign-on goes on with. */
interface SharedParts extends LiveProviderParts {
  readonly stores: ProviderParts['stores']
  readonly fetch: ProviderParts['fetch']
  readonly polls: DevicePolls
}

export class LiveProvider {
  readonly #parts: SharedParts
  #current: Provider
  #answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>

  constructor(parts: LiveProviderParts) {
    const { realm, keys } = parts
    const polls = new DevicePolls(() => realm.settings.oauth2DevicePollingInterval, realm.now)
    this.#parts = { ...parts, stores: storesOf(realm), fetch: guardedFetch(), polls }
    this.#current = make(this.#parts)
    this.#answer = this.#current.callback()
    recordEndings(realm)
    keys.onChange(() => this.#renew())
  }

  /** The one that begins requests now. */
  get current(): Provider {
    return this.#current
  }

  /** Whatever OpenID Connect defines. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.#answer(request, response)
  }

  #renew(): void {
    this.#current = make(this.#parts)
    this.#answer = this.#current.callback()
  }
}

function make(parts: SharedParts): Provider {
  const { realm, tokens, issuer, oidc, addresses, report } = parts
  const provider = new oidc.Provider(issuer, providerConfiguration(parts))
  provider.on('server_error', (_ctx, error) => report(error))
  shapeIdTokens(provider, realm)
  offerTokenExchange({ provider, realm, tokens, issuer, errors: oidc.errors })
  finishAnswers({ ...parts, provider })
  recordEvents(provider, realm, addresses)
  return provider
}
