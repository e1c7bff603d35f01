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
import { checkAddress } from '../../adapters/check-address.ts'
import { FindingsError } from '../../adapters/finding.ts'
import { withOperations } from '../../adapters/mapping/operations.ts'
import { checkLimits } from '../../adapters/resilience/check-limits.ts'
import { heedRetryAfter } from '../../adapters/resilience/heed-retry-after.ts'
import { withRate } from '../../adapters/resilience/paced.ts'
import { type ResilientAdapter, withResilience } from '../../adapters/resilience/resilience.ts'
import type { SharedStore } from '../../adapters/resilience/shared/shared-state.ts'
import { loadRest } from '../../adapters/rest/load.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { authorize } from '../../adapters/sign-in/authorize.ts'
import { withCredentials } from '../../adapters/sign-in/credentials.ts'
import { openSession } from '../../adapters/sign-in/open-session.ts'
import { withSession } from '../../adapters/sign-in/with-session.ts'
import { loadSoap } from '../../adapters/soap/load.ts'
import { loadTable } from '../../adapters/table/load.ts'
import { isFileAddress, openFileDrop } from '../../adapters/transport/file-drop.ts'
import { heedNotice } from '../../adapters/transport/heed-notice.ts'
import { openTransport, type TransportOptions } from '../../adapters/transport/http.ts'
import { toBytes } from '../../adapters/units.ts'
import { answerVersion } from './answer-version.ts'
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
  /** Wraps the questions to a system, above joining and keeping: each is one that somebody asked, however it is answered. */
  readonly observeQuestions?: ObserveCalls | undefined
  /** What the copies of this gateway know together. */
  readonly shared?: SharedStore | undefined
}

export interface Layers {
  readonly contract: Contract
  readonly adapter: ResilientAdapter
  close(): Promise<void>
}

/** Throws FindingsError. */
export async function stackLayers(
  { system, folder, settings }: Omit<AdapterSource, 'transport' | 'secret'>,
  options: LayerOptions,
): Promise<Layers> {
  const { secret, now = Date.now } = options
  const { observeCalls = asItIs, observeQuestions = asItIs } = options
  const shared = options.shared?.of(system)
  const wrong = [...checkLimits(settings), ...checkAddress(settings, secret(settings.address))]
  if (wrong.length > 0) throw new FindingsError(wrong)
  const bare = openBare(system, settings, options)
  try {
    const heeding = heedNotice(bare, { system, notices: settings.maintenanceNotices ?? [] })
    const patient = heedRetryAfter(heeding, { system, now })
    const { auth, headers } = settings
    const address = secret(settings.address)
    const transport = authorize(patient, auth, { system, secret, address, headers })
    const codec = await CODECS[settings.protocol]({ system, folder, settings, transport, secret })
    const findings = checkCredentialPaths(settings, codec.contract)
    if (findings.length > 0) throw new FindingsError(findings)
    const known = { system, secret, transport, contract: codec.contract }
    const filled = withCredentials(codec.adapter, auth, known)
    const session = openSession(auth, { ...known, adapter: codec.adapter, now })
    const signed = session ? withSession(filled, session) : filled
    const paced = { ...codec, adapter: withRate(signed, settings.limits, { system, now, shared }) }
    const { contract, adapter } = withOperations(paced, settings, system)
    const observed = observeCalls(system, adapter)
    const version = shared === undefined ? '' : answerVersion(settings, contract)
    const resilient = withResilience(observed, settings, { system, now, shared, version })
    const asked = observeQuestions(system, resilient)
    return {
      contract,
      adapter: { ...controlsOf(resilient), call: (...asking) => asked.call(...asking) },
      close: async () => {
        resilient.close()
        await bare.close()
      },
    }
  } catch (error) {
    await bare.close()
    throw error
  }
}

function openBare(
  system: string,
  settings: SystemSettings,
  { secret, now, open = openTransport }: LayerOptions,
): Transport {
  const address = secret(settings.address)
  if (!isFileAddress(address)) return open(toTransportOptions(system, settings, secret))
  const replyBytes = toBytes(settings.limits.reply)
  return openFileDrop({ system, address, replyBytes, patterns: settings.protocol === 'table', now })
}

function asItIs(_system: string, adapter: Adapter): Adapter {
  return adapter
}

function controlsOf(resilient: ResilientAdapter): Omit<ResilientAdapter, 'call'> {
  return { state: () => resilient.state(), close: () => resilient.close() }
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
    ...(mtls.passphrase !== undefined && { passphrase: secret(mtls.passphrase) }),
  }
  return {
    system,
    address: secret(address),
    limits: { replyBytes: toBytes(limits.reply), concurrency: limits.concurrency },
    ...(tls && { tls }),
    compression: settings.compression,
  }
}
