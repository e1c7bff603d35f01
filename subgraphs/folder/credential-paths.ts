// Where credentials are put into an operation's input, checked against the contract. In: settings. Out: findings.

import type { Contract, Shape } from '../../adapters/adapter.ts'
import type { Finding } from '../../adapters/finding.ts'
import { parsePath, shapeAt } from '../../adapters/mapping/paths.ts'
import type { AuthSettings, SystemSettings } from '../../adapters/settings.ts'
import { closest } from '../closest.ts'

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
  return [...findings, ...settings.auth.flatMap((each, at) => checkLogin(each, at, contract))]
}

function pathsOf(auth: AuthSettings, place: number): { path: string; pointer: string }[] {
  const pointer = `/auth/${place}`
  if (auth.scheme === 'input') {
    return Object.keys(auth.values).map((path) => ({ path, pointer: `${pointer}/values` }))
  }
  if (auth.scheme === 'body-signature') {
    const over = auth.over.map((path) => ({ path, pointer: `${pointer}/over` }))
    return [{ path: auth.field, pointer: `${pointer}/field` }, ...over]
  }
  if (auth.scheme !== 'login' && auth.scheme !== 'soap-login') return []
  const path = auth.send?.input
  return path === undefined ? [] : [{ path, pointer: `${pointer}/send/input` }]
}

/** A login that is an operation of the contract is checked like any other. */
function checkLogin(auth: AuthSettings, place: number, contract: Contract): Finding[] {
  if (auth.scheme !== 'soap-login') return []
  const report = (key: string, message: string): Finding => ({
    file: 'system.json',
    pointer: `/auth/${place}/${key}`,
    message,
  })
  const operation = contract.operations.get(auth.operation)
  if (operation === undefined) {
    const known = [...contract.operations.keys()]
    return [report('operation', `the contract has no ${closest(auth.operation, known)}`)]
  }
  const paths = [...Object.keys(auth.input), ...Object.keys(auth.constants ?? {})]
  const wrong = paths.flatMap((path) => problemOf(path, operation.input) ?? [])
  const token = problemOf(auth.token, operation.output)
  return [
    ...wrong.map((problem) => report('input', problem)),
    ...(token === undefined ? [] : [report('token', token)]),
  ]
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
