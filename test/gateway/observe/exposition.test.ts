import { expect, test } from 'vitest'

import { mergeSnapshots, toExposition } from '../../../gateway/observe/exposition.ts'
import { Counter, Gauge, Histogram, type Merge } from '../../../gateway/observe/metric.ts'

test('writes the text format, with labels escaped and buckets summed up', () => {
  const counter = new Counter({ name: 'c_total', help: 'Of c.', labels: ['a'] })
  counter.at('x"y\\z\n').value = 2
  const histogram = new Histogram({ name: 'h_seconds', help: 'Of h.', labels: ['s'] })
  histogram.at('q').observe(0.02)
  histogram.at('q').observe(40)
  const text = toExposition([counter.snapshot(), histogram.snapshot()])
  expect(text).toContain('# HELP c_total Of c.\n# TYPE c_total counter\n')
  expect(text).toContain(String.raw`c_total{a="x\"y\\z\n"} 2` + '\n')
  expect(text).toContain('h_seconds_bucket{s="q",le="0.01"} 0\n')
  expect(text).toContain('h_seconds_bucket{s="q",le="0.025"} 1\n')
  expect(text).toContain('h_seconds_bucket{s="q",le="30"} 1\n')
  expect(text).toContain('h_seconds_bucket{s="q",le="+Inf"} 2\n')
  expect(text).toContain('h_seconds_sum{s="q"} 40.02\nh_seconds_count{s="q"} 2\n')
})

function worker(count: number, late: number) {
  const counter = new Counter({ name: 'c_total', help: 'c', labels: ['a'] })
  counter.at('both').value = count
  counter.at(`only ${count}`).value = 1
  const histogram = new Histogram({ name: 'h_seconds', help: 'h' })
  histogram.at().observe(count)
  const gauge = (name: string, merge: Merge) =>
    new Gauge({ name, help: name, merge, read: () => [[[], late]] })
  return [counter, histogram, gauge('late', 'max'), gauge('rss', 'sum')].map((metric) =>
    metric.snapshot(),
  )
}

test('one page tells the sum of all workers, and the worst of what cannot be summed', () => {
  const text = toExposition(mergeSnapshots([worker(1, 5), worker(2, 3)]))
  expect(text).toContain('c_total{a="both"} 3\n')
  expect(text).toContain('c_total{a="only 1"} 1\n')
  expect(text).toContain('c_total{a="only 2"} 1\n')
  expect(text).toContain('h_seconds_sum 3\nh_seconds_count 2\n')
  expect(text).toContain('late 5\n')
  expect(text).toContain('rss 8\n')
  expect(text.match(/# TYPE c_total/g)).toHaveLength(1)
})
