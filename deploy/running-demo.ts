// Where the demo of this checkout runs, told by `npm start` to the other commands. Holds addresses only, no secret.

import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const RunningDemo = Type.Object({
  /** OpenID issuer: `http://127.0.0.1:4001/realms/gov` */
  issuer: Type.String(),
  /** Origin of the query page: `http://127.0.0.1:4000` */
  portal: Type.String(),
})

export type RunningDemo = Static<typeof RunningDemo>

/** The demo's data: database, keys, log. */
export const DATA_FOLDER = path.join(import.meta.dirname, '..', '.panjareh')

const FILE = 'running-demo.json'

export async function writeRunningDemo(demo: RunningDemo, folder = DATA_FOLDER): Promise<void> {
  await writeFile(path.join(folder, FILE), `${JSON.stringify(demo)}\n`)
}

/** Undefined if no demo was ever started here, or the file is not one of ours. */
export async function readRunningDemo(folder = DATA_FOLDER): Promise<RunningDemo | undefined> {
  try {
    const demo: unknown = JSON.parse(await readFile(path.join(folder, FILE), 'utf8'))
    return Value.Check(RunningDemo, demo) ? demo : undefined
  } catch {
    return undefined
  }
}
