// Where a gateway's time goes: reads a V8 profile and prints self time by part of the gateway and by function.
// `BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=DIR' npm run gateways -- …`, then `node gateways/profile.ts FILE [ROWS [SKIPPED_SECONDS]]`.

import { readFileSync } from 'node:fs'

import { tableOf } from '../figures.ts'

interface ProfileNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
  }
  readonly children?: readonly number[]
}

interface Profile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const NOT_WORK = new Set(['(idle)', '(program)', '(root)'])

const [file = '', rows = '40', skipped = '8'] = process.argv.slice(2)
const profile: Profile = JSON.parse(readFileSync(file, 'utf8'))
print(profile, Number(rows), Number(skipped) * 1e6)

function print({ nodes, samples, timeDeltas }: Profile, most: number, skip: number): void {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])))
  const parts = new Map<string, number>()
  const functions = new Map<string, number>()
  let all = 0
  let clock = 0
  for (const [n, id] of samples.entries()) {
    const node = byId.get(id)
    clock += timeDeltas[n] ?? 0
    if (clock < skip || node === undefined || node.callFrame.functionName === '(idle)') continue
    const spent = timeDeltas[n] ?? 0
    all += spent
    add(functions, nameOf(node), spent)
    add(
      parts,
      partOf(node, (child) => byId.get(parents.get(child.id) ?? -1)),
      spent,
    )
  }
  const table = (title: string, times: ReadonlyMap<string, number>) =>
    tableOf([
      [title, 'self time'],
      ...[...times]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, most)
        .map(([name, spent]) => [name, `${((100 * spent) / all).toFixed(1)} %`]),
    ])
  process.stdout.write(`${table('part', parts)}\n\n${table('function', functions)}\n`)
}

function add(times: Map<string, number>, name: string, spent: number): void {
  times.set(name, (times.get(name) ?? 0) + spent)
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const place = url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|gateway)\//, '$1/')
  return `${functionName || '(anonymous)'} ${place === '' ? '' : `${place}:${lineNumber + 1}`}`
}

/** Engine built-ins (JSON, maps, writes) count for whoever called them. */
function partOf(node: ProfileNode, above: (node: ProfileNode) => ProfileNode | undefined): string {
  if (node.callFrame.functionName === '(garbage collector)') return 'garbage collection'
  if (NOT_WORK.has(node.callFrame.functionName)) return 'runtime outside JavaScript'
  let at: ProfileNode | undefined = node
  while (at !== undefined && at.callFrame.url === '') at = above(at)
  const url = at?.callFrame.url ?? ''
  const own = /\/(gateway\/[^/]+)(?:\/|$)/.exec(url)?.[1]
  const bought = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  return own ?? bought ?? (url.startsWith('node:') ? url.split('/').slice(0, 2).join('/') : url)
}
