// A file of a system folder. Never: one that lies elsewhere, by its path or by a link.

import { readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** Undefined for what cannot be read, or is only linked here. */
export async function readInside(folder: string, file: string): Promise<string | undefined> {
  try {
    const path = await realpath(join(folder, file))
    const home = await realpath(folder)
    return path.startsWith(home + sep) ? await readFile(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}

export const NOT_INSIDE = 'cannot be read: no such file in this folder'
