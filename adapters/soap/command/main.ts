// `npm run -s soap -- describe WSDL…`: what a SOAP contract offers, through the same reader as the gateway's;
// `npm run -s soap -- call WSDL --operation NAME`: one call of it.
// Exit codes: 0 done, 1 the system refused or answered nonsense, 2 a contract or the arguments are refused.

import { call } from './call.ts'
import { type Command, EXIT, UsageError } from './command.ts'
import { describe } from './describe.ts'

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['describe', describe],
  ['call', call],
])

const [name = '', ...args] = process.argv.slice(2)
const command = COMMANDS.get(name)
const output = {
  print: (line: string) => process.stdout.write(`${line}\n`),
  warn: (line: string) => process.stderr.write(`${line}\n`),
}
try {
  if (command === undefined) {
    throw new UsageError(`commands: ${[...COMMANDS.keys()].join(', ')}`)
  }
  process.exitCode = await command(args, output)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  output.warn(error.message)
  process.exitCode = EXIT.refused
}
