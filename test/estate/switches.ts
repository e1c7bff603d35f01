// What can be made to go wrong, per simulated system. In: JSON of the control endpoint. Out: complete switches.

export interface Switches {
  /** Milliseconds before each answer; a pair is a range with a long tail; `own` is as the system usually is. */
  readonly latency: 'own' | number | readonly [number, number]
  /** 0..1: share of calls answered by the system's own kind of breakdown. */
  readonly failRate: number
  /** Maintenance: never, always, or by the system's hours on the estate's clock. */
  readonly window: 'off' | 'on' | 'clock'
  /** One field of the reply is renamed, as after an unannounced release. */
  readonly drift: boolean
  /** iconv name of the reply's charset; `own` is what the system always uses. */
  readonly encoding: string
  /** Lists of just one element take the form that careless tools give them (JSON: the bare object, quirk Q12). */
  readonly oneElement: boolean
  /** An HTML page with status 200 instead of any answer. */
  readonly garbage: boolean
  /** Connections are reset. */
  readonly down: boolean
}

export const CALM: Switches = Object.freeze({
  latency: 'own',
  failRate: 0,
  window: 'off',
  drift: false,
  encoding: 'own',
  oneElement: false,
  garbage: false,
  down: false,
})

type Check = (value: unknown) => boolean

const isBoolean: Check = (value) => typeof value === 'boolean'
const isDuration: Check = (value) => typeof value === 'number' && value >= 0 && value <= 600_000

const CHECKS: Readonly<Record<keyof Switches, Check>> = {
  latency: (value) =>
    value === 'own' ||
    isDuration(value) ||
    (Array.isArray(value) && value.length === 2 && value.every(isDuration)),
  failRate: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  window: (value) => value === 'off' || value === 'on' || value === 'clock',
  drift: isBoolean,
  encoding: (value) => typeof value === 'string' && /^[a-z0-9-]{2,20}$/iu.test(value),
  oneElement: isBoolean,
  garbage: isBoolean,
  down: isBoolean,
}

/** Findings in a change of switches; an empty list means that it may be merged. */
export function checkSwitches(change: unknown): string[] {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    return ['an object of switches is expected']
  }
  return Object.entries(change).flatMap(([name, value]) => {
    if (!isSwitch(name)) return [`${name}: there is no such switch`]
    return CHECKS[name](value) ? [] : [`${name}: this value is not possible`]
  })
}

export function isSwitchesChange(change: unknown): change is Partial<Switches> {
  return checkSwitches(change).length === 0
}

function isSwitch(name: string): name is keyof Switches {
  return Object.hasOwn(CHECKS, name)
}
