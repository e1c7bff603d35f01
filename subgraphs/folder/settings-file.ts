// A system's system.json. In: its text. Out: settings, or everything that is wrong with them, each with its line.

import { Ajv, type ErrorObject } from 'ajv'

import { type Finding } from '../../adapters/finding.ts'
import { doubledName } from '../../adapters/json-names.ts'
import { SystemSettings } from '../../adapters/settings.ts'
import { closest } from '../closest.ts'
import { lineOf, linesOf } from './json-lines.ts'

const validate = new Ajv({ allErrors: true, verbose: true }).compile<SystemSettings>(SystemSettings)

export type Parsed =
  | { readonly settings: SystemSettings; readonly findings?: undefined }
  | { readonly settings?: undefined; readonly findings: readonly Finding[] }

export function parseSettings(text: string, file: string): Parsed {
  const lines = linesOf(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { findings: [{ file, line: Math.max(...lines.values()), message: 'is not JSON' }] }
  }
  const doubled = doubledName(text)
  if (doubled !== undefined) {
    const message = `has ${doubled.name} twice in one object; keep one`
    return { findings: [{ file, line: doubled.line, message }] }
  }
  if (validate(value)) return { settings: value }
  const findings = relevant(validate.errors ?? []).map(({ pointer, message }) => ({
    file,
    line: lineOf(lines, pointer),
    message: pointer === '' ? message : `${pointer.slice(1).replaceAll('/', '.')}: ${message}`,
  }))
  return { findings }
}

interface Problem {
  readonly pointer: string
  readonly message: string
}

/** Of a choice, only what is wrong with the alternative that is meant. */
function relevant(errors: readonly ErrorObject[]): Problem[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf')
  const inner = choices.filter((a) => !choices.some((b) => a !== b && isBelow(a, b)))
  const single = errors.filter(
    (error) => !inner.some((choice) => error === choice || isBelow(error, choice)),
  )
  return [...single.map(toProblem), ...inner.flatMap((choice) => ofChoice(choice, errors))]
}

function isBelow(error: ErrorObject, choice: ErrorObject): boolean {
  return (
    error.schemaPath.startsWith(`${choice.schemaPath}/`) &&
    error.instancePath.startsWith(choice.instancePath)
  )
}

function ofChoice(choice: ErrorObject, errors: readonly ErrorObject[]): Problem[] {
  const branches = new Map<string, ErrorObject[]>()
  for (const error of errors.filter((each) => isBelow(each, choice))) {
    const branch = error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] ?? ''
    branches.set(branch, [...(branches.get(branch) ?? []), error])
  }
  const meant = [...branches.values()].filter(
    (branch) => !branch.some((error) => excludes(error, choice)),
  )
  if (meant.length > 0) return meant.flatMap((branch) => branch.map(toProblem))
  const constants = [...branches.values()].flat().filter(({ keyword }) => keyword === 'const')
  const allowed = constants.map(({ params }) => String(params['allowedValue']))
  const [first] = constants
  if (first === undefined) return [{ pointer: choice.instancePath, message: 'is of another type' }]
  return [
    { pointer: first.instancePath, message: `there is no ${closest(String(first.data), allowed)}` },
  ]
}

/** The alternative is not the one that was meant. */
function excludes(error: ErrorObject, choice: ErrorObject): boolean {
  return (
    error.keyword === 'const' ||
    (error.keyword === 'type' && error.instancePath === choice.instancePath)
  )
}

function toProblem({ instancePath, keyword, params, message, parentSchema }: ErrorObject): Problem {
  if (keyword === 'additionalProperties') {
    const key = String(params['additionalProperty'])
    const known = Object.keys(parentSchema?.['properties'] ?? {})
    return { pointer: `${instancePath}/${key}`, message: `unknown key ${closest(key, known)}` }
  }
  return { pointer: instancePath, message: message ?? keyword }
}
