// The file that is meant by a path below a folder. In: folder and path. Out: the open file with what it is, or why there is
// none. Never: anything outside the folder, by whatever name or link; a directory, a device, a file under a temporary name.

import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

export interface LocateOptions {
  /** Absolute. */
  readonly folder: string
  /** `*` in the last part: the newest file of such a name. The path is a contract's own then, else it is percent-encoded. */
  readonly patterns: boolean
  /** Is a file of that time left alone by now? */
  readonly isQuiet: (mtimeMs: number) => boolean
}

export interface Located {
  readonly name: string
  readonly handle: FileHandle
  readonly stats: Stats
}

/** `no file`, `outside`, `not a file`, or the code of Node (EACCES…). */
export type Missing = string

/** Names under which files are written before they get their own. */
const TEMPORARY = /^[.~]|(?:~|\.(?:tmp|temp|part|partial|filepart|crdownload|swp|lock))$/i

export async function locateFile(text: string, options: LocateOptions): Promise<Located | Missing> {
  const steps = stepsOf(text, options.patterns)
  if (steps === undefined) return 'outside'
  try {
    const root = await realpath(options.folder)
    const folder = await realpath(path.join(root, ...steps.slice(0, -1)))
    if (!isInside(folder, root)) return 'outside'
    const last = steps.at(-1) ?? ''
    const isPattern = options.patterns && last.includes('*')
    const name = isPattern ? await newest(folder, last, options) : last
    if (name === undefined) return 'no file'
    const file = await realpath(path.join(folder, name))
    return isInside(file, root) ? await opened(file) : 'outside'
  } catch (error) {
    return codeOf(error)
  }
}

/** Undefined for what could lead out of the folder. */
function stepsOf(text: string, isLiteral: boolean): string[] | undefined {
  const parts = text.replace(/^\/+/, '').split('/')
  const steps: string[] = []
  for (const part of parts) {
    const step = isLiteral ? part : decoded(part)
    if (step === undefined || step === '' || step === '.' || step === '..') return undefined
    if (/[/\\\0]/.test(step)) return undefined
    steps.push(step)
  }
  return steps
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function isInside(file: string, root: string): boolean {
  return file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep)
}

/** By the time of its last change, then by name. One that is still written gives way to the one before it. */
async function newest(
  folder: string,
  pattern: string,
  { isQuiet }: LocateOptions,
): Promise<string | undefined> {
  const matches = compilePattern(pattern)
  const found: { name: string; at: number }[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { name } = entry
    if (entry.isDirectory() || TEMPORARY.test(name) || !matches(name)) continue
    const stats = await stat(path.join(folder, name)).catch(() => undefined)
    if (stats?.isFile() === true && isQuiet(stats.mtimeMs)) found.push({ name, at: stats.mtimeMs })
  }
  return found.toSorted((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1))[0]?.name
}

/** `*` stands for any letters of a name. */
function compilePattern(pattern: string): (name: string) => boolean {
  const [head = '', ...parts] = pattern.split('*')
  const tail = parts.pop() ?? ''
  return (name) => {
    if (!name.startsWith(head)) return false
    let from = head.length
    for (const part of parts) {
      const at = name.indexOf(part, from)
      if (at === -1) return false
      from = at + part.length
    }
    return name.length - tail.length >= from && name.endsWith(tail)
  }
}

/** Without waiting for the writer of a pipe, and not through a link that has come in between. */
async function opened(file: string): Promise<Located | Missing> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  const stats = await handle.stat()
  if (stats.isFile()) return { name: path.basename(file), handle, stats }
  await handle.close()
  return 'not a file'
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'no file' : code
}
