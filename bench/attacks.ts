// What an attack costs a gateway with its default limits, and what it costs with all of them off: one line for each, in
// CPU milliseconds of the whole process. `node bench/attacks.ts [PART OF A NAME]`

import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

import { ATTACKS, type Attack, ORDINARY } from './attacks/documents.ts'
import { openTarget } from './attacks/gateway.ts'
import { measure, type Measured, sizeOf, warmUp } from './attacks/measure.ts'
import { CAP_MS } from './attacks/without-limits.ts'

const ROUNDS = 9
const CHILD = new URL('./attacks/without-limits.ts', import.meta.url).pathname

const wanted = process.argv[2] ?? ''
const chosen = ATTACKS.filter(({ name }) => name.includes(wanted))
const target = await openTarget(true)
await warmUp(target.url)
print('| request | size | CPU ms | ends as | CPU ms without limits | ends as |')
print('| --- | --- | --- | --- | --- | --- |')
for (const one of ORDINARY) print(row(one, await median(one), undefined))
for (const one of chosen) print(row(one, await median(one), await before(one)))
await target.close()

/** The round in the middle by its CPU time. */
async function median({ body }: Attack): Promise<Measured | undefined> {
  const rounds: Measured[] = []
  for (let nth = 0; nth < ROUNDS; nth += 1) rounds.push(await measure(target.url, body(nth)))
  return rounds.toSorted((a, b) => a.cpuMs - b.cpuMs)[Math.floor(ROUNDS / 2)]
}

/** In a process of its own, because it may not come back. Once, after ordinary requests. */
async function before(one: Attack): Promise<Measured | undefined> {
  const index = String(ATTACKS.indexOf(one))
  const child = spawn(process.execPath, ['--max-old-space-size=2048', CHILD, index], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const output = await text(child.stdout)
  const [line = ''] = output.split('\n')
  return line === '' ? { cpuMs: Number.NaN, verdict: 'process died' } : JSON.parse(line)
}

function row({ name, body }: Attack, after?: Measured, off?: Measured): string {
  const cells = [
    name,
    sizeOf(body(0).length),
    after === undefined ? '' : toMs(after.cpuMs),
    after?.verdict ?? '',
    off === undefined ? '' : toMs(off.cpuMs),
    off?.verdict ?? '',
  ]
  return `| ${cells.join(' | ')} |`
}

function toMs(cpuMs: number): string {
  if (Number.isNaN(cpuMs)) return '–'
  return cpuMs >= CAP_MS ? `> ${CAP_MS}` : cpuMs.toFixed(cpuMs < 10 ? 1 : 0)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
