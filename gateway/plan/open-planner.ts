// Which engine plans.

import { openApolloPlanner } from './apollo.ts'
import { openHivePlanner } from './hive.ts'
import type { Planner } from './plan.ts'

export type PlannerName = 'hive' | 'apollo'

export function openPlanner(supergraph: string, name: PlannerName): Planner {
  return name === 'hive' ? openHivePlanner(supergraph) : openApolloPlanner(supergraph)
}
