// What became of the questions to each system. The systems' own layers count; it is read when somebody asks.

import type { SystemCalls, SystemHealth } from '../../schema/subgraph.ts'
import { Gauge, type GaugeOptions, type Metric } from './metric.ts'

type Name = keyof SystemCalls

/** Label → what is counted. */
const KINDS: Readonly<Record<string, Name>> = {
  asked: 'asked',
  sent: 'sent',
  joined: 'joined',
  cache_hit: 'cacheHits',
  cache_stale: 'cacheStale',
  cache_miss: 'cacheMisses',
  queued: 'queued',
  shed: 'shed',
  not_tried: 'notTried',
  retry: 'retried',
  hedge: 'hedged',
  busy: 'busy',
  breaker_opened: 'opened',
}

export function systemGauges(systems: () => readonly SystemHealth[]): readonly Metric[] {
  return [
    new Gauge({
      name: 'panjareh_system_calls_total',
      help: 'Questions to systems (asked), how they were answered without a call (joined, cache_*), calls that went out (sent, with retry and hedge) or not (shed, not_tried), and what the system said (busy).',
      labels: ['system', 'kind'],
      type: 'counter',
      read: () =>
        systems().flatMap(({ system, calls }) =>
          calls === undefined
            ? []
            : Object.entries(KINDS).map(([kind, name]): [string[], number] => [
                [system, kind],
                calls[name],
              ]),
        ),
    }),
    gaugeOf(systems, {
      name: 'panjareh_system_queue_seconds_total',
      help: 'Time that calls spent in the queue before a system.',
      type: 'counter',
      of: ({ queueMs }) => queueMs / 1000,
    }),
    gaugeOf(systems, {
      name: 'panjareh_system_calls_in_flight',
      help: 'Calls that a system has not answered yet.',
      of: ({ active }) => active,
    }),
    gaugeOf(systems, {
      name: 'panjareh_system_queue_length',
      help: 'Calls that wait for their turn.',
      of: ({ waiting }) => waiting,
    }),
  ]
}

function gaugeOf(
  systems: () => readonly SystemHealth[],
  {
    of,
    ...described
  }: Omit<GaugeOptions, 'read' | 'labels'> & { of: (calls: SystemCalls) => number },
): Metric {
  return new Gauge({
    ...described,
    labels: ['system'],
    read: () =>
      systems().flatMap(({ system, calls }): [string[], number][] =>
        calls === undefined ? [] : [[[system], of(calls)]],
      ),
  })
}
