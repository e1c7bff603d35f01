import type { EngineName } from '../engine.ts'
// In: the tests that ran. Out: capability × engine, in the order of the suites, as Markdown and as plain lines.
import { NO, NOT_OFFERED } from './capability.ts'
import type { Tried } from './report.ts'

export interface Row {
  readonly group: string
  readonly capability: string
  readonly cells: Readonly<Partial<Record<EngineName, string>>>
  /** Why some engine has it not. */
  readonly reasons: readonly string[]
}

const ENGINES: readonly EngineName[] = ['keycloak', 'embedded']

export function tableOf(tests: readonly Tried[]): Row[] {
  const rows = new Map<string, Row>()
  for (const test of tests) {
    const engine = ENGINES.find((name) => test.ancestors[0]?.split(' ').includes(name))
    if (engine === undefined) continue
    const { capability, cell, reason } = read(test)
    const group = test.ancestors.slice(1).join(' › ') || test.file.replaceAll('-', ' ')
    const key = `${group}\n${capability}`
    const row = rows.get(key)
    const reasons = reason === undefined ? [] : [cell === 'no' ? `${engine}: ${reason}` : reason]
    rows.set(key, {
      group,
      capability,
      cells: { ...row?.cells, [engine]: cell },
      reasons: [...new Set([...(row?.reasons ?? []), ...reasons])],
    })
  }
  return [...rows.values()]
}

function read({ title, passed }: Tried) {
  const [withoutOffer = '', notOffered] = title.split(NOT_OFFERED)
  const [capability = '', no] = withoutOffer.split(NO)
  const reason = no ?? notOffered
  if (!passed) return { capability, cell: 'FAILED', reason }
  const lacking = no === undefined ? 'not offered' : 'no'
  return { capability, cell: reason === undefined ? 'ok' : lacking, reason }
}

export function markdownTable(rows: readonly Row[]): string[] {
  const groups = Map.groupBy(rows, ({ group }) => group)
  return [...groups].flatMap(([group, of]) => [
    `| ${group} | Keycloak | embedded |`,
    '| --- | --- | --- |',
    ...of.map(
      ({ capability, cells, reasons }) =>
        `| ${[capability, ...reasons].join('; ')} | ${cellsOf(cells).join(' | ')} |`,
    ),
    '',
  ])
}

export function plainTable(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(({ capability }) => capability.length), 0)
  return rows.flatMap(({ group, capability, cells, reasons }, index) => [
    ...(rows[index - 1]?.group === group ? [] : ['', group]),
    `  ${capability.padEnd(width)}  ${cellsOf(cells)
      .map((cell) => cell.padEnd(12))
      .join(' ')}${reasons.join('; ')}`.trimEnd(),
  ])
}

function cellsOf(cells: Row['cells']): string[] {
  return ENGINES.map((engine) => cells[engine] ?? 'not tried')
}
