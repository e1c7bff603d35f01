// The bytes of contract files. In: a folder and paths in it. Out: bytes, or undefined. Never: what a symbolic link outside the
// folder holds, nor more than a contract can need.

import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import { isOutside, toRelative } from './locate.ts'

/** Largest contract file and largest contract that we take; real ones stay below 20 MB. */
const FILE_BYTES = 64 * 1024 * 1024
const ALL_BYTES = 192 * 1024 * 1024
const FILES = 3000
/** Schemas in one folder that are looked through for a namespace. */
const MOST_BESIDE = 200

export class ContractFolder {
  readonly #folder: string
  readonly #open: boolean
  #bytes = 0
  #files = 0

  /** `open`: files above the folder may be read, if they are WSDL or XSD files to the end of every link. */
  constructor(folder: string, open: boolean) {
    this.#folder = resolve(folder)
    this.#open = open
  }

  /** Undefined for what is not there, not ours, or too much. */
  async read(file: string): Promise<Uint8Array | undefined> {
    try {
      const [folder, path] = await Promise.all([
        realpath(this.#folder),
        realpath(join(this.#folder, file)),
      ])
      if (isOutside(toRelative(folder, path)) && !(this.#open && /\.(?:wsdl|xsd)$/i.test(path))) {
        return undefined
      }
      const { size } = await stat(path)
      if (!this.take(size)) return undefined
      return await readFile(path)
    } catch {
      return undefined
    }
  }

  /** Schema files beside a file. */
  async beside(file: string): Promise<readonly string[]> {
    try {
      const names = await readdir(join(this.#folder, dirname(file)))
      const schemas = names.filter((name) => /\.xsd$/i.test(name)).toSorted()
      return schemas.slice(0, MOST_BESIDE).map((name) => join(dirname(file), name))
    } catch {
      return []
    }
  }

  /** Counts bytes of a file, also of one that came from elsewhere. */
  take(size: number): boolean {
    this.#bytes += size
    this.#files += 1
    return size <= FILE_BYTES && this.#bytes <= ALL_BYTES && this.#files <= FILES
  }
}
