// `describe [--root DIR] [--fetch HOST]… FILE_OR_FOLDER…`: one JSON line per contract, in the order of the arguments; a folder means every
// *.wsdl below it. A contract that is refused has a line, too.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { FindingsError } from '../../finding.ts'
import { type Command, EXIT, type Output, UsageError } from './command.ts'
import { type ContractPlace, readNamedContract } from './contract-file.ts'
import { fetchContract } from './fetch-contract.ts'
import { outline } from './outline.ts'

const USAGE = 'usage: npm run -s soap -- describe [--root DIR] [--fetch HOST]… WSDL_OR_FOLDER…'

export const describe: Command = async (args, output) => {
  const { paths, ...place } = readArguments(args)
  let refused = false
  for (const path of paths) {
    for (const file of await contractsOf(path, output)) {
      const line = await describeOne({ path: file, ...place }, output)
      refused ||= !line.ok
      output.print(JSON.stringify(line))
    }
  }
  return refused ? EXIT.refused : EXIT.done
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { root: { type: 'string' }, fetch: { type: 'string', multiple: true } },
    })
    if (positionals.length === 0) throw new UsageError(USAGE)
    const { root, fetch: hosts } = values
    return { root, fetch: hosts && fetchContract({ hosts }), paths: positionals }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error
    throw new UsageError(`${error.message}\n${USAGE}`)
  }
}

async function describeOne(place: ContractPlace, { warn }: Output) {
  const { path: file } = place
  try {
    return { file, ok: true, ...outline(await readNamedContract(place)) }
  } catch (error) {
    if (error instanceof FindingsError) {
      return { file, ok: false, error: { kind: 'contract', findings: error.findings } }
    }
    // A bug of ours in one contract keeps nobody from the others.
    warn(`${file}: ${error instanceof Error ? error.stack : String(error)}`)
    return { file, ok: false, error: { kind: 'internal' } }
  }
}

async function contractsOf(path: string, { warn }: Output): Promise<readonly string[]> {
  const known = await stat(path).catch(() => undefined)
  if (known?.isDirectory() !== true) return [path]
  const names = await readdir(path, { recursive: true })
  const contracts = names.filter((name) => /\.wsdl$/i.test(name)).toSorted()
  if (contracts.length === 0) warn(`${path} holds no *.wsdl`)
  return contracts.map((name) => join(path, name))
}
