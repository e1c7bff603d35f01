// The supergraph file of a running gateway: read again when told, or looked at every so often.

import { readFile } from 'node:fs/promises'

import type { Log } from '../../schema/log.ts'
import { type Outcome, type Prepared, Reload, type ReloadOptions } from './reload.ts'
import { watchFile } from './watch-file.ts'

export interface OpenReloadOptions extends ReloadOptions {
  /** Undefined: the supergraph was composed at start, and there is nothing to read. */
  readonly file: string | undefined
  /** Undefined: only when told. */
  readonly everyMs: number | undefined
}

export interface OpenReload {
  readonly state: Reload['state']
  /** Reads the file. Never rejects. */
  reload(): Promise<Outcome>
  /** For whoever decides for several processes. */
  prepare(supergraph: string): Promise<Prepared>
  close(): void
}

export function openReload(options: OpenReloadOptions): OpenReload {
  const { file, everyMs, log, supergraph } = options
  const reload = new Reload(options)
  const watch =
    file === undefined || everyMs === undefined
      ? undefined
      : watchFile({
          file,
          everyMs,
          content: supergraph,
          changed: (content) => reload.reload(content),
          unreadable: (error) => tellUnreadable(log, file, error),
        })
  return {
    state: () => reload.state(),
    reload: async () => {
      if (file === undefined) {
        log.warn({}, 'there is no supergraph file to read again')
        return 'unchanged'
      }
      try {
        return await reload.reload(await readFile(file, 'utf8'))
      } catch (error) {
        tellUnreadable(log, file, error)
        options.told?.('failed')
        return 'failed'
      }
    },
    prepare: (sdl) => reload.prepare(sdl),
    close: () => watch?.close(),
  }
}

function tellUnreadable(log: Log, file: string, error: unknown): void {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  log.error({ file, code: String(code) }, 'the supergraph file cannot be read')
}
