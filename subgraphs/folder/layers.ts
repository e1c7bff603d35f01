// What stands between a mapping and a system's sockets, stacked once at load. In: a checked system folder.
// Out: the adapter under our operation names, with its contract, its health and its end.

import type {
  Adapter,
  AdapterSource,
  Contract,
  LoadedAdapter,
  Secret,
  Transport,
} from '../../adapters/adapter.ts'
import { withCredentials } from '../../adapters/credentials.ts'
import { FindingsError } from '../../adapters/finding.ts'
import { withOperations } from '../../adapters/mapping/operations.ts'
import { type ResilientAdapter, withResilience } from '../../adapters/resilience/resilience.ts'
import { loadRest } from '../../adapters/rest/load.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { loadSoap } from '../../adapters/soap/load.ts'
import { loadTable } from '../../adapters/table/load.ts'
import { authorize } from '../../adapters/transport/authorize.ts'
import { heedNotice } from '../../adapters/transport/heed-notice.ts'
import { openTransport, type TransportOptions } from '../../adapters/transport/http.ts'
import { toBytes } from '../../adapters/units.ts'
import { checkCredentialPaths } from './credential-paths.ts'

const CODECS: Readonly<
  Record<SystemSettings['protocol'], (source: AdapterSource) => Promise<LoadedAdapter>>
> = { soap: loadSoap, rest: loadRest, table: loadTable }

/** Wraps the calls of a system from outside, below retries: each is one that goes out. */
export type ObserveCalls = (system: string, adapter: Adapter) => Adapter

export interface LayerOptions {
  readonly secret: Secret
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined
  /** Another way to the system than HTTP: recorded exchanges. */
  readonly open?: ((options: TransportOptions) => Transport) | undefined
  readonly observeCalls?: ObserveCalls | undefined
}

export interface Layers {
  readonly contract: Contract
  readonly adapter: ResilientAdapter
  close(): Promise<void>
}

/** Throws FindingsError. */
export async function stackLayers(
  { system, folder, settings }: Omit<AdapterSource, 'transport' | 'secret'>,
  { secret, now, open = openTransport, observeCalls = (_, adapter) => adapter }: LayerOptions,
): Promise<Layers> {
  const clock = now === undefined ? {} : { now }
  const bare = open(toTransportOptions(system, settings, secret))
  try {
    const heeding = heedNotice(bare, { system, notices: settings.maintenanceNotices ?? [] })
    const transport = authorize(heeding, settings.auth, { system, secret, ...clock })
    const codec = await CODECS[settings.protocol]({ system, folder, settings, transport, secret })
    const findings = checkCredentialPaths(settings, codec.contract)
    if (findings.length > 0) throw new FindingsError(findings)
    const signed = { ...codec, adapter: withCredentials(codec.adapter, settings.auth, secret) }
    const { contract, adapter } = withOperations(signed, settings, system)
    const observed = observeCalls(system, adapter)
    const resilient = withResilience(observed, settings, { system, ...clock })
    return { contract, adapter: resilient, close: () => bare.close() }
  } catch (error) {
    await bare.close()
    throw error
  }
}

function toTransportOptions(
  system: string,
  settings: SystemSettings,
  secret: Secret,
): TransportOptions {
  const { limits, auth, address } = settings
  const mtls = auth.find((each) => each.scheme === 'mtls')
  const tls = mtls && {
    certificate: secret(mtls.certificate),
    key: secret(mtls.key),
    authority: secret(mtls.authority),
  }
  return {
    system,
    address: secret(address),
    limits: { replyBytes: toBytes(limits.reply), concurrency: limits.concurrency },
    ...(tls && { tls }),
  }
}
