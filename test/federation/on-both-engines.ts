// A case is stated once and holds whichever engine plans.

import { describe } from 'vitest'

import { type Federate, federate, PLANNERS } from '../gateway/support/federation.ts'

export function onBothEngines(declare: (federate: Federate) => void): void {
  describe.each(PLANNERS)('planned by %s', (planner) => {
    declare((sources, options) => federate(sources, planner, options))
  })
}
