// One window after the other: calm, one system in one kind of trouble, calm again. What each window cost the gateway is read
// at its ends. A system that has not come back yet counts as sick for whoever touches it.

import { invariant } from '../../schema/errors.ts'
import type { WireFault } from './fault-proxy.ts'
import type { Learnt } from './learn.ts'
import type { Load } from './load.ts'
import { Users } from './users.ts'
import type { Gateway, World } from './world.ts'

export interface FaultKind {
  readonly name: string
  readonly wire?: WireFault
  readonly switches?: Readonly<Record<string, unknown>>
  /** Length of its windows, in calm ones: what is slow shows late. */
  readonly weight: number
}

/** What the relay does, or the simulator's own switches. */
export const FAULTS: readonly FaultKind[] = [
  { name: 'slow (3 s)', switches: { latency: 3_000 }, weight: 4 },
  { name: 'dead (refused)', wire: 'dead', weight: 1 },
  { name: 'hanging', wire: 'hanging', weight: 4 },
  { name: 'garbage', switches: { garbage: true }, weight: 1 },
  { name: 'truncated', wire: 'truncated', weight: 1 },
  { name: '10 % faults', switches: { failRate: 0.1 }, weight: 1 },
  { name: 'limited (5/s)', wire: 'limited', weight: 1 },
]

/** All systems alike, so that a window is not ruled by the one that is slow by nature. */
export const WELL = { garbage: false, failRate: 0, latency: [10, 40] } as const

export interface Window {
  /** Different for each. */
  readonly name: string
  /** Undefined: calm. */
  readonly trouble: { readonly system: string; readonly fault: string } | undefined
  /** In trouble in this window, or not back from one before. */
  readonly sick: readonly string[]
  /** User and system time of the gateway. */
  readonly cpuMs: number
}

export interface Recovery {
  readonly system: string
  readonly fault: string
  /** Infinity: not within a minute. */
  readonly ms: number
}

export interface Sickening {
  readonly world: World
  readonly gateway: Gateway
  readonly learnt: Learnt
  readonly load: Load
  readonly troubles: readonly { readonly system: string; readonly fault: FaultKind }[]
  readonly windowMs: number
}

const LONGEST_RECOVERY_MS = 60_000

export async function sicken(options: Sickening) {
  return new Windows(options).run()
}

class Windows {
  readonly #options: Sickening
  readonly #windows: Window[] = []
  readonly #recoveries: Recovery[] = []
  readonly #recovering = new Map<string, Promise<void>>()
  readonly #users: Users

  constructor(options: Sickening) {
    this.#options = options
    const graphql = options.gateway.graphql.href
    this.#users = new Users({ graphql, users: 8, thinkMs: 0, citizens: [], mixtures: [], seed: 0 })
  }

  async run() {
    const { troubles } = this.#options
    for (const trouble of troubles) {
      await this.#pass(undefined)
      await this.#recovering.get(trouble.system)
      await this.#begin(trouble)
      const { system, fault } = trouble
      await this.#pass({ system, fault: fault.name }, fault.weight)
      await this.#end(trouble)
    }
    await this.#pass(undefined)
    await Promise.all(this.#recovering.values())
    await this.#users.end()
    return { windows: this.#windows, recoveries: this.#recoveries }
  }

  async #pass(trouble: Window['trouble'], weight = 1): Promise<void> {
    const { gateway, load, windowMs } = this.#options
    const name = `${this.#windows.length}`
    const before = [...this.#recovering.keys()]
    const from = await gateway.cpuMs()
    load.enter(name)
    await pause(windowMs * weight)
    load.enter(undefined)
    const cpuMs = (await gateway.cpuMs()) - from
    const sick = trouble === undefined ? before : [...before, trouble.system]
    this.#windows.push({ name, trouble, sick, cpuMs })
  }

  async #begin({ system, fault }: Sickening['troubles'][number]): Promise<void> {
    const { world } = this.#options
    if (fault.wire !== undefined) await world.proxies.get(system)?.set(fault.wire)
    if (fault.switches !== undefined) await world.switches.set(system, fault.switches)
  }

  async #end({ system, fault }: Sickening['troubles'][number]): Promise<void> {
    const { world } = this.#options
    await world.proxies.get(system)?.set('none')
    await world.switches.set(system, WELL)
    const back = this.#noteRecovery({ system, fault: fault.name })
    this.#recovering.set(system, back)
  }

  async #noteRecovery(trouble: { readonly system: string; readonly fault: string }): Promise<void> {
    const ms = await this.#recovered(trouble.system)
    this.#recoveries.push({ ...trouble, ms })
    this.#recovering.delete(trouble.system)
  }

  /** How long until the system is answered whole again. */
  async #recovered(system: string): Promise<number> {
    const { asked, mixtures, citizens } = this.#options.learnt
    const number = asked.indexOf(system)
    const mixture = mixtures[number]
    const who = citizens.filter(({ truths }) => truths.has(number))
    invariant(mixture !== undefined, 'whoever was sick is asked')
    const from = performance.now()
    for (let turn = 0; performance.now() - from < LONGEST_RECOVERY_MS; turn += 1) {
      const citizen = who[turn % who.length]
      if (citizen === undefined) break
      const { errors } = await this.#users.ask(citizen, mixture)
      if (errors.length === 0) return performance.now() - from
      await pause(100)
    }
    return Infinity
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
