// Where credentials are put into an operation's input, checked against the contract. In: settings. Out: findings.

import type { Contract, Shape } from '../../adapters/adapter.ts'
import type { Finding } from '../../adapters/finding.ts'
import { parsePath, shapeAt } from '../../adapters/mapping/paths.ts'
import type { AuthSettings, SystemSettings } from '../../adapters/settings.ts'

export function checkCredentialPaths(settings: SystemSettings, contract: Contract): Finding[] {
  const findings: Finding[] = []
  for (const { path, pointer } of settings.auth.flatMap(pathsOf)) {
    for (const [name, { operation }] of Object.entries(settings.operations)) {
      const input = contract.operations.get(operation ?? name)?.input
      const problem = input && problemOf(path, input)
      if (problem === undefined) continue
      const message = `operation "${name}": ${problem}`
      findings.push({ file: 'system.json', pointer, message })
    }
  }
  return findings
}

function pathsOf(auth: AuthSettings, place: number): { path: string; pointer: string }[] {
  const pointer = `/auth/${place}`
  if (auth.scheme === 'input') {
    return Object.keys(auth.values).map((path) => ({ path, pointer: `${pointer}/values` }))
  }
  if (auth.scheme !== 'body-signature') return []
  const over = auth.over.map((path) => ({ path, pointer: `${pointer}/over` }))
  return [{ path: auth.field, pointer: `${pointer}/field` }, ...over]
}

/** A signature may cover one member of every item of a list: `codes[].code`. */
function problemOf(text: string, input: Shape): string | undefined {
  const parts = text.split(/(?<=\[\])\./)
  let shape = input
  for (const part of parts) {
    const path = parsePath(part)
    if (path === undefined) return `"${text}" is not a path`
    const checked = shapeAt(path, shape)
    if (checked.problem !== undefined) return checked.problem
    shape = checked.shape
  }
  return undefined
}
