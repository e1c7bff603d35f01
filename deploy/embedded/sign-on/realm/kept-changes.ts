// In: changes of the realm. Out: a file of the data folder that holds all that differs from the realm files, so that a
// start with the same files and folder finds the same realm. Never: half a file, or one that others may read.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { parseJson } from '../parse-json.ts'
import { SignOnError } from '../sign-on-error.ts'

export type Kind = 'settings' | 'clients' | 'users' | 'roles' | 'scopes'

/** By id; null for what was removed. */
const Changed = Type.Record(Type.String(), Type.Union([Type.Null(), Type.Object({})]))
const File = Type.Object({
  version: Type.Literal(1),
  settings: Changed,
  clients: Changed,
  users: Changed,
  roles: Changed,
  scopes: Changed,
})
type File = Static<typeof File>

const FILE = 'realm-changes.json'

export class KeptChanges {
  readonly #file: string | undefined
  readonly #kept: File
  #writing: Promise<void> = Promise.resolve()
  #again = false

  private constructor(file: string | undefined, kept: File) {
    this.#file = file
    this.#kept = kept
  }

  /** Without a folder nothing outlives the process. @throws {SignOnError} DATA_UNUSABLE. */
  static async open(folder: string | undefined): Promise<KeptChanges> {
    const empty: File = { version: 1, settings: {}, clients: {}, users: {}, roles: {}, scopes: {} }
    if (folder === undefined) return new KeptChanges(undefined, empty)
    const file = join(folder, FILE)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new KeptChanges(file, (await read(file)) ?? empty)
  }

  /** The seed with the changes put over it. */
  over(kind: Kind, seed: readonly { readonly id: string }[]): unknown[] {
    const changed = this.#kept[kind]
    const known = new Set(seed.map(({ id }) => id))
    const old = seed.map((thing) => (thing.id in changed ? changed[thing.id] : thing))
    const added = Object.entries(changed).filter(([id]) => !known.has(id))
    return [...old, ...added.map(([, thing]) => thing)].filter((thing) => thing !== null)
  }

  /** Resolves when the change is on the disk. */
  keep(kind: Kind, id: string, after: object | undefined): Promise<void> {
    this.#kept[kind][id] = after ?? null
    return this.#file === undefined ? Promise.resolve() : this.#write(this.#file)
  }

  /** One write at a time; changes that come while one runs go into the next, together. */
  #write(file: string): Promise<void> {
    if (this.#again) return this.#writing
    this.#again = true
    const before = this.#writing.catch(() => undefined)
    this.#writing = before.then(() => {
      this.#again = false
      return write(file, JSON.stringify(this.#kept))
    })
    return this.#writing
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(`${file}.new`, text, { mode: 0o600 })
    await rename(`${file}.new`, file)
  } catch (cause) {
    throw new SignOnError('DATA_UNUSABLE', `${file}: cannot be written`, cause)
  }
}

async function read(file: string): Promise<File | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new SignOnError('DATA_UNUSABLE', `${file}: cannot be read`, cause)
  })
  if (text === undefined) return undefined
  const kept = parseJson(text)
  if (Value.Check(File, kept)) return kept
  // Without a cause: a parse error quotes what it read, and that may be a secret.
  throw new SignOnError('DATA_UNUSABLE', `${file}: is not a file of the sign-on's changes`)
}
