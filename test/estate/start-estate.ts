// Starts all simulated systems on loopback. In: seed and clock. Out: addresses, credentials, switches, counters.

import { createCertificates } from './certificates.ts'
import { readCompanies } from './companies.ts'
import { serveControl } from './control.ts'
import { readFlights } from './flights.ts'
import { readPopulation } from './personas.ts'
import { readPlaces } from './places.ts'
import { readRail } from './rail.ts'
import { serveSimulator, type SimulatorState } from './serve-simulator.ts'
import type { CreateSimulator, Simulator, World } from './simulator.ts'
import { createSmsCentre, type ReceivedMessage } from './sms-centre.ts'
import { CALM, type Switches } from './switches.ts'
import { SYSTEMS } from './systems.ts'
import { readVessels } from './vessels.ts'

export interface EstateOptions {
  /** Same seed, same chances. Default 1. */
  readonly seed?: number
  /** Epoch milliseconds. Default the machine's clock. */
  readonly now?: () => number
  /** Switches of all systems at the start, for instance `{ latency: 0 }` in tests. */
  readonly switches?: Partial<Switches>
  /** Only these ids. Default all. */
  readonly only?: readonly string[]
  /** Default: systems.ts. */
  readonly systems?: readonly CreateSimulator[]
}

interface EstateSystem {
  readonly id: string
  readonly name: string
  readonly protocol: string
  readonly url: string
}

export interface Estate {
  readonly systems: readonly EstateSystem[]
  /** Variables for the product: addresses and credentials. */
  readonly environment: Readonly<Record<string, string>>
  /** Address of the control endpoint. */
  readonly control: string
  /** Merges into the switches of one system. */
  set(system: string, change: Partial<Switches>): void
  switches(): Readonly<Record<string, Switches>>
  /** What the SMS centre has sent since the start or the last reset, newest first. */
  messages(): readonly ReceivedMessage[]
  /** Business calls received since the start or the last reset. */
  calls(): Readonly<Record<string, number>>
  /** Switches and counters as at the start. */
  reset(): void
  close(): Promise<void>
}

export async function startEstate(options: EstateOptions = {}): Promise<Estate> {
  const world = await createWorld(options)
  const simulators = (options.systems ?? SYSTEMS)
    .map((create) => create(world))
    .filter(({ id }) => options.only?.includes(id) ?? true)
  const initial = { ...CALM, ...options.switches }
  const states = new Map(simulators.map(({ id }) => [id, toState(initial)]))
  const served = await Promise.all(
    simulators.map((simulator) => serveOne(simulator, states.get(simulator.id), world)),
  )
  // Beside the systems of the agencies: it has switches of its own, and is neither listed nor counted.
  const centre = createSmsCentre(world)
  const centreState = toState(initial)
  const sms = await serveOne(centre.simulator, centreState, world)
  const control = await serveControl(states, initial, {
    messages: () => centre.messages(),
    states: new Map([[centre.simulator.id, centreState]]),
  })
  return {
    systems: served.map(({ system }) => system),
    environment: Object.assign({}, ...[...served, sms].map(({ environment }) => environment)),
    control: control.url,
    set(system, change) {
      const state = system === centre.simulator.id ? centreState : states.get(system)
      if (state === undefined) throw new RangeError(`no such simulated system: ${system}`)
      state.switches = { ...state.switches, ...change }
    },
    messages: () => centre.messages(),
    switches: () => collect(states, (state) => state.switches),
    calls: () => collect(states, (state) => state.calls),
    reset() {
      for (const state of [...states.values(), centreState]) Object.assign(state, toState(initial))
      centre.reset()
    },
    async close() {
      await Promise.all([control.close(), sms.close(), ...served.map(({ close }) => close())])
    },
  }
}

async function createWorld(options: EstateOptions): Promise<World> {
  const now = options.now ?? Date.now
  const [population, companies, places, flights, rail, vessels, certificates] = await Promise.all([
    readPopulation(),
    readCompanies(),
    readPlaces(),
    readFlights(),
    readRail(),
    readVessels(),
    createCertificates(),
  ])
  const people = { population, companies, places, flights, rail, vessels }
  return { ...people, certificates, now, random: createRandom(options.seed ?? 1) }
}

async function serveOne(simulator: Simulator, state = toState(CALM), world: World) {
  const served = await serveSimulator(simulator, state, world)
  const { id, name, protocol } = simulator
  const address = `${id.toUpperCase().replaceAll('-', '_')}_URL`
  const environment = { [address]: served.url, ...simulator.environment }
  return {
    system: { id, name, protocol, url: served.url },
    environment,
    close: () => served.close(),
  }
}

function toState(switches: Switches): SimulatorState {
  return { switches, calls: 0 }
}

function collect<T>(
  states: ReadonlyMap<string, SimulatorState>,
  value: (state: SimulatorState) => T,
): Record<string, T> {
  return Object.fromEntries(Array.from(states, ([system, state]) => [system, value(state)]))
}

/** mulberry32: small, good enough for chances, the same everywhere. */
function createRandom(seed: number): () => number {
  let state = Math.trunc(seed)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
