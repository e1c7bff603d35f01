// Static files of the portal, read once at start. Never reads a path that a client names.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Reply } from './respond.ts'

export interface Portal {
  /** Folder with the files to serve. */
  readonly directory: string
  /** File shown for `/graphql` in a browser, relative to the folder. */
  readonly queryPage: string
  /** Files made at start, by path: for instance settings that a page reads. */
  readonly made?: Readonly<Record<string, { readonly type: string; readonly body: string }>>
  /** Origins that pages may talk to beside our own (sign-on). */
  readonly connect?: readonly string[]
}

export type Pages = (pathname: string) => Reply | undefined

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export async function loadPages(portal: Portal): Promise<Pages> {
  const connect = ["'self'", ...(portal.connect ?? [])].join(' ')
  const headers = {
    'content-security-policy': `default-src 'self'; connect-src ${connect}; frame-ancestors 'none'; base-uri 'none'; form-action 'self' ${portal.connect?.join(' ') ?? ''}`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  }
  const pages = new Map<string, Reply>()
  for (const entry of await readdir(portal.directory, { recursive: true, withFileTypes: true })) {
    const type = TYPES[path.extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = path.join(entry.parentPath, entry.name)
    const name = `/${path.relative(portal.directory, file).split(path.sep).join('/')}`
    pages.set(name, { status: 200, type, body: await readFile(file), headers })
  }
  for (const [name, { type, body }] of Object.entries(portal.made ?? {})) {
    pages.set(name, { status: 200, type, body, headers })
  }
  alias(pages, '/', '/index.html')
  alias(pages, '/graphql', `/${portal.queryPage}`)
  return (pathname) => pages.get(pathname)
}

function alias(pages: Map<string, Reply>, name: string, file: string): void {
  const page = pages.get(file)
  if (page !== undefined) pages.set(name, page)
}
