// The simulated systems, one line each. To add one: write its simulator (port in simulator.ts) and name it here.

import type { CreateSimulator } from './simulator.ts'

export const SYSTEMS: readonly CreateSimulator[] = []
