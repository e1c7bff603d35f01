// Looks every so often whether a file says something else. By content, because its time and its place on a disk change
// with every mount and copy; and only when it says the same twice, because a writer may be in the middle of it.

import { readFile } from 'node:fs/promises'

export interface WatchOptions {
  readonly file: string
  readonly everyMs: number
  /** What the file said when it was last looked at. */
  readonly content: string
  readonly changed: (content: string) => Promise<unknown>
  /** Called once for each time in a row that it cannot be read. */
  readonly unreadable: (error: unknown) => void
}

export interface Watch {
  close(): void
}

const SETTLE_MS = 100

export function watchFile({ file, everyMs, content, changed, unreadable }: WatchOptions): Watch {
  let known = content
  let isReadable = true
  let timer: NodeJS.Timeout
  let isOpen = true
  const look = async (): Promise<void> => {
    try {
      const found = await readFile(file, 'utf8')
      isReadable = true
      if (found === known || !(await isSettled(file, found))) return
      known = found
      await changed(found)
    } catch (error) {
      if (isReadable) unreadable(error)
      isReadable = false
    }
  }
  const plan = (): void => {
    timer = setTimeout(() => {
      void look().finally(() => {
        if (isOpen) plan()
      })
    }, everyMs)
    timer.unref()
  }
  plan()
  return {
    close: () => {
      isOpen = false
      clearTimeout(timer)
    },
  }
}

async function isSettled(file: string, found: string): Promise<boolean> {
  await new Promise((resolve) => {
    setTimeout(resolve, SETTLE_MS)
  })
  return (await readFile(file, 'utf8')) === found
}
