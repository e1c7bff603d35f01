// What a SOAP call costs (`node bench/soap.ts`, about two minutes): Panjareh's adapter, node-soap, GraphQL Mesh's transport and a
// bare HTTP exchange ask one server, which runs in a process of its own. One run, the clients in turn, CPU time of this
// process per call, medians of all rounds. `quick` does fewer rounds; `memory CLIENT PEOPLE` asks once and tells its memory.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'

import { medianOf, spreadText, tableOf } from './figures.ts'
import {
  nodeSoapClient,
  omnigraphClient,
  ownClient,
  rawClient,
  type SoapClient,
} from './soap/clients.ts'
import { type Blocks, watchLoop } from './soap/watch-loop.ts'

const CLIENTS: Readonly<Record<string, (address: string) => SoapClient | Promise<SoapClient>>> = {
  raw: rawClient,
  own: ownClient,
  'node-soap': nodeSoapClient,
  omnigraph: omnigraphClient,
}
/** People in the answer; calls in a round; calls at once; rounds before those that count, for the engine compiles meanwhile. */
const SIZES = [
  { people: 3, calls: 400, atOnce: 16, warmUp: 25 },
  { people: 20, calls: 150, atOnce: 8, warmUp: 10 },
  { people: 220, calls: 25, atOnce: 1, warmUp: 5 },
] as const
const LARGE = 110_000

interface Round extends Blocks {
  /** Microseconds of this process per call. */
  readonly cpu: number
}

const [mode, ...rest] = process.argv.slice(2)
const server = spawn(process.execPath, [path.join(import.meta.dirname, 'soap', 'server.ts')], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
try {
  const address = `http://127.0.0.1:${await portOf(server)}`
  if (mode === 'memory') await memory(address, rest)
  else await compare(address, mode === 'quick' ? 3 : 11)
} finally {
  server.kill()
}
// A client that keeps its connections would keep the process.
process.exit()

async function compare(address: string, rounds: number): Promise<void> {
  const [cpu] = cpus()
  const load = loadavg()[0]?.toFixed(1)
  print(`${cpu?.model ?? 'unknown'}, ${cpus().length} cores, load ${load}, Node ${process.version}`)
  for (const size of SIZES) await compareSize(address, size, rounds)
  print(`\nOne answer of about 50 MB (${LARGE} people), each client in a process of its own\n`)
  const head = ['client', 'MB before → highest', 'longest block ms', 'p99 block ms', 'time s']
  const rows: string[][] = []
  for (const name of Object.keys(CLIENTS)) rows.push([name, ...(await memoryOf(name))])
  print(tableOf([head, ...rows]))
}

async function compareSize(
  address: string,
  { people, calls, atOnce, warmUp }: (typeof SIZES)[number],
  rounds: number,
): Promise<void> {
  const bytes = (await (await fetch(`${address}/${people}`, { method: 'POST' })).bytes()).length
  const clients: SoapClient[] = []
  for (const open of Object.values(CLIENTS)) clients.push(await open(`${address}/${people}`))
  const measured = new Map(clients.map(({ name }): [string, Round[]] => [name, []]))
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const client of clients) {
      const figures = await measure(client, calls, atOnce)
      if (round >= warmUp) measured.get(client.name)?.push(figures)
    }
  }
  for (const client of clients) await client.close()
  print(`\nAnswer of ${bytes} bytes, ${atOnce} at once, ${rounds} rounds of ${calls} calls\n`)
  print(toTable(measured))
}

async function measure(client: SoapClient, calls: number, atOnce: number): Promise<Round> {
  const blocks = watchLoop()
  const before = process.cpuUsage()
  let left = calls
  const ask = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await client.call()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  const { user, system } = process.cpuUsage(before)
  return { cpu: (user + system) / calls, ...(await blocks()) }
}

function toTable(measured: ReadonlyMap<string, readonly Round[]>): string {
  const cpu = new Map([...measured].map(([name, rounds]) => [name, rounds.map((each) => each.cpu)]))
  const median = (name: string): number => medianOf(cpu.get(name) ?? [])
  const rows = [...measured].map(([name, rounds]) => [
    name,
    spreadText(cpu.get(name) ?? []),
    String(Math.round(1_000_000 / median(name))),
    `${(median('node-soap') / median(name)).toFixed(1)} ×`,
    `${(median('@omnigraph/soap') / median(name)).toFixed(1)} ×`,
    `${((median('raw HTTP exchange') / median(name)) * 100).toFixed(0)} %`,
    spreadText(rounds.map(({ longest }) => longest)),
  ])
  const head = [
    'client',
    'CPU µs per call',
    'calls per CPU s',
    'of node-soap',
    'of @omnigraph/soap',
  ]
  return tableOf([[...head, 'of raw', 'longest block ms'], ...rows])
}

async function memoryOf(name: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [import.meta.filename, 'memory', name, String(LARGE)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let text = ''
  child.stdout.on('data', (data: Buffer) => (text += data.toString()))
  const timer = setTimeout(() => child.kill(), 60_000)
  await once(child, 'close')
  clearTimeout(timer)
  return text === '' ? ['failed, or took more than a minute', '', '', ''] : text.trim().split('; ')
}

/** One line: resident sets, blocks, time. */
async function memory(
  address: string,
  [name = 'own', people = '']: readonly string[],
): Promise<void> {
  const client = await CLIENTS[name]?.(`${address}/1`)
  await client?.call()
  await client?.close()
  const before = process.memoryUsage.rss()
  const large = await CLIENTS[name]?.(`${address}/${people}`)
  const blocks = watchLoop()
  const from = performance.now()
  await large?.call()
  const took = (performance.now() - from) / 1000
  const { longest, p99 } = await blocks()
  const most = process.resourceUsage().maxRSS * 1024
  const resident = [before, most].map((bytes) => Math.round(bytes / 1_000_000)).join(' → ')
  print([resident, longest.toFixed(0), p99.toFixed(0), took.toFixed(1)].join('; '))
  await large?.close()
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of child.stdout ?? []) return Number(String(line))
  return 0
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
