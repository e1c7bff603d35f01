// Command-line flags that say what a variable of the environment can say, too.

import { parseArgs } from 'node:util'

import { ConfigError } from './config.ts'
import { nearest } from './nearest.ts'

/** Flag → the variable it stands for. */
export type Flags = Readonly<Record<string, string>>

/** Variable → value. Throws ConfigError with a line for each thing that is not understood. */
export function readFlags(args: readonly string[], flags: Flags): Readonly<Record<string, string>> {
  const options = Object.fromEntries(
    Object.keys(flags).map((name) => [name, { type: 'string' as const }]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const told: Record<string, string> = {}
  const findings: string[] = []
  let isValueOfUnknown = false
  for (const token of tokens) {
    if (token.kind === 'positional' && !isValueOfUnknown) {
      findings.push(`"${token.value}" belongs to no flag`)
    }
    isValueOfUnknown = false
    if (token.kind !== 'option') continue
    const variable = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    if (variable === undefined) {
      findings.push(unknown(token.rawName, flags))
      isValueOfUnknown = true
    } else if (token.value === undefined || token.value.startsWith('--')) {
      findings.push(`--${token.name} needs a value`)
    } else told[variable] = token.value
  }
  if (findings.length > 0) throw new ConfigError(findings)
  return told
}

/** The same findings in the words of one who wrote flags. */
export function inFlags({ findings }: ConfigError, flags: Flags, told: object): ConfigError {
  const named = Object.entries(flags).filter(([, variable]) => Object.hasOwn(told, variable))
  return new ConfigError(
    findings.map((finding) => {
      const flag = named.find(([, variable]) => finding.startsWith(`${variable} `))
      return flag === undefined ? finding : finding.replace(flag[1], `--${flag[0]}`)
    }),
  )
}

function unknown(written: string, flags: Flags): string {
  const names = [...Object.keys(flags), 'help'].map((name) => `--${name}`)
  const near = nearest(written, names)
  return `${written} is not a flag${near === undefined ? '' : `; did you mean ${near}?`}`
}
