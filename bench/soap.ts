// What a SOAP call costs (`node bench/soap.ts`): Panjareh's adapter, node-soap and a bare HTTP exchange ask one server, which runs in a
// process of its own. One run, the clients in turn, CPU time of this process per call, medians of all rounds.
// `node bench/soap.ts memory CLIENT PEOPLE` asks once and tells its highest memory; `quick` does fewer rounds.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

import { medianOf, spreadText, tableOf } from './figures.ts'
import { nodeSoapClient, ownClient, rawClient, type SoapClient } from './soap/clients.ts'

const CLIENTS: Readonly<Record<string, (address: string) => SoapClient | Promise<SoapClient>>> = {
  raw: rawClient,
  own: ownClient,
  'node-soap': nodeSoapClient,
}
/** People in the answer; calls in a round; calls at once. */
const SIZES = [
  { people: 3, calls: 400, atOnce: 16 },
  { people: 20, calls: 150, atOnce: 8 },
  { people: 220, calls: 25, atOnce: 1 },
] as const
const LARGE = 110_000

interface Round {
  /** Microseconds of this process per call. */
  readonly cpu: number
  /** Longest time in which the event loop did nothing else, milliseconds. */
  readonly blocked: number
}

const [mode, ...rest] = process.argv.slice(2)
const server = spawn(process.execPath, [path.join(import.meta.dirname, 'soap', 'server.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const address = `http://127.0.0.1:${await portOf(server)}`
  if (mode === 'memory') await memory(address, rest)
  else await compare(address, mode === 'quick' ? 3 : 9)
} finally {
  server.kill()
}

async function compare(address: string, rounds: number): Promise<void> {
  for (const { people, calls, atOnce } of SIZES) {
    const bytes = (await (await fetch(`${address}/${people}`, { method: 'POST' })).bytes()).length
    const clients: SoapClient[] = []
    for (const open of Object.values(CLIENTS)) clients.push(await open(`${address}/${people}`))
    const measured = new Map(clients.map(({ name }): [string, Round[]] => [name, []]))
    for (let round = 0; round < rounds + 2; round += 1) {
      for (const client of clients) {
        const figures = await measure(client, calls, atOnce)
        measured.get(client.name)?.push(figures)
      }
    }
    for (const client of clients) await client.close()
    print(`\nAnswer of ${bytes} bytes, ${atOnce} at once, ${rounds} rounds of ${calls} calls\n`)
    // The first rounds warm up.
    print(toTable(new Map([...measured].map(([name, all]) => [name, all.slice(2)]))))
  }
  print(
    `\nHighest memory for one answer of about 50 MB (${LARGE} people), each in a process of its own\n`,
  )
  const rows = []
  for (const name of Object.keys(CLIENTS)) rows.push([name, await memoryOf(name)])
  print(
    tableOf([['client', 'before → highest resident set, MB; longest block, ms; time, s'], ...rows]),
  )
}

async function measure(client: SoapClient, calls: number, atOnce: number): Promise<Round> {
  const watch = watchLoop()
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
  return { cpu: (user + system) / calls, blocked: watch() }
}

/** Turns of the event loop seen from a timer; the longest gap when it is stopped. */
function watchLoop(): () => number {
  let last = performance.now()
  let longest = 0
  const look = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(look, 1)
  return () => {
    look()
    clearInterval(timer)
    return longest
  }
}

function toTable(measured: ReadonlyMap<string, readonly Round[]>): string {
  const cpu = new Map([...measured].map(([name, rounds]) => [name, rounds.map((each) => each.cpu)]))
  const raw = medianOf(cpu.get('raw HTTP exchange') ?? [])
  const nodeSoap = medianOf(cpu.get('node-soap') ?? [])
  const rows = [...measured].map(([name, rounds]) => {
    const own = medianOf(cpu.get(name) ?? [])
    return [
      name,
      spreadText(cpu.get(name) ?? []),
      String(Math.round(1_000_000 / own)),
      `${(nodeSoap / own).toFixed(1)} ×`,
      `${((raw / own) * 100).toFixed(0)} %`,
      spreadText(rounds.map((each) => each.blocked)),
    ]
  })
  const head = [
    'client',
    'CPU µs per call',
    'calls per CPU s',
    'of node-soap',
    'of raw',
    'longest block ms',
  ]
  return tableOf([head, ...rows])
}

async function memoryOf(name: string): Promise<string> {
  const child = spawn(process.execPath, [import.meta.filename, 'memory', name, String(LARGE)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let text = ''
  child.stdout.on('data', (data: Buffer) => (text += data.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000)
  await once(child, 'close')
  clearTimeout(timer)
  return text.trim() || 'failed or took more than two minutes'
}

async function memory(
  address: string,
  [name = 'own', people = '']: readonly string[],
): Promise<void> {
  const client = await CLIENTS[name]?.(`${address}/1`)
  await client?.call()
  await client?.close()
  const before = process.memoryUsage.rss()
  const large = await CLIENTS[name]?.(`${address}/${people}`)
  const watch = watchLoop()
  const from = performance.now()
  await large?.call()
  const took = performance.now() - from
  const most = process.resourceUsage().maxRSS * 1024
  const figures = [before, most].map((bytes) => Math.round(bytes / 1_000_000)).join(' → ')
  print(`${figures}; ${watch().toFixed(0)}; ${(took / 1000).toFixed(1)}`)
  await large?.close()
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of child.stdout ?? []) return Number(String(line))
  return 0
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
